package command

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// crowd is a router with many things of a kind.
type crowd struct {
	t     testing.TB
	shell *cli.Shell
	store state.Store
	close func()
}

// many are the kinds of things there can be many of. Each is configured with a
// script, from which all other work with them follows.
type many struct {
	name   string
	n      int // 2n and 4n are measured, too
	setup  string
	each   func(i int) string
	remove func(i int) string // takes away what each(i) has made, those before it being gone
	show   string             // commands whose output has them all, by semicolons
}

var crowds = []many{
	{"static routes", 4000, "interface fastEthernet 9/0\nip address 10.0.0.1 255.0.0.0\nexit\n", func(i int) string {
		return fmt.Sprintf("ip route 20.%d.%d.0 255.255.255.252 10.0.0.2\nip route 21.%d.%d.0 255.255.255.252 10.0.0.3\n", i>>8, i&255, i>>8, i&255)
	}, func(i int) string {
		return fmt.Sprintf("no ip route 20.%d.%d.0 255.255.255.252 10.0.0.2\nno ip route 21.%d.%d.0 255.255.255.252 10.0.0.3\n", i>>8, i&255, i>>8, i&255)
	}, "show ip route"},
	{"interfaces", 2000, "", func(i int) string {
		return fmt.Sprintf("interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\nexit\n", i, dotted(30<<24+4*i+1))
	}, func(i int) string {
		return fmt.Sprintf("no interface gigabitEthernet 1/0.%d\n", i)
	}, "show interfaces;show ip interface"},
	{"interfaces, mirrored", 600, "secure ip policy-list p\n", func(i int) string {
		return fmt.Sprintf("interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\nip policy secure-input p\nip policy secure-output p\nexit\n", i, dotted(30<<24+4*i+1))
	}, func(i int) string {
		return fmt.Sprintf("no interface gigabitEthernet 1/0.%d\n", i)
	}, "show mirror sessions;show interfaces"},
	{"subscribers", 4000, "", func(i int) string { return fmt.Sprintf("do test subscriber login sub%d\n", i) }, func(i int) string {
		return fmt.Sprintf("do logout subscriber sub%d\n", i)
	}, "show subscribers"},
	{"subscribers, mirrored", 4000, mirrored, func(i int) string {
		return fmt.Sprintf("do test subscriber login sub%d calling-station-id 6175551212\n", i)
	}, func(i int) string {
		return fmt.Sprintf("do logout subscriber sub%d\n", i)
	}, "show subscribers;show mirror sessions;show mirror subscribers"},
	{"secure policies, analyzers, rules", 200, analyzed, func(i int) string {
		s := fmt.Sprintf("secure ip classifier-list c%d ip any any\nsecure ip policy-list p%d\nclassifier-group c%d\nmirror analyzer-ip-address %s\nexit\nexit\n", i, i, i, dotted(40<<24+i+1))
		if i%8 == 0 {
			s += fmt.Sprintf("mirror username sub%d ip secure-policy-list p%d\n", i, i)
		}
		return s
	}, func(i int) string {
		s := fmt.Sprintf("no secure ip policy-list p%d\nno secure ip classifier-list c%d\n", i, i)
		if i%8 == 0 {
			s = fmt.Sprintf("no mirror username sub%d\n", i) + s
		}
		return s
	}, "show secure policy-list;show secure classifier-list;show mirror rules"},
	{"classifier groups of a list", 120, "secure ip policy-list p\nexit\n", func(i int) string {
		return fmt.Sprintf("secure ip classifier-list c%d ip any any\nsecure ip policy-list p\nclassifier-group c%d precedence %d\nmirror analyzer-ip-address %s\nexit\nexit\n", i, i, i+1, dotted(40<<24+i+1))
	}, func(i int) string {
		return fmt.Sprintf("secure ip policy-list p\nno classifier-group c%d\nexit\nno secure ip classifier-list c%d\n", i, i)
	}, "show secure policy-list"},
	{"policy lists", 1000, "", func(i int) string {
		return fmt.Sprintf("ip classifier-list c%d ip any any\nip policy-list p%d\nclassifier-group c%d\nforward\nexit\nexit\n", i, i, i)
	}, func(i int) string {
		return fmt.Sprintf("no ip policy-list p%d\nno ip classifier-list c%d\n", i, i)
	}, "show policy-list;show classifier-list"},
	{"entries of a classifier list", 60, "", func(i int) string {
		return fmt.Sprintf("ip classifier-list c ip host 10.0.0.%d any\nsecure ip classifier-list c ip host 10.0.0.%d any\n", i+1, i+1)
	}, func(i int) string {
		return fmt.Sprintf("no ip classifier-list c %d\nno secure ip classifier-list c %d\n", i+1, i+1)
	}, "show classifier-list;show secure classifier-list"},
	{"virtual routers", 200, "", func(i int) string { return fmt.Sprintf("virtual-router vr%d\n", i) }, func(i int) string {
		return fmt.Sprintf("no virtual-router vr%d\n", i)
	}, "show virtual-router"},
	{"access lists", 200, "", func(i int) string {
		return fmt.Sprintf("access-list a%d permit host 10.0.0.1\n", i)
	}, func(i int) string { return fmt.Sprintf("no access-list a%d\n", i) }, "show access-list"},
	{"rules of an access list", 240, "", func(i int) string {
		return fmt.Sprintf("access-list a permit host %s\n", dotted(50<<24+i))
	}, func(i int) string { return fmt.Sprintf("no access-list a permit host %s\n", dotted(50<<24+i)) }, "show access-list"},
	{"views and families", 8 * 50, "", func(i int) string {
		return fmt.Sprintf("snmp-server view v%d 1.3.6.1.4.1.%d included\n", i%8, i)
	}, func(i int) string {
		return fmt.Sprintf("no snmp-server view v%d 1.3.6.1.4.1.%d\n", i%8, i)
	}, "show snmp view"},
	{"SNMP users, groups, hosts", 8 * 4, "virtual-router v0\nvirtual-router v1\nvirtual-router v2\nvirtual-router v3\n", func(i int) string {
		vr, n := i%4, i/4
		return fmt.Sprintf("virtual-router v%d\nsnmp-server group g%d priv\nsnmp-server user u%d group public\nsnmp-server host 127.0.1.%d version v2c public\n", vr, n, n, n%8+1)
	}, func(i int) string {
		vr, n := i%4, i/4
		s := fmt.Sprintf("virtual-router v%d\nno snmp-server user u%d\nno snmp-server group g%d\n", vr, n, n)
		if n < 8 {
			s += fmt.Sprintf("no snmp-server host 127.0.1.%d\n", n+1)
		}
		return s
	}, "show snmp user;show snmp group"},
	{"ARP entries", 1000, "interface fastEthernet 9/0\nip address 60.0.0.1 255.0.0.0\nexit\n", func(i int) string {
		return fmt.Sprintf("arp %s fastEthernet 9/0 0090.1a00.0001\n", dotted(60<<24+i+2))
	}, func(i int) string {
		return fmt.Sprintf("no arp %s fastEthernet 9/0\n", dotted(60<<24+i+2))
	}, "show arp"},
}

const (
	mirrored = `interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
secure ip policy-list p
classifier-group *
mirror analyzer-ip-address 192.168.99.2
exit
exit
mirror calling-station-id 6175551212 ip secure-policy-list p
`
	analyzed = `interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
ip route 0.0.0.0 0.0.0.0 192.168.99.2
`
)

func dotted(n int) string { return fmt.Sprintf("%d.%d.%d.%d", n>>24&255, n>>16&255, n>>8&255, n&255) }

// newCrowd is a router without anybody.
func newCrowd(t testing.TB, like *cli.Shell, store state.Store) *crowd {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Clock: stopped})
	if err != nil {
		t.Fatal(err)
	}
	if store == nil {
		store = state.NewMemory(stopped)
	}
	shell, err := cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Habits: Habits(), Store: store, Like: like})
	if err != nil {
		t.Fatal(err)
	}
	return &crowd{t: t, shell: shell, store: store, close: func() {
		_ = shell.Close()
		_ = router.Close()
	}}
}

// run is a batch; the configuration is saved at its end.
func (c *crowd) run(script string) {
	out := bufio.NewWriter(io.Discard)
	s := c.shell.NewSession(cli.SessionOptions{Level: 15, Out: out})
	defer s.Close()
	var refused strings.Builder
	batch := cli.Batch{Session: s, Out: out, Errors: &refused, Quiet: true}
	script = "mirror-enable\nconfigure terminal\n" + script
	if err := batch.Run(c.t.Context(), cli.Source{Name: "crowd", R: strings.NewReader(script)}); err != nil {
		c.t.Fatal(err, refused.String())
	}
}

// script makes the things of a kind.
func (m *many) script(n int) string { return m.setup + times(n, m.each) }

// removal takes them away, in the order in which they were made.
func (m *many) removal(n int) string { return times(n, m.remove) }

func times(n int, each func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(each(i))
	}
	return b.String()
}

// seen is what is configured, and what is shown of a kind.
func (c *crowd) seen(m *many) string {
	o := operatorOf(c.t, c.shell, "mirror-enable")
	defer o.Close()
	all := o.do(c.t, "show configuration")
	for line := range strings.SplitSeq(m.show, ";") {
		all += o.do(c.t, line)
	}
	return all
}

// removed makes things of a kind and removes them, which leaves nothing of them.
func (m *many) removed(t testing.TB, like *cli.Shell, n int) {
	c := newCrowd(t, like, nil)
	defer c.close()
	c.run(m.setup)
	before := c.seen(m)
	c.run(m.script(n))
	if c.seen(m) == before {
		t.Fatal("nothing is seen of them")
	}
	c.run(m.removal(n))
	if diff := cmp.Diff(before, c.seen(m)); diff != "" {
		t.Errorf("what is left of %d: %s", n, diff)
	}
}

// TestCrowdsRemoved holds the scripts of [BenchmarkGrowth] to what they say.
func TestCrowdsRemoved(t *testing.T) {
	for i := range crowds {
		m := &crowds[i]
		t.Run(m.name, func(t *testing.T) { m.removed(t, nil, 16) })
	}
}
