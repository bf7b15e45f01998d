//go:build interop

package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	soakTime = flag.Duration("soak", 3*time.Second, "how long TestSoak runs")
	soakRate = flag.Int("soak-rate", 100, "mirror events a second in TestSoak, each for eight hosts")
)

// flat is by how many MB the mean of the memory may grow from the second to the
// last third of a soak of some length: a router takes minutes to warm up, and in
// less than one nothing can be said.
func flat(soak time.Duration) float64 {
	switch {
	case soak >= 5*time.Minute:
		return 3
	case soak >= time.Minute:
		return 8
	}
	return math.Inf(1)
}

// TestSoak has everybody at one router at once for a while: operators who look,
// configure, come and go, traps to seven receivers, informs to an snmptrapd,
// managers and strangers at the agent, subscribers and a RADIUS server. In the
// end every count adds up, whoever has kept it, and the router has no more open
// and in memory than in the beginning.
func TestSoak(t *testing.T) {
	s := newSoak(t)
	s.run()
	if t.Failed() {
		t.Fatalf("the router says: %s", s.said())
	}
	s.checkSessions()
	st := quiet(t, s.ctx, s.checker)
	s.checkTraps(st)
	s.checkAgent()
	s.checkRADIUS()
	s.checkSecureLog(st)
	s.checkLongest()
	s.checker.close()
	if status := s.stop(); status != 0 || s.said() != "" {
		t.Errorf("exit status %d: %s", status, s.said())
	}
	t.Logf("in %v: %d mirror events, %d commands of operators, %d agent requests, %d RADIUS requests, memory %+.1f MB",
		*soakTime, s.raised+s.cycles*trapsOfACycle, s.commands.n(), s.asked.n(), s.disconnects.n()+s.forged.n(), s.growth)
}

// soak is a lab under load. What the actors count is theirs until run returns.
type soak struct {
	*lab
	t       *testing.T
	ctx     context.Context
	until   time.Time
	sinks   []*sink // of secure hosts
	plain   *sink   // of the ordinary one
	radius  int     // port
	checker *operator
	open    int // file descriptors before

	raised   int // by test mirror traps
	cycles   int // logins and logouts of a mirrored subscriber
	commands tallies
	// asked and answered are messages to and from the agent, audited requests of
	// the mirror MIB.
	asked, answered, audited, malformed tallies
	disconnects, forged                 tallies // requests of RADIUS
	slowest                             longest
	synced                              time.Duration // the longest write beside the router, see sync
	growth                              float64
}

// tallies is a count that several actors share.
type tallies struct {
	mu    sync.Mutex
	count int
}

func (c *tallies) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count += n
}

func (c *tallies) n() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

const (
	soakSinks   = 7
	informHost  = "127.0.0.8"
	plainHost   = "127.0.0.11"
	target      = "target@example.net"
	soakClients = 20 // operators, besides those with a task of their own
)

func newSoak(t *testing.T) *soak {
	s := &soak{t: t, radius: freePort(t)}
	ctx, cancel := context.WithTimeout(context.Background(), *soakTime+6*patience)
	t.Cleanup(cancel)
	s.ctx = ctx
	script := labPreamble + chassisScript(*soakChassis) // before there are hosts, which would be told of every interface
	for i := range soakSinks {
		k := startSink(t, fmt.Sprintf("127.0.0.%d", i+1))
		s.sinks = append(s.sinks, k)
		script += secureHostLine(k.addr, "")
	}
	// Authorised for forwarding only: it acknowledges, and logs none.
	d := startTrapdAt(t, []string{informHost}, fmt.Sprintf("createUser mirrorUser SHA %q AES %q", labAuth, labPriv), "authUser net mirrorUser priv")
	script += secureHostLine(d.addr, "informs")
	s.plain = startSink(t, plainHost)
	script += fmt.Sprintf("snmp-server host %v version v2c public udp-port %d\nsnmp-server host %v trapQueue size 100000\n", s.plain.addr.Addr(), s.plain.addr.Port(), s.plain.addr.Addr())
	script += fmt.Sprintf(`radius dynamic-request server %s
udp-port %d
subscriber disconnect
key "%s"
exit
interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
secure ip policy-list all
classifier-group *
mirror analyzer-ip-address 192.168.99.2
exit
exit
mirror username %s ip secure-policy-list all
`, radiusHost, s.radius, radiusKey, target)
	s.lab = startLab(t, script)
	var err error
	if s.checker, err = s.operator("checker", "enable 15", "mirror-enable"); err != nil {
		t.Fatal(err)
	}
	s.open = s.files()
	return s
}

// operator logs in and runs lines.
func (s *soak) operator(name string, lines ...string) (*operator, error) {
	o, err := s.login(s.ctx, name)
	if err != nil {
		return nil, err
	}
	if _, err = o.do(s.ctx, lines...); err != nil {
		o.close()
	}
	return o, err
}

// run has all actors at work until the time is up.
func (s *soak) run() {
	s.t.Helper()
	s.until = time.Now().Add(*soakTime)
	var all sync.WaitGroup
	act := func(name string, f func() error) {
		all.Go(func() {
			if err := f(); err != nil {
				s.t.Errorf("%s: %v", name, err)
			}
		})
	}
	act("raiser", s.raise)
	act("subscribers", s.subscribers)
	for i := range soakClients {
		act("operator", func() error { return s.operate(i) })
	}
	act("passer-by", s.comeAndGo)
	act("walker", s.walk)
	act("manager", s.manage)
	act("authorised manager", s.manageMirror)
	act("stranger", s.garble)
	act("forger", s.forge)
	act("disk", s.sync)
	sampling, stop := context.WithCancel(s.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.growth, _ = s.memory(sampling)
	}()
	all.Wait()
	stop()
	<-done
}

func (s *soak) going() bool { return time.Now().Before(s.until) && !s.t.Failed() }

// raise raises mirror traps, a second's worth with each command.
func (s *soak) raise() error {
	o, err := s.operator("raiser", "enable 15", "mirror-enable")
	if err != nil {
		return err
	}
	defer o.close()
	for s.going() {
		if err := raise(s.ctx, o, "sessionStart", *soakRate, *soakRate); err != nil {
			return err
		}
		s.raised += *soakRate
	}
	return nil
}

// operate is an operator at work. One of three sees the secure side, and none
// of the others is ever shown a word of it.
func (s *soak) operate(i int) error {
	time.Sleep(time.Duration(i) * time.Second / soakClients) // not all of them come, and type the same, at once
	o, err := s.operator(fmt.Sprintf("operator%d", i), "enable 15")
	if err != nil {
		return err
	}
	defer o.close()
	lines := []string{"show version", "show snmp trap", "show snmp", "show log data", "show users", "show interfaces", "show subscribers",
		"show configuration", "show snmp user", "dir", "configure terminal", fmt.Sprintf("snmp-server contact operator%d", i),
		fmt.Sprintf("interface loopback %d", i+1), "shutdown", "no shutdown", "exit", fmt.Sprintf("no interface loopback %d", i+1), "end"}
	sees := i%3 == 0
	lines = atChassis(lines)
	if sees {
		if *soakChassis == 0 {
			lines = append(lines, "show mirror sessions")
		}
		lines = append(lines, "show mirror rules", "show snmp secure-log | include sessionStart", "show snmp secure-log", "show mirror log")
		if _, err := o.do(s.ctx, "mirror-enable"); err != nil {
			return err
		}
	}
	for n := 0; s.going(); n++ {
		line, from := lines[n%len(lines)], time.Now()
		shown, err := o.do(s.ctx, line)
		if err != nil {
			return err
		}
		s.slowest.note(line, time.Since(from))
		if !sees && tellingOf.MatchString(strings.ReplaceAll(shown, "mirrorsh", "")) {
			return fmt.Errorf("%s shows %q to an ordinary session", line, tellingOf.FindString(shown))
		}
		s.commands.add(1)
		rest(10 * time.Millisecond) // nobody types faster; the others have a turn
	}
	return nil
}

// tellingOf matches what only the secure side of the lab has.
var tellingOf = regexp.MustCompile(`(?i)mirror|secure|analyzer|127\.0\.0\.[2-8]\b`)

// comeAndGo logs in and out.
func (s *soak) comeAndGo() error {
	for s.going() {
		o, err := s.login(s.ctx, "passer-by")
		if err != nil {
			return err
		}
		_, err = o.do(s.ctx, "show privilege", "enable 10", "show snmp trapstat")
		o.close()
		if err != nil {
			return err
		}
		s.commands.add(4)
		rest(0)
	}
	return nil
}

// trapsOfACycle are the traps of a login and a logout: start and end of the
// access session, and of the packet session in each of two directions.
const trapsOfACycle = 6

// subscribers logs a mirrored subscriber in, and has the RADIUS server end the
// session.
func (s *soak) subscribers() error {
	o, err := s.operator("network", "enable 15")
	if err != nil {
		return err
	}
	defer o.close()
	for n := 0; s.going(); n++ {
		if _, err := o.do(s.ctx, fmt.Sprintf("test subscriber login %s ip-address 10.7.0.%d", target, 1+n%200)); err != nil {
			return err
		}
		if err := s.disconnect(); err != nil {
			return err
		}
		s.cycles++
		s.commands.add(1)
		rest(0)
	}
	return nil
}

// checkTraps compares what the router says of traps with what was raised and
// with what the receivers got.
func (s *soak) checkTraps(st trapstat) {
	s.t.Helper()
	events := s.raised + s.cycles*trapsOfACycle
	if st.raised != events || st.discarded != 0 {
		s.t.Errorf("%d secure traps raised and %d discarded, want %d and 0", st.raised, st.discarded, events)
	}
	for _, k := range s.sinks {
		s.checkSink(k, st.hosts[k.addr.Addr().String()+" secure"], events)
	}
	inf := st.hosts[informHost+" secure"]
	if want := (tally{sent: inf.sent, acknowledged: events, discards: inf.discards, reports: inf.reports}); inf != want {
		s.t.Errorf("inform host: %+v, want %+v", inf, want)
	}
	// The last sessions may say goodbye a moment after they are gone.
	for deadline := time.Now().Add(patience); ; {
		plain := quiet(s.t, s.ctx, s.checker).hosts[plainHost+" ordinary"]
		if plain.sent > 0 && plain.sent == int(s.plain.received.Load()) || time.Now().After(deadline) {
			s.checkSink(s.plain, plain, plain.sent)
			return
		}
	}
}

func (s *soak) checkSink(k *sink, row tally, events int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); int(k.received.Load()) < events && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	row.discards = 0 // of ordinary categories that the host does not want
	if got := k.received.Load(); int(got) != events || k.breaks.Load() != 0 || k.strange.Load() != 0 || row != (tally{sent: events}) {
		s.t.Errorf("%v: %d received, %d out of order, %d strange, the router says %+v, want %d", k.addr, got, k.breaks.Load(), k.strange.Load(), row, events)
	}
}

var held = regexp.MustCompile(`Entries: (\d+) held, capacity 100, (\d+) overwritten`)

// checkSecureLog holds the log to what was sent and asked: an entry for each
// trap and host, one more for each inform that was acknowledged, and one for each
// request of the mirror MIB.
func (s *soak) checkSecureLog(st trapstat) {
	s.t.Helper()
	shown, err := s.checker.do(s.ctx, "show snmp secure-log")
	m := held.FindStringSubmatch(shown)
	if err != nil || m == nil {
		s.t.Fatalf("%v: %s", err, shown)
	}
	kept, _ := strconv.Atoi(m[1])
	lost, _ := strconv.Atoi(m[2])
	if want := st.raised*(soakSinks+2) + s.audited.n(); kept+lost != want || kept != min(100, want) {
		s.t.Errorf("%d entries held and %d overwritten, want %d", kept, lost, want)
	}
}

// checkSessions: whoever has left has left nothing open, and the memory is flat.
func (s *soak) checkSessions() {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		shown, err := s.checker.do(s.ctx, "show users")
		if err != nil {
			s.t.Fatal(err)
		}
		// One more than in the beginning at most: the file of a save, or its folder.
		lines, open := strings.Count(shown, " from ")+strings.Count(shown, "127.0.0.1"), s.files()
		if lines == 1 && open <= s.open+1+len(s.sinks)+2 {
			break
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d files are open, %d were; users:\n%s", open, s.open, shown)
		}
	}
	if s.growth > max(flat(*soakTime), s.swing()) {
		s.t.Errorf("the memory has grown by %.1f MB", s.growth)
	}
}

// files is how many file descriptors the router has open.
func (l *lab) files() int {
	l.t.Helper()
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", l.cmd.Process.Pid))
	if err != nil {
		l.t.Fatal(err)
	}
	return len(entries)
}
