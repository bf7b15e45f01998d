package mirror

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/packet"
)

var (
	modelSeed  = flag.Uint64("model.seed", 1, "seed of the random changes")
	modelSteps = flag.Int("model.steps", 100_000, "how many random changes")
)

// failures reports what cannot be applied any more.
func (m *model) failures() {
	check := func(by *modelBy, vr, user string, l2tp bool, lower *modelIf) {
		_, f := m.does(by, vr, l2tp, lower)
		if f != nil && f.Text != by.broken {
			m.fails(vr, by, m.policyOf(by), Identity{}, user, f)
		}
		by.broken = ""
		if f != nil {
			by.broken = f.Text
		}
	}
	for _, s := range m.subs {
		for _, by := range s.by {
			if by != nil {
				check(by, s.vr, s.Name, s.L2TP, m.lower(s))
			}
		}
	}
	for _, i := range m.ifs {
		i.each(func(_ family, _ Direction, by *modelBy) { check(by, i.vr, "", false, i) })
	}
}

// world makes the same random change to a machine and to the model.
type world struct {
	*bench
	m   *model
	rng *rand.Rand
}

func pick[T any](w *world, from ...T) T { return from[w.rng.IntN(len(from))] }

func (w *world) anyVR() string { return pick(w, "default", "default", "isp") }

func (w *world) port() InterfaceID {
	return port(pick(w, "fastEthernet 9/0", "atm 2/0.1", "atm 2/0.2", "loopback 0", "fastEthernet 1/0"))
}

func (w *world) attributes() *Attributes {
	switch w.rng.IntN(4) {
	case 0:
		return li(fmt.Sprintf("%08x%08x", w.rng.IntN(3), w.rng.IntN(3)))
	case 1:
		return &Attributes{Action: number(LINoAction)}
	}
	return nil
}

func (w *world) subscriber() Subscriber {
	n := w.rng.IntN(6)
	s := Subscriber{
		Name: fmt.Sprint("sub", n), Address: netip.AddrFrom4([4]byte{10, 0, 0, byte(n + 1)}),
		CallingStationID: pick(w, "", "call", "ring"), NASPortID: pick(w, "", "nas"), L2TP: w.rng.IntN(4) == 0,
	}
	if w.rng.IntN(3) > 0 {
		s.Interface = w.port()
	}
	return s
}

func (w *world) trigger() (TriggerType, string) {
	switch w.rng.IntN(4) {
	case 0:
		return Username, fmt.Sprint("sub", w.rng.IntN(6))
	case 1:
		n := 1 + w.rng.IntN(6)
		return IPAddress, pick(w, fmt.Sprint("10.0.0.", n), fmt.Sprint("2001:db8:0:1::a00:", n))
	case 2:
		return CallingStationID, pick(w, "call", "ring")
	}
	return NASPortID, "nas"
}

func (w *world) list() (Protocol, string) {
	return pick(w, IP, IP, L2TP, IPv6, IPv6), pick(w, "p", "q")
}

func (w *world) action() Action {
	if w.rng.IntN(5) == 0 {
		return Action{Disabled: true}
	}
	a := Action{
		Analyzer: addr(pick(w, "192.168.99.2", "192.168.99.3", "172.16.0.9")), Router: pick(w, "", "", "", "default", "isp"),
	}
	if w.rng.IntN(5) > 0 {
		a.Port, a.Identified, a.Identity = 2500, true, Identity{uint32(w.rng.IntN(2)), uint32(w.rng.IntN(2))}
	}
	return a
}

// TestModel makes random changes to a machine and to the model: refusals,
// events and what is mirrored agree after each, every opening is closed once,
// and no event names a list that was not there. A network apart, in which nothing
// is mirrored, has the same ordinary side at any time.
func TestModel(t *testing.T) {
	w := &world{bench: newBench(t), m: newModel(), rng: rand.New(rand.NewPCG(*modelSeed, 0))}
	w.apart = newApart(w.bench)
	w.AddRouter(modelVRs["isp"])
	w.m.vrs["isp"] = true
	w.do(w.AddClassifier(IP, "c", "ip any any", &packet.Match{}))
	w.do(w.AddClassifier(IPv6, "c", "udp", &packet.Match6{}))
	open, accesses := ledger{}, accessLedger{}
	reached := w.m.analyzers()
	deadline := time.Now().Add(3 * time.Minute)
	goroutines := runtime.NumGoroutine()
	for n := range *modelSteps {
		if n%1000 == 0 && time.Now().After(deadline) {
			t.Fatalf("%d steps only in three minutes", n)
		}
		w.m.events, w.m.touched = nil, ""
		for k := range w.m.lists {
			w.m.touched += k + " "
		}
		what, err, ok := w.step()
		reached = w.m.lost(reached)
		for k := range w.m.lists {
			w.m.touched += k + " "
		}
		got := w.take()
		for _, e := range got {
			if problem := open.note(e, w.m.touched); problem != "" {
				t.Errorf("seed %d step %d %s: %s: %s", *modelSeed, n, what, problem, e)
			}
		}
		for _, problem := range accesses.note(got, w.m.subs) {
			t.Errorf("seed %d step %d %s: %s", *modelSeed, n, what, problem)
		}
		slices.Sort(got)
		slices.Sort(w.m.events)
		if !slices.Equal(w.m.events, got) || (err == nil) != ok {
			t.Errorf("seed %d step %d %s: error %v, model accepts %v, model - machine +:\n%s", *modelSeed, n, what, err, ok, cmp.Diff(w.m.events, got))
		}
		if n%16 == 0 {
			w.compare()
			w.compareApart()
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	w.empty(open)
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, %d before", n, goroutines)
	}
}

// empty deletes everything and looks for what is left.
func (w *world) empty(open ledger) {
	lists := ""
	for _, l := range w.PolicyLists() {
		lists += l.Name + " "
	}
	if w.m.vrs["isp"] {
		w.RemoveRouter("isp")
	}
	w.LogoutAll(UserRequest)
	def := w.vr("default")
	for _, i := range def.Interfaces() {
		w.do(def.RemoveInterface(i.ID))
	}
	for _, rt := range def.Routes() {
		w.do(def.RemoveRoute(rt))
	}
	for _, e := range w.take() {
		open.note(e, lists)
	}
	for _, l := range w.PolicyLists() {
		w.do(w.RemovePolicyList(l.Protocol, l.Name))
	}
	if len(open) != 0 || w.take() != nil {
		w.t.Errorf("not closed: %v", open)
	}
	m := w.Machine
	if def.InterfaceCount()+len(w.Subscribers())+len(m.ifaces)+len(m.lists)+m.subs.Len()+len(m.dynamic)+m.radiusLists+len(m.def.analyzers)+m.def.found.Len()+len(m.def.led)+len(m.def.collecting) != 0 ||
		len(m.rules)+len(m.classifiers) == 0 && len(m.named) != 0 {
		w.t.Errorf("left over: %+v", m)
	}
}

// ledger holds the packet sessions that are open, by what their events say.
type ledger map[string]int

func (l ledger) note(event, lists string) string {
	f := strings.Fields(event)
	if f[0] == "isp" {
		f = f[1:]
	}
	if f[0] == "AnalyzerUnreachable" || strings.HasSuffix(f[0], "Failure") {
		return ""
	}
	list, _, _ := strings.Cut(event[strings.LastIndex(event[:strings.IndexByte(event, '#')], " ")+1:], "#")
	if !strings.Contains(lists, "/"+list+" ") && !strings.Contains(" "+lists, " "+list+" ") {
		return "no such list"
	}
	// An interface that is deleted names no target.
	key := strings.Join(f[1:], " ")
	if at := strings.Index(key, "gress "); at >= 0 {
		key = key[:at+len("gress")]
	}
	key += fmt.Sprint(strings.HasPrefix(event, "isp"))
	if strings.Contains(event, " 0.0.0.0>") && !strings.Contains(event, "cliStatic") {
		return "" // an access session
	}
	switch f[0] {
	case "SessionStart", "InterfaceSessionActivated":
		l[key]++
	case "SessionReject":
	case "InterfaceDeleted":
		if l[key] == 0 {
			return "" // attached, but not mirroring
		}
		fallthrough
	default:
		if l[key]--; l[key] < 0 {
			return "closed, but not open"
		}
		if l[key] == 0 {
			delete(l, key)
		}
	}
	return ""
}

// compare checks what can be seen of the machine against the model.
func (w *world) compare() {
	w.t.Helper()
	w.compareNamed()
	flows, attached := w.m.flows(), 0
	for _, s := range w.m.subs {
		for _, by := range s.by {
			if by != nil {
				attached++
			}
		}
	}
	for _, i := range w.m.ifs {
		i.each(func(family, Direction, *modelBy) { attached++ })
	}
	reached := w.m.analyzers()
	sessions := w.Sessions()
	mirroring := 0
	for _, s := range sessions {
		if s.Mirroring {
			mirroring += len(s.Directions)
			home := s.Router
			if s.Protocol == L2TP {
				home = "default"
			}
			if want := reached[home+" "+s.Analyzer.String()]; want != s.Reachable {
				w.t.Errorf("analyzer %s: reachable %v, model %v", s.Analyzer, s.Reachable, want)
			}
		}
	}
	if mirroring != len(flows) || len(sessions) != attached || len(w.Subscribers()) != len(w.m.subs) || len(w.PolicyLists()) != len(w.m.lists) {
		w.t.Errorf("%d flows of %d sessions, %d subscribers, %d lists; model has %d, %d, %d, %d",
			mirroring, len(sessions), len(w.Subscribers()), len(w.PolicyLists()), len(flows), attached, len(w.m.subs), len(w.m.lists))
	}
	of := map[*rule]int{}
	for _, l := range w.lists {
		for s := range l.sessions {
			of[s.rule]++
		}
	}
	for k, ru := range w.rules {
		if ru.sessions != of[ru] {
			w.t.Errorf("rule %+v counts %d sessions of %d", k, ru.sessions, of[ru])
		}
	}
}
