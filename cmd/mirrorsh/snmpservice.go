package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"

	"mirrorsh/cli"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/side"
)

// defaultSNMP is where the agent listens unless told otherwise. Scripts and -c
// have no agent unless asked for.
const defaultSNMP = "127.0.0.1:1161"

const snmpName = "snmp agent"

// snmpService answers managers.
type snmpService struct {
	*machine
	conn    net.PacketConn // nil: off, or not open yet
	serving sync.WaitGroup
}

func (s *snmpService) Name() string { return snmpName }

func (s *snmpService) Open(_ context.Context, shell *cli.Shell) error {
	addr := s.snmp
	if !s.batch || s.isServe {
		addr = cmp.Or(addr, defaultSNMP)
	}
	if s.conn != nil || addr == "" || addr == off {
		return nil
	}
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return &listenError{s.Name(), addr, "--snmp", err}
	}
	listen := at.AddrPort()
	if at.IP != nil {
		listen = netip.AddrPortFrom(listen.Addr().Unmap().WithZone(at.Zone), listen.Port())
	}
	conn, err := shell.Router.ListenUDP(listen)
	if err != nil {
		return &listenError{s.Name(), addr, "--snmp", err}
	}
	s.conn = conn
	return nil
}

func (s *snmpService) Start(ctx context.Context, shell *cli.Shell) {
	if s.conn == nil {
		return
	}
	responder := shell.Router.Responder()
	responder.OnChange(func(c agent.Change) {
		// What became of the secure part, standard error does not say.
		if err := shell.Changed(c.Side, c.Router); err != nil && c.Side == side.Ordinary {
			slog.Debug("configuration not saved after a SET", "error", err)
		}
	})
	s.serving.Go(func() {
		if err := responder.Serve(ctx, s.conn); err != nil {
			slog.Error("SNMP no longer answers", "error", err)
		}
	})
}

func (s *snmpService) Addrs() []string {
	if s.conn == nil {
		return nil
	}
	return []string{s.conn.LocalAddr().String()}
}

func (s *snmpService) Stop() { s.serving.Wait() }

func (s *snmpService) Close() {
	if s.conn != nil {
		_ = s.conn.Close() // nothing is lost with it
	}
}

// listenError says why a service cannot listen, and what to do.
type listenError struct {
	service, addr, flag string
	err                 error
}

func (e *listenError) Error() string {
	return e.service + " on " + e.addr + ": " + reason(e.err) + ": give " + e.flag + " another address, or off"
}

func (e *listenError) Unwrap() error { return e.err }

// reason is what the system said, without what package net says around it.
func reason(err error) string {
	if sys := (*os.SyscallError)(nil); errors.As(err, &sys) {
		return sys.Err.Error()
	}
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return dns.Err
	}
	if addr := (*net.AddrError)(nil); errors.As(err, &addr) {
		return addr.Err
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
