package network

import (
	"strconv"
	"strings"

	"mirrorsh/ascii"
)

// InterfaceType is the type of an interface.
type InterfaceType uint8

const (
	FastEthernet InterfaceType = iota
	GigabitEthernet
	ATM
	Loopback
	Tunnel
	Shared  // an IP interface of its own, made by name
	Dynamic // the IP interface of a subscriber; it cannot be configured
)

// interfaceTypes has for each type the keyword of the command line, the name
// in output, and ifType (IANAifType-MIB).
var interfaceTypes = []struct {
	keyword, name string
	ifType        int32
}{
	{"fastEthernet", "FastEthernet", 6},
	{"gigabitEthernet", "GigabitEthernet", 6},
	{"atm", "ATM", 37},
	{"loopback", "Loopback", 24},
	{"tunnel", "Tunnel", 131},
	{"ip", "IP", 126},
	{"ip", "IP", 126},
}

// InterfaceTypes are the types that can be configured.
func InterfaceTypes() []InterfaceType {
	return []InterfaceType{FastEthernet, GigabitEthernet, ATM, Loopback, Tunnel, Shared}
}

// Keyword is how the command line writes the type.
func (t InterfaceType) Keyword() string { return interfaceTypes[t].keyword }

// String is how output writes the type.
func (t InterfaceType) String() string { return interfaceTypes[t].name }

// IfType is the number IF-MIB has for the type.
func (t InterfaceType) IfType() int32 { return interfaceTypes[t].ifType }

// Ethernet reports whether it is a type of Ethernet.
func (t InterfaceType) Ethernet() bool { return t == FastEthernet || t == GigabitEthernet }

// perRouter says that each virtual router has interfaces of its own by the
// names of that type; the others are parts of the chassis.
func (t InterfaceType) perRouter() bool { return t >= Loopback }

// InterfaceID names an interface.
type InterfaceID struct {
	Type InterfaceType
	Spec string // such as 1/0, 1/0.100, 0 or gre:lab
}

// ParseInterface reads a type by its keyword, in any case, and a specifier:
// SLOT/PORT[.SUB] or, where slots have adapters, SLOT/ADAPTER/PORT[.SUB]; for a loopback or tunnel also a number, for a tunnel also a
// name such as gre:lab, and for a shared IP interface one such as si0.
func ParseInterface(keyword, spec string) (InterfaceID, bool) {
	for _, t := range InterfaceTypes() {
		if strings.EqualFold(keyword, t.Keyword()) {
			s, ok := parseSpec(t, spec)
			return InterfaceID{t, s}, ok
		}
	}
	return InterfaceID{}, false
}

// ParseName reads a name as String and Compact write it, in any case; one of a
// subscriber's interface, such as IPdyn3, too.
func ParseName(name string) (InterfaceID, bool) {
	for t, names := range interfaceTypes {
		kind := names.name
		if len(name) <= len(kind) || !strings.EqualFold(name[:len(kind)], kind) {
			continue
		}
		spec := strings.TrimPrefix(name[len(kind):], " ")
		if InterfaceType(t) == Shared && isDynamic(spec) {
			n, ok := parseNumber(spec[len(dynamic):], maxSub)
			return InterfaceID{Dynamic, dynamic + n}, ok
		}
		return ParseInterface(names.keyword, spec)
	}
	return InterfaceID{}, false
}

// dynamic is what the specifiers of subscribers' interfaces begin with, before a number.
const dynamic = "dyn"

func isDynamic(spec string) bool {
	return len(spec) >= len(dynamic) && strings.EqualFold(spec[:len(dynamic)], dynamic)
}

// Bounds of a specifier: an E320 has 17 slots, and sub-interface numbers are positive.
const (
	maxSlot    = 16
	maxAdapter = 1
	maxPort    = 63
	maxSub     = 1<<31 - 1
	maxLabel   = 40
)

func parseSpec(t InterfaceType, s string) (string, bool) {
	if t == Shared {
		return s, validSharedName(s)
	}
	slot, rest, split := strings.Cut(s, "/")
	if !split {
		if n, ok := parseNumber(s, maxSub); ok && t.perRouter() {
			return n, true
		}
		return s, t == Tunnel && validLabel(s)
	}
	place, sub, hasSub := strings.Cut(rest, ".")
	s, ok := parseNumber(slot, maxSlot)
	if adapter, port, three := strings.Cut(place, "/"); three {
		adapter, ok2 := parseNumber(adapter, maxAdapter)
		s, ok, place = s+"/"+adapter, ok && ok2, port
	}
	port, ok2 := parseNumber(place, maxPort)
	s, ok = s+"/"+port, ok && ok2
	if hasSub {
		sub, ok3 := parseNumber(sub, maxSub)
		s, ok = s+"."+sub, ok && ok3
	}
	return s, ok
}

// parseNumber reads digits and writes them without leading zeros.
func parseNumber(s string, most uint64) (string, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return strconv.FormatUint(n, 10), err == nil && n <= most
}

func validLabel(s string) bool {
	kind, name, ok := strings.Cut(s, ":")
	if !ok || kind == "" || name == "" || len(s) > maxLabel {
		return false
	}
	return ascii.Visible(s) && !strings.ContainsAny(s, `"\`)
}

// validSharedName leaves numbers to other types, and what begins with dyn to subscribers.
func validSharedName(s string) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i := range len(s) {
		if c := s[i]; !letter(c) && (i == 0 || !strings.ContainsRune("0123456789.-_", rune(c))) {
			return false
		}
	}
	return s != "" && len(s) <= maxLabel && !isDynamic(s)
}

// adapter reports whether the name says on which adapter of its slot it is.
func (id InterfaceID) adapter() bool { return !id.Type.perRouter() && strings.Count(id.Spec, "/") == 2 }

// Sublayer reports whether it is a sub-interface, on top of another interface.
func (id InterfaceID) Sublayer() bool { return !id.Type.perRouter() && strings.Contains(id.Spec, ".") }

// Sub is the number of a sub-interface, 0 of what is none.
func (id InterfaceID) Sub() (n uint32) {
	_, sub, _ := strings.Cut(id.Spec, ".")
	u, _ := strconv.ParseUint(sub, 10, 32) // none: 0
	return uint32(u)
}

// String is the name as traps have it: GigabitEthernet 1/0.100.
func (id InterfaceID) String() string { return id.Type.String() + " " + id.Spec }

// Compact is the name as shows have it: GigabitEthernet1/0.100.
func (id InterfaceID) Compact() string { return id.Type.String() + id.Spec }

// Command is the name as the command line takes it: gigabitEthernet 1/0.100.
func (id InterfaceID) Command() string { return id.Type.Keyword() + " " + id.Spec }
