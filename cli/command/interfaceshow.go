package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

var showIP = kw("ip", "IP interfaces and routes")

// shownInterface says which interface is shown, and how; none: all of the
// virtual router.
type shownInterface struct {
	Brief bool                `cli:"brief"`
	ID    network.InterfaceID `cli:"INTERFACE"`
}

// namedInterface is an interface to show; none: all of the virtual router.
type namedInterface struct {
	ID network.InterfaceID `cli:"INTERFACE"`
}

var interfaceShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, showIP, kw("interface", "The IP interfaces"),
			opt(alt(kw("brief", "A line for each"), interfaceName()))),
		Summary: "Show the IP interfaces",
		Run:     cli.Show(shownInterface{}, showIPInterface),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("interfaces", "The interfaces"), opt(interfaceName())),
		Summary: "Show the interfaces",
		Run:     cli.Show(namedInterface{}, showInterfaces),
	},
}

// interfacesOf are those of the session's virtual router, or the one that was
// named.
func interfacesOf(s *cli.Session, id network.InterfaceID) ([]network.Interface, error) {
	r := s.VirtualRouter().Network()
	if id.Spec == "" {
		return r.Interfaces(), nil
	}
	i, ok := r.Interface(id)
	if !ok {
		return nil, network.ErrNoInterface
	}
	return []network.Interface{i}, nil
}

func upDown(up bool) result.Shown { return result.Choose(up, "up", "down") }

// ipUp is whether IP works on an interface.
func ipUp(i network.Interface) result.Shown { return upDown(i.Up && i.Address.IsValid()) }

// protocols are what carries IP on each type of interface.
var protocols = map[network.InterfaceType]string{
	network.FastEthernet: "Ethernet", network.GigabitEthernet: "Ethernet", network.ATM: "Atm1483",
	network.Loopback: "Loopback", network.Tunnel: "IpTunnel", network.Dynamic: "Ppp",
}

// showIPInterface has the layout of the reference (cli.md 3.4).
func showIPInterface(_ context.Context, s *cli.Session, a shownInterface) (result.Value, error) {
	list, err := interfacesOf(s, a.ID)
	if err != nil {
		return nil, err
	}
	if a.Brief {
		return briefInterfaces(list), nil
	}
	all := result.List{Between: "\n"}
	for _, i := range list {
		r := new(result.Record).
			Line("{interface} line protocol {protocol} is {up}, ip is {ipUp}", i.ID.Compact(), protocols[i.ID.Type], upDown(i.Up), ipUp(i)).
			Line("  Network Protocols: {networkProtocols}", "IP")
		if i.Address.IsValid() {
			r.Line("  Internet address is {address}/{mask}", i.Address.Addr(), maskOf(i.Address))
		}
		r.Line("  Operational MTU = {operationalMtu}  Administrative MTU = {administrativeMtu}", 1500, 0)
		if i.Subscriber != "" {
			r.Line("  Subscriber {subscriber}", i.Subscriber)
		}
		if x, ok := s.Router().Secure(s.Clearance()); ok {
			addMirroring(r, x.Mirror(), x.Mirror().Interface(i))
		}
		all.Items = append(all.Items, r)
	}
	return all, nil
}

func briefInterfaces(list []network.Interface) result.Value {
	t := &result.Table{Columns: []result.Column{
		{Head: "Interface", Width: 24}, {Head: "IP-Address", Width: 18}, {Head: "Status", Width: 7}, {Head: "Protocol", Width: 8},
	}}
	for _, i := range list {
		address := result.As(nil, "unassigned")
		if i.Address.IsValid() {
			address = result.As(i.Address, i.Address.String())
		}
		t.Add(i.ID.Compact(), address, upDown(i.Up), ipUp(i))
	}
	return t
}

// addMirroring adds what mirrors an interface, after the tail that show ip
// interface has for policies (reference packet-mirroring.md 2.9).
func addMirroring(r *result.Record, m *mirror.Machine, i mirror.InterfaceStatus) {
	switch {
	case i.DefaultAnalyzer:
		r.Line("  {analyzer}", result.As("default", "Default analyzer interface"))
	case i.Analyzer:
		r.Line("  {analyzer}", result.As("interface", "Analyzer interface"))
	}
	var policies result.List
	for d, p := range i.Policies {
		if p.List == "" {
			continue
		}
		policy := new(result.Record).Line("  {protocol} Policy {direction} {policyList}",
			result.As(p.Protocol, protocolNames[p.Protocol]), secureDirectionNames[d], p.List)
		if l, ok := m.PolicyList(p.Protocol, p.List); ok {
			policy.Part("groups", groupsOf("    ", l))
		}
		policies.Items = append(policies.Items, policy)
	}
	r.Part("policies", policies)
}

func showInterfaces(_ context.Context, s *cli.Session, a namedInterface) (result.Value, error) {
	list, err := interfacesOf(s, a.ID)
	if err != nil {
		return nil, err
	}
	var all result.List
	for _, i := range list {
		all.Items = append(all.Items, new(result.Record).
			Line("{interface} is {up}, Administrative status is {adminUp}", i.ID.Compact(), result.Choose(i.Up, "Up", "Down"), result.Choose(i.AdminUp, "Up", "Down")).
			Line("  Interface index {index}", i.Index))
	}
	return all, nil
}
