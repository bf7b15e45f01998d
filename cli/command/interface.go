package command

import (
	"cmp"
	"context"
	"errors"
	"math/bits"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/side"
)

// interfaceHelp says what each type of interface is, and how its specifier is
// written.
var interfaceHelp = map[network.InterfaceType]struct{ help, usage string }{
	network.FastEthernet:    {"A Fast Ethernet interface", "SLOT/PORT[.SUB]"},
	network.GigabitEthernet: {"A Gigabit Ethernet interface", "SLOT/PORT[.SUB]"},
	network.ATM:             {"An ATM interface", "SLOT/PORT[.SUB]"},
	network.Loopback:        {"A loopback interface", "NUMBER"},
	network.Tunnel:          {"A tunnel interface", "TYPE:NAME"},
	network.Shared:          {"A shared IP interface", "NAME"},
}

// interfaceName is the type and specifier of an interface, recorded under
// INTERFACE.
func interfaceName() grammar.Node {
	var types []grammar.Node
	for _, t := range network.InterfaceTypes() {
		h := interfaceHelp[t]
		spec := grammar.Value(h.usage, "",
			func(word string) (network.InterfaceID, bool) { return network.ParseInterface(t.Keyword(), word) },
			func(id network.InterfaceID) (string, bool) { return id.Spec, id.Type == t })
		types = append(types, seq(kw(t.Keyword(), h.help).As("interfaceType"), param("INTERFACE", spec, "The specifier of the interface").From(interfaceNames(t))))
	}
	return alt(append(types, joinedName())...)
}

// joinedName is an interface as output writes it, in one word.
func joinedName() grammar.Node {
	t := grammar.Value("NAME", "not the name of an interface", func(word string) (network.InterfaceID, bool) {
		id, ok := network.ParseName(word)
		return id, ok && id.Type != network.Dynamic
	}, func(id network.InterfaceID) (string, bool) { return id.Compact(), true })
	return param("INTERFACE", t, "An interface by its name, such as FastEthernet9/0").Alias()
}

// shownName is any interface, those of subscribers included.
func shownName() grammar.Node {
	t := grammar.Value("NAME", "not the name of an interface",
		func(word string) (network.InterfaceID, bool) {
			id, ok := network.ParseName(word)
			return id, ok && id.Type == network.Dynamic
		}, func(id network.InterfaceID) (string, bool) { return id.Compact(), true })
	return alt(interfaceName(), param("INTERFACE", t, "The interface of a subscriber, such as IPdyn3").Alias())
}

// maskLength is the mask of a network by its number of ones.
type maskLength int

var (
	ipWord   = kw("ip", "Configure IP")
	ipv6Word = kw("ipv6", "Configure IPv6")
	maskType = grammar.Value("A.B.C.D", "not the mask of a network", parseMask,
		func(m maskLength) (string, bool) { return m.String(), true })
)

// parseMask reads a mask in dotted decimal.
func parseMask(word string) (maskLength, bool) {
	a, err := netip.ParseAddr(word)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	ones := bits.LeadingZeros32(^n)
	return maskLength(ones), n<<ones == 0
}

// String writes the mask in dotted decimal.
func (m maskLength) String() string {
	n := ^uint32(0) << (32 - m)
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

// maskOf is the mask of a prefix.
func maskOf(p netip.Prefix) maskLength { return maskLength(p.Bits()) }

// interfaceLine is an interface of a virtual router.
type interfaceLine struct {
	ID network.InterfaceID `cli:"INTERFACE"`
}

var interfaces = &cli.Setting[scope, interfaceLine]{
	Place:   ofScope,
	Syntax:  seq(kw("interface", "Configure an interface, and make it if it does not exist"), interfaceName()),
	No:      seq(kw("interface", "Delete an interface"), interfaceName()),
	Summary: "Configure an interface",
	Description: "A new interface is up. The no version deletes it, and logs out the subscribers that came in over it. On E120 and E320 it may be named by " +
		"its adapter, too: SLOT/ADAPTER/PORT. A shared IP interface shares none here, and is up as a loopback is; names that " +
		"begin with dyn are left to subscribers.",
	Examples: []string{"interface fastEthernet 9/0", "interface gigabitEthernet 4/0/1.100", "interface atm 2/1.2", "interface loopback 0", "interface tunnel gre:lab", "interface ip si0"},
	Set: func(_ context.Context, _ *cli.Session, p scope, l interfaceLine) error {
		return p.vr.Network().CreateInterface(l.ID)
	},
	Clear: func(_ context.Context, _ *cli.Session, p scope, l interfaceLine) error {
		return p.vr.Network().RemoveInterface(l.ID)
	},
	There: func(p scope, l interfaceLine) bool {
		_, ok := p.vr.Network().Interface(l.ID)
		return ok
	},
	Lines: func(p scope, _ side.Clearance) (all []interfaceLine) {
		for _, id := range p.vr.Network().Configured() {
			all = append(all, interfaceLine{id})
		}
		return all
	},
	Crowd: &cli.Crowd[scope, interfaceLine, int32]{
		Compare: cmp.Compare[int32],
		Edited:  func(p scope) ([]int32, bool) { return p.vr.Network().TakeEditedInterfaces() },
		Keys:    func(p scope) []int32 { return p.vr.Network().ConfiguredIndexes() },
		Line: func(p scope, index int32) (interfaceLine, bool) {
			i, ok := p.vr.Network().ConfiguredAt(index)
			return interfaceLine{i.ID}, ok
		},
	},
	Enters: cli.InterfaceConfig,
	Into:   func(p scope, l interfaceLine) any { return port{p, l.ID} },
	// The state comes first, so that an analyzer that is down is never reached for a
	// moment.
	Block: []cli.Row{interfaceDescription, interfaceLinkTraps, interfaceState, interfaceAddress,
		ordinaryPolicies(ipWord, policy.IP), ordinaryPolicies(ipv6Word, policy.IPv6), analyzerMode,
		securePolicies(ipWord, mirror.IP, "securePolicyIp10"), securePolicies(ipv6Word, mirror.IPv6, "securePolicyIpv6")},
}

// port is what interface mode configures.
type port struct {
	scope
	id network.InterfaceID
}

func (p port) network() *network.Router { return p.vr.Network() }

// now returns the interface; it has none of its settings once it is gone.
func (p port) now() network.Interface {
	i, ok := p.network().Interface(p.id)
	if !ok {
		return network.Interface{AdminUp: true}
	}
	return i
}

var (
	ofInterface       = inMode[port](cli.InterfaceConfig, errors.New("no interface is being configured"))
	ofSecureInterface = cli.SecureIn(ofInterface, port.of)
)

// securePort is an interface where the secure side exists.
type securePort = cli.Secured[port]

// mirroring returns what mirrors an interface.
func mirroring(p securePort) mirror.InterfaceStatus { return p.Mirror().Interface(p.At.now()) }

var interfaceState = cli.Switch[port]{
	Place:       ofInterface,
	Words:       kw("shutdown", "Take the interface down"),
	Off:         kw("shutdown", "Bring the interface up"),
	Summary:     "Take the interface down",
	Description: "The subscribers that came in over it are logged out with the reason lostCarrier. Those that log in while it is down wait for it with their IP interfaces.",
	Get:         func(p port) bool { return !p.now().AdminUp },
	Set:         func(p port, down bool) error { return p.network().SetShutdown(p.id, down) },
}.Row()

// descriptionLine is what an interface is called.
type descriptionLine struct {
	Text string `cli:"TEXT"`
}

var interfaceDescription = &cli.Setting[port, descriptionLine]{
	Place:       ofInterface,
	Syntax:      seq(kw("description", "Describe the interface"), param("TEXT", grammar.Text(network.MaxDescription), "The description")),
	No:          seq(kw("description", "Remove the description"), opt(param("TEXT", grammar.Text(network.MaxDescription), "The description"))),
	Summary:     "Describe the interface",
	Description: "It is ifAlias, and shown with the interface.",
	Examples:    []string{"description uplink to core1"},
	Set: func(_ context.Context, _ *cli.Session, p port, l descriptionLine) error {
		return p.network().SetDescription(p.id, l.Text)
	},
	Clear: func(_ context.Context, _ *cli.Session, p port, _ descriptionLine) error {
		return p.network().SetDescription(p.id, "")
	},
	Lines: func(p port, _ side.Clearance) []descriptionLine { return ifAny(descriptionLine{p.now().Description}) },
}

// addressLine is the address of an interface.
type addressLine struct {
	Address netip.Addr `cli:"ADDRESS"`
	Mask    maskLength `cli:"MASK"`
}

var (
	addressAndMask = seq(param("ADDRESS", grammar.IPv4(), "The address"), param("MASK", maskType, "The mask"))

	errNoSuchAddress = errors.New("interface has no such address")
)

var interfaceAddress = &cli.Setting[port, addressLine]{
	Place:       ofInterface,
	Syntax:      seq(ipWord, kw("address", "Set the address"), addressAndMask),
	No:          seq(ipWord, kw("address", "Remove the address"), opt(addressAndMask)),
	Summary:     "Set the address of the interface",
	Description: "One that a host can have (RFC 1122): not the network or broadcast address of its subnet, unless the mask leaves one bit or none for hosts.",
	Examples:    []string{"ip address 192.168.99.1 255.255.255.0"},
	Set: func(_ context.Context, _ *cli.Session, p port, l addressLine) error {
		return p.network().SetAddress(p.id, netip.PrefixFrom(l.Address, int(l.Mask)))
	},
	Clear: func(_ context.Context, _ *cli.Session, p port, l addressLine) error {
		if l.Address.IsValid() && p.now().Address != netip.PrefixFrom(l.Address, int(l.Mask)) {
			return errNoSuchAddress
		}
		return p.network().SetAddress(p.id, netip.Prefix{})
	},
	Lines: func(p port, _ side.Clearance) []addressLine {
		if a := p.now().Address; a.IsValid() {
			return []addressLine{{a.Addr(), maskOf(a)}}
		}
		return nil
	},
}

// analyzerLine makes an interface one that analyzers are behind.
type analyzerLine struct {
	Default bool `cli:"default"`
}

var analyzerMode = &cli.Setting[securePort, analyzerLine]{
	Place:   ofSecureInterface,
	Syntax:  seq(ipWord, kw("analyzer", "Send mirrored packets out of the interface"), opt(kw("default", "Be the default analyzer of the virtual router"))),
	No:      seq(ipWord, kw("analyzer", "Take the interface out of analyzer mode"), opt(kw("default", "Only if it is the default analyzer"))),
	Summary: "Make the interface an analyzer interface",
	Description: "An analyzer can be reached if the longest route to it leads out of an interface in this mode; the default analyzer serves those that no route " +
		"leads to. A loopback cannot be an analyzer, nor can an interface that carries a secure policy; an Ethernet interface cannot be the default one.",
	Set: func(_ context.Context, _ *cli.Session, p securePort, l analyzerLine) error {
		return p.Mirror().SetAnalyzer(p.At.network(), p.At.id, true, l.Default)
	},
	Clear: func(_ context.Context, _ *cli.Session, p securePort, l analyzerLine) error {
		return p.Mirror().SetAnalyzer(p.At.network(), p.At.id, false, l.Default)
	},
	Lines: func(p securePort, _ side.Clearance) []analyzerLine {
		if st := mirroring(p); st.Analyzer || st.DefaultAnalyzer {
			return []analyzerLine{{st.DefaultAnalyzer}}
		}
		return nil
	},
}

// policyLine is the attachment of a secure list.
type policyLine = attachment[mirror.Direction]

// policyStatistics are options of a policy on an interface.
var policyStatistics = opt(kw("statistics", "Statistics of the policy"), alt(
	seq(kw("enabled", "Gather statistics"),
		opt(kw("baseline", "Begin with a value"), param("BASELINE", grammar.Int(0, 1<<32-1), "The value")),
		opt(kw("preserve", "Keep the statistics of the policy it replaces"))),
	kw("disabled", "Gather no statistics")))

// securePolicies attaches secure policy lists of a protocol, which a word begins.
func securePolicies(word grammar.Node, of mirror.Protocol, example string) *cli.Setting[securePort, policyLine] {
	return &cli.Setting[securePort, policyLine]{
		Place:   ofSecureInterface,
		Syntax:  seq(word, kw("policy", "Attach a policy"), secureDirections(), policyOf(of), policyStatistics),
		No:      seq(word, kw("policy", "Detach a policy"), secureDirections()),
		Summary: "Attach a secure policy to the interface",
		Description: "A secure policy list that does not exist is made, and mirrors nothing until it has a mirror rule. What triggers have attached to the " +
			"subscribers on the interface for packets of that protocol gives way for good. IPv6 packets go by the policy of IP where none of IPv6 is attached. " +
			"The statistics options are accepted; packets are counted whatever they say.",
		Examples: []string{of.String() + " policy secure-input " + example},
		Set: func(_ context.Context, _ *cli.Session, p securePort, l policyLine) error {
			return p.Mirror().AttachPolicy(p.At.network(), of, p.At.id, l.Direction, l.List,
				mirror.Statistics{Given: l.Statistics, Enabled: l.Enabled, Baseline: l.Baseline, Value: l.Value, Preserve: l.Preserve})
		},
		Clear: func(_ context.Context, _ *cli.Session, p securePort, l policyLine) error {
			return p.Mirror().DetachPolicy(p.At.network(), of, p.At.id, l.Direction)
		},
		Lines: func(p securePort, _ side.Clearance) (all []policyLine) {
			for _, a := range mirroring(p).Policies {
				if st := a.Statistics; a.Protocol == of {
					all = append(all, policyLine{a.Direction, a.List, st.Given, st.Enabled, st.Baseline, st.Value, st.Preserve})
				}
			}
			return all
		},
	}
}

// secureDirectionNames are the keywords of the directions.
var secureDirectionNames = [...]string{mirror.Ingress: "secure-input", mirror.Egress: "secure-output"}

func secureDirections() grammar.Node {
	return alt(
		kw(secureDirectionNames[mirror.Ingress], "What comes in").As("direction").Is(mirror.Ingress),
		kw(secureDirectionNames[mirror.Egress], "What goes out").As("direction").Is(mirror.Egress))
}

var ipSection = cli.Section{Name: "ip", Rows: []cli.Row{interfaces, routes, arps}}
