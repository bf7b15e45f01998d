package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

var showIP = kw("ip", "IP interfaces and routes")

var interfaceShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, showIP, kw("interface", "The IP interfaces"),
			opt(alt(kw("brief", "A line for each"), interfaceName()))),
		Summary: "Show the IP interfaces",
		Run:     cli.Text(showIPInterface),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("interfaces", "The interfaces"), opt(interfaceName())),
		Summary: "Show the interfaces",
		Run:     cli.Text(showInterfaces),
	},
}

// shownInterfaces are those of the session's virtual router, or the one that
// was named.
func shownInterfaces(s *cli.Session, a grammar.Args) ([]network.Interface, error) {
	r := s.VirtualRouter().Network()
	if !a.Has("INTERFACE") {
		return r.Interfaces(), nil
	}
	i, ok := r.Interface(interfaceOf(a))
	if !ok {
		return nil, network.ErrNoInterface
	}
	return []network.Interface{i}, nil
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

// protocols are what carries IP on each type of interface.
var protocols = map[network.InterfaceType]string{
	network.FastEthernet: "Ethernet", network.GigabitEthernet: "Ethernet", network.ATM: "Atm1483",
	network.Loopback: "Loopback", network.Tunnel: "IpTunnel", network.Dynamic: "Ppp",
}

// showIPInterface has the layout of the reference (cli.md 3.4).
func showIPInterface(_ context.Context, s *cli.Session, a grammar.Args) error {
	list, err := shownInterfaces(s, a)
	if err != nil {
		return err
	}
	if a.Has("brief") {
		t := cli.Table{Header: [][]string{{"Interface", "IP-Address", "Status", "Protocol"}}, Widths: []int{24, 18, 7, 8}}
		for _, i := range list {
			address := "unassigned"
			if i.Address.IsValid() {
				address = i.Address.String()
			}
			t.Rows = append(t.Rows, []string{i.ID.Compact(), address, upDown(i.Up), upDown(i.Up && i.Address.IsValid())})
		}
		s.Print(t.String())
		return nil
	}
	for n, i := range list {
		if n > 0 {
			s.Print("\n")
		}
		s.Printf("%s line protocol %s is %s, ip is %s\n", i.ID.Compact(), protocols[i.ID.Type], upDown(i.Up), upDown(i.Up && i.Address.IsValid()))
		s.Print("  Network Protocols: IP\n")
		if i.Address.IsValid() {
			s.Printf("  Internet address is %s/%s\n", i.Address.Addr(), maskText(i.Address))
		}
		s.Print("  Operational MTU = 1500  Administrative MTU = 0\n")
		if i.Subscriber != "" {
			s.Printf("  Subscriber %s\n", i.Subscriber)
		}
		if s.SeesSecure() {
			showSecurePart(s, s.Router().Mirror().Interface(i))
		}
	}
	return nil
}

// showSecurePart follows the tail that show ip interface has for policies
// (reference packet-mirroring.md 2.9).
func showSecurePart(s *cli.Session, i mirror.InterfaceStatus) {
	switch {
	case i.DefaultAnalyzer:
		s.Print("  Default analyzer interface\n")
	case i.Analyzer:
		s.Print("  Analyzer interface\n")
	}
	for d, p := range i.Policies {
		if p.List == "" {
			continue
		}
		s.Printf("  %s Policy %s %s\n", protocolNames[p.Protocol], [...]string{"secure-input", "secure-output"}[d], p.List)
		for _, l := range s.Router().Mirror().PolicyLists() {
			if l.Protocol == p.Protocol && l.Name == p.List {
				printGroups(s, "    ", l)
			}
		}
	}
}

func showInterfaces(_ context.Context, s *cli.Session, a grammar.Args) error {
	list, err := shownInterfaces(s, a)
	if err != nil {
		return err
	}
	shown := map[bool]string{true: "Up", false: "Down"}
	for _, i := range list {
		s.Printf("%s is %s, Administrative status is %s\n", i.ID.Compact(), shown[i.Up], shown[i.AdminUp])
		s.Printf("  Interface index %s\n", fmt.Sprint(i.Index))
	}
	return nil
}
