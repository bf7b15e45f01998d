package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gosnmp/gosnmp"
	"github.com/spf13/pflag"
)

// healthPatience is how long a router may take to answer.
const healthPatience = 2 * time.Second

func healthCommand() *subcommand {
	wait := healthPatience
	return &subcommand{
		name: "health", args: "[ADDR]",
		help: "Asks the SNMP agent at ADDR, " + defaultSNMP + " if not given, for its engine ID, and prints\nit. The exit status is 0 if a router answers, else 1: for what watches a container.",
		flags: func(fs *pflag.FlagSet) {
			fs.DurationVar(&wait, "wait", healthPatience, "how `long` an answer may take")
		},
		run: func(args []string) int {
			addr := defaultSNMP
			switch {
			case len(args) == 1:
				addr = args[0]
			case len(args) > 1:
				say("%v", subcommandError{"health", "health takes one address"})
				return exitUsage
			}
			found, err := discover(addr, wait)
			if err != nil {
				say("no router answers on %s: %v", addr, err)
				return exitRefused
			}
			fmt.Printf("engine ID 0x%x, boots %d, time %d\n", found.AuthoritativeEngineID, found.AuthoritativeEngineBoots, found.AuthoritativeEngineTime)
			return exitDone
		},
	}
}

// discover finds the engine at an address, as RFC 3414 section 4 does. The agent
// answers a request without an engine ID before it looks at the user, so that
// this is no failed login.
func discover(addr string, wait time.Duration) (*gosnmp.UsmSecurityParameters, error) {
	var id [4]byte
	rand.Read(id[:])
	g := &gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.NoAuthNoPriv | gosnmp.Reportable,
		SecurityParameters: &gosnmp.UsmSecurityParameters{UserName: "discovery"}, MaxOids: gosnmp.MaxOids,
	}
	g.SetMsgID(binary.BigEndian.Uint32(id[:]) >> 1)
	request, err := g.SnmpEncodePacket(gosnmp.GetRequest, nil, 0, 0)
	if err != nil {
		return nil, err
	}
	conn, err := net.DialTimeout("udp", addr, wait)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	answer := make([]byte, 64<<10)
	n, err := conn.Read(answer)
	if err != nil {
		return nil, err
	}
	p, err := g.SnmpDecodePacket(answer[:n])
	if err != nil {
		return nil, err
	}
	engine, ok := p.SecurityParameters.(*gosnmp.UsmSecurityParameters)
	if !ok || p.PDUType != gosnmp.Report || engine.AuthoritativeEngineID == "" {
		return nil, errors.New("the answer is of no SNMPv3 engine")
	}
	return engine, nil
}
