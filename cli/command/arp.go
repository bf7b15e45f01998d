package command

import (
	"context"
	"encoding/hex"
	"net/netip"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// macType is written as 0090.1a00.0001.
var macType = grammar.Value("H.H.H", "not three groups of four hexadecimal digits", parseMAC,
	func(m network.MAC) (string, bool) { return m.String(), true })

func parseMAC(word string) (m network.MAC, ok bool) {
	if len(word) != 14 || word[4] != '.' || word[9] != '.' {
		return m, false
	}
	digits, err := hex.DecodeString(strings.ReplaceAll(word, ".", ""))
	return m, err == nil && copy(m[:], digits) == len(m)
}

// arpLine is a static ARP entry.
type arpLine struct {
	Address   netip.Addr          `cli:"ADDRESS"`
	Interface network.InterfaceID `cli:"INTERFACE"`
	MAC       network.MAC         `cli:"MAC"`
}

var arpAddress = param("ADDRESS", grammar.IPv4(), "The address of the host").From(named(
	func(s *cli.Session) []network.ARP { return s.VirtualRouter().Network().ARPs() },
	func(a network.ARP) string { return a.Address.String() }))

var arps = &cli.Setting[*trapcore.VirtualRouter, arpLine]{
	Place:   ofVirtualRouter,
	Syntax:  seq(kw("arp", "Configure a static ARP entry"), arpAddress, interfaceName(), param("MAC", macType, "The MAC address of the host")),
	No:      seq(kw("arp", "Remove a static ARP entry"), arpAddress, opt(interfaceName(), opt(param("MAC", macType, "The MAC address of the host")))),
	Summary: "Configure a static ARP entry",
	Description: "It tells the MAC address of a host behind an Ethernet interface, which may be configured later. An Ethernet interface in front of an " +
		"analyzer takes no ARP replies, so that a real router needs one there. There can be 8192 in a virtual router.",
	Examples: []string{"arp 192.168.99.2 fastEthernet 9/0 0090.1a00.0001"},
	Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l arpLine) error {
		return vr.Network().SetARP(network.ARP(l))
	},
	Clear: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l arpLine) error {
		return vr.Network().RemoveARP(l.Address)
	},
	Crowd: &cli.Crowd[*trapcore.VirtualRouter, arpLine, netip.Addr]{
		Compare: netip.Addr.Compare,
		Edited:  func(vr *trapcore.VirtualRouter) ([]netip.Addr, bool) { return vr.Network().TakeEditedARP() },
		Keys: func(vr *trapcore.VirtualRouter) (all []netip.Addr) {
			for _, a := range vr.Network().ARPs() {
				all = append(all, a.Address)
			}
			return all
		},
		Line: func(vr *trapcore.VirtualRouter, address netip.Addr) (arpLine, bool) {
			a, ok := vr.Network().ARPAt(address)
			return arpLine(a), ok
		},
	},
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) (all []arpLine) {
		for _, a := range vr.Network().ARPs() {
			all = append(all, arpLine(a))
		}
		return all
	},
}

var arpShown = kw("arp", "The static ARP entries")

var arpCommands = []cli.Command{{
	Modes: inExec, Level: levelShow, Shows: true,
	Syntax:      seq(showWord, alt(arpShown, seq(showIP.For("arp"), arpShown.For()))),
	Summary:     "Show the static ARP entries",
	Description: "No packet is forwarded, so that none is learned.",
	Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
		t := &result.Table{Columns: result.Columns("Address", "Age", "Hardware Addr", "Interface")}
		for _, a := range s.VirtualRouter().Network().ARPs() {
			t.Add(a.Address, "-", a.MAC.String(), a.Interface.Compact())
		}
		return t, nil
	}),
}}
