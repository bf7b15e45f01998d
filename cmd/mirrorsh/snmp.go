package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"

	"mirrorsh/cli"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/snmp"
)

// defaultSNMP is where the agent listens unless told otherwise. Scripts and -c
// have no agent unless asked for.
const defaultSNMP = "127.0.0.1:1161"

// listenSNMP opens the socket of the SNMP agent, which serves until ctx ends.
func (m *machine) listenSNMP(ctx context.Context, shell *cli.Shell, all *sync.WaitGroup) error {
	addr := m.snmp
	if !m.batch || m.isServe {
		addr = cmp.Or(addr, defaultSNMP)
	}
	if addr == "" || addr == off {
		return nil
	}
	at, err := net.ResolveUDPAddr("udp4", addr)
	var conn *net.UDPConn
	if err == nil {
		conn, err = shell.Router.ListenUDP(at.AddrPort())
	}
	if err != nil {
		return fmt.Errorf("SNMP: %w: give --snmp another address, or off", err)
	}
	if _, port, err := net.SplitHostPort(addr); err == nil && port == "0" {
		fmt.Fprintf(os.Stderr, "mirrorsh: SNMP on %v\n", conn.LocalAddr())
	}
	responder := shell.Router.Responder()
	responder.OnChange(func(c agent.Change) {
		// What became of the secure part, standard error does not say.
		if err := shell.Changed(c.Side == snmp.Secure); err != nil && c.Side == snmp.Ordinary {
			slog.Debug("configuration not saved after a SET", "error", err)
		}
	})
	all.Go(func() {
		defer conn.Close()
		if err := responder.Serve(ctx, conn); err != nil {
			slog.Error("SNMP no longer answers", "error", err)
		}
	})
	return nil
}
