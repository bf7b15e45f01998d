package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

var showIP = kw("ip", "IP interfaces and routes")

// shownInterface says which interface is shown, and how; none: all of the
// virtual router.
type shownInterface struct {
	VRF   string              `cli:"VRF"`
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
			opt(vrfWord, vrfName), opt(alt(kw("brief", "A line for each"), shownName()))),
		Summary: "Show the IP interfaces",
		Run:     cli.Show(shownInterface{}, showIPInterface),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("interfaces", "The interfaces"), opt(shownName())),
		Summary: "Show the interfaces",
		Run:     cli.Show(namedInterface{}, showInterfaces),
	},
}

// interfacesOf are those of a virtual router, or the one that was
// named.
func interfacesOf(vr *trapcore.VirtualRouter, id network.InterfaceID) ([]network.Interface, error) {
	r := vr.Network()
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
	network.Loopback: "Loopback", network.Tunnel: "IpTunnel", network.Shared: "Shared", network.Dynamic: "Ppp",
}

// showIPInterface has the layout of the real one (cli/REFERENCE.md).
func showIPInterface(_ context.Context, s *cli.Session, a shownInterface) (result.Value, error) {
	vr, err := vrfNamed(s, a.VRF)
	if err != nil {
		return nil, err
	}
	list, err := interfacesOf(vr, a.ID)
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
		describe(r, i)
		if i.Address.IsValid() {
			r.Line("  Internet address is {address}/{mask}", i.Address.Addr(), maskOf(i.Address)).
				Line("  Broadcast address is {broadcastAddress}", "255.255.255.255")
		}
		row := vr.Row(i)
		r.Line("  Operational MTU = {operationalMtu}  Administrative MTU = {administrativeMtu}", row.MTU, 0).
			Line("  Operational speed = {operationalSpeed}  Administrative speed = {administrativeSpeed}", row.Speed, 0)
		if i.Subscriber != "" {
			r.Line("  Subscriber {subscriber}", i.Subscriber)
		}
		addPolicies(r, s.Router().Policies(), i)
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

// addMirroring adds what mirrors an interface, laid out as ordinary policies are
// (cli/REFERENCE.md, show ip interface).
func addMirroring(r *result.Record, m *mirror.Machine, i mirror.InterfaceStatus) {
	switch {
	case i.DefaultAnalyzer:
		r.Line("  {analyzer}", result.As("default", "Default analyzer interface"))
	case i.Analyzer:
		r.Line("  {analyzer}", result.As("interface", "Analyzer interface"))
	}
	var policies result.List
	for _, p := range i.Policies {
		policy := new(result.Record).Line("  {protocol} Policy {direction} {policyList}",
			result.As(p.Protocol, protocolNames[p.Protocol]), secureDirectionNames[p.Direction], p.List)
		if l, ok := m.PolicyList(p.Protocol, p.List); ok {
			policy.Part("groups", groupsOf("    ", l))
		}
		policies.Items = append(policies.Items, policy)
	}
	r.Part("securePolicies", policies)
}

// describe adds the description of an interface that has one.
func describe(r *result.Record, i network.Interface) {
	if i.Description != "" {
		r.Line("  Description: {description}", i.Description)
	}
}

// showInterfaces has the layout of the real one (cli/REFERENCE.md).
func showInterfaces(_ context.Context, s *cli.Session, a namedInterface) (result.Value, error) {
	vr := s.VirtualRouter()
	list, err := interfacesOf(vr, a.ID)
	if err != nil {
		return nil, err
	}
	all := result.List{Between: "\n"}
	for _, i := range list {
		row := vr.Row(i)
		r := new(result.Record).
			Line("{interface} is {up}, Administrative status is {adminUp}", row.Name, result.Choose(i.Up, "Up", "Down"), result.Choose(i.AdminUp, "Up", "Down"))
		describe(r, i)
		if row.PhysAddress == "" {
			r.Line("  Hardware is {hardware}", hardware[i.ID.Type])
		} else {
			r.Line("  Hardware is {hardware}, address is {address}", hardware[i.ID.Type], network.MAC([]byte(row.PhysAddress)))
		}
		r.Line("  MTU: Operational {mtu}", row.MTU)
		if row.Speed > 0 {
			r.Line("  Speed: Operational {speed}", result.As(row.Speed, fmt.Sprintf("%g Mbps", float64(row.Speed)/1e6)))
		}
		r.Line("  Interface index {index}", i.Index)
		addTraffic(r, "In", row.In)
		addTraffic(r, "Out", row.Out)
		all.Items = append(all.Items, r)
	}
	return all, nil
}

// hardware is what an interface of each type is made of.
var hardware = map[network.InterfaceType]string{
	network.FastEthernet: "Fast Ethernet (simulated)", network.GigabitEthernet: "Gigabit Ethernet (simulated)", network.ATM: "OC-3 ATM (simulated)",
	network.Loopback: "Loopback", network.Tunnel: "Tunnel", network.Shared: "Shared IP", network.Dynamic: "IP of a subscriber",
}

// addTraffic adds what has passed an interface in a direction, as IF-MIB counts it.
func addTraffic(r *result.Record, direction string, t agent.Traffic) {
	blanks := strings.Repeat(" ", len(direction)+2)
	part := new(result.Record).
		Line("  "+direction+": Bytes {bytes}, Unicast {unicast}", t.Octets, t.Unicast).
		Line("  "+blanks+"Multicast {multicast}, Broadcast {broadcast}", t.Multicast, t.Broadcast).
		Line("  "+blanks+"Errors {errors}, Discards {discards}", t.Errors, t.Discards)
	r.Part(strings.ToLower(direction), part)
}
