package noninterference

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// pair is two routers that get the same ordinary inputs. Only busy has a secure
// side.
type pair struct {
	t           testing.TB
	empty, busy *twin
	rnd         *rand.Rand
	trail       []string // inputs so far
	accepted    int      // lines that were not refused
	secure      []template
	lines       []string // see shows
	tap         *session // who makes the noise
	idle        *session // the same operator in the empty router
}

// finding is an output that depends on the secure side.
type finding struct {
	what        string   // was observed
	trail       []string // inputs that led to it, oldest first
	at          int      // the first octet that differs
	empty, busy string
}

func (f *finding) Error() string {
	trail := f.trail[max(0, len(f.trail)-12):]
	around := func(s string) string { return s[max(0, min(f.at, len(s))-60):min(len(s), f.at+80)] }
	return fmt.Sprintf("%s differs at octet %d\nempty: %q\nbusy:  %q\nafter:\n%s", f.what, f.at, around(f.empty), around(f.busy), strings.Join(trail, "\n"))
}

// differs returns a finding unless two outputs are the same.
func (p *pair) differs(what, empty, busy string) error {
	if empty == busy {
		return nil
	}
	if empty, busy = normal(empty), normal(busy); empty == busy {
		return nil
	}
	at := 0
	for at < min(len(empty), len(busy)) && empty[at] == busy[at] {
		at++
	}
	return &finding{what, slices.Clone(p.trail), at, empty, busy}
}

func (p *pair) twins() []*twin { return []*twin{p.empty, p.busy} }

func (p *pair) did(format string, args ...any) {
	p.trail = append(p.trail, fmt.Sprintf(format, args...))
}

// kind is a way for a session not to see the secure side.
type kind struct {
	name  string
	level int
	enter func(*session)
}

var kinds = []kind{
	{"without mirror-enable", 15, func(*session) {}},
	{"mirror-enabled at level 12", 12, func(s *session) { s.SetMirror(true) }},
	{"mirror-enabled at level 10", 10, func(s *session) { s.SetMirror(true) }},
	{"after no mirror-enable", 15, func(s *session) { s.SetMirror(true); s.SetMirror(false) }},
	{"level 1", 1, func(*session) {}},
}

func (k *kind) login(w *twin) *session {
	s := w.login(k.level)
	k.enter(s)
	return s
}

// newPair makes the routers and what both have; then the secure side of one.
func newPair(t testing.TB, seed uint64, pl plant) *pair {
	t.Helper()
	pl.radius = busyRADIUS
	p := &pair{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), empty: newTwin(t, ordinarySet(), plant{radius: emptyRADIUS}), busy: newTwin(t, wholeSet(), pl)}
	for _, w := range p.twins() {
		w.login(15, ordinarySide).Close()
		tap := w.login(15)
		for _, k := range kinds {
			w.sessions = append(w.sessions, k.login(w))
		}
		if w == p.busy {
			p.tap = tap
		} else {
			p.idle = tap
			p.idle.SetMirror(true)
		}
	}
	if refused := p.secretly("mirror-enable\n" + secureSide); refused != "" {
		t.Fatal(refused)
	}
	all := templates(p.busy.shell.Tree())
	for _, tm := range all {
		if p.isNoise(&tm) {
			p.secure = append(p.secure, tm)
		}
	}
	p.settle()
	return p
}

// restart ends both routers and starts them again with what they have saved.
func (p *pair) restart(boots int32) error {
	p.did("(restarted)")
	for _, w := range p.twins() {
		w.stop()
		w.boot(boots)
		tap := w.login(15)
		for i, k := range kinds {
			w.sessions[i] = k.login(w)
		}
		tap.SetMirror(true)
		if w == p.busy {
			p.tap = tap
		} else {
			p.idle = tap
		}
	}
	p.settle()
	return p.emitted()
}

// isNoise reports whether a line is about the secure side alone. The secure
// options of a login are not: the login is ordinary.
func (p *pair) isNoise(tm *template) bool {
	text := tm.text()
	if hasAny(text, leftOut) || hasAny(text, []string{"test subscriber", "privilege", "do ", "run "}) {
		return false
	}
	if strings.Contains(text, "enable traps") && namesOrdinaryCategory(text) {
		return false // it switches that, too
	}
	m, err := p.busy.shell.Tree().Parse(tm.mode, grammar.View{Level: 15, Mirror: true}, tm.fill(rand.New(rand.NewPCG(1, 1)), pool))
	return err == nil && m.Secure
}

// namesOrdinaryCategory reports whether a trap category of the ordinary side is
// among the words of a line.
func namesOrdinaryCategory(text string) bool {
	return slices.ContainsFunc(strings.Fields(text), func(word string) bool {
		return slices.ContainsFunc(mib.Categories[:], func(c mib.CategoryInfo) bool {
			return !c.Secure && (strings.EqualFold(word, c.Keyword) || strings.EqualFold(word, c.Alias))
		})
	})
}

// noise has the secure side at work.
func (p *pair) noise() {
	p.t.Helper()
	all := p.busy.router.VirtualRouters()
	in := p.rnd.IntN(min(2, len(all)))
	p.tap.SetVirtualRouter(all[in])
	p.idle.SetVirtualRouter(p.empty.router.VirtualRouters()[in])
	for range 3 {
		tm := &p.secure[p.rnd.IntN(len(p.secure))]
		script := "end\n"
		switch tm.mode {
		case cli.Exec:
		case cli.GlobalConfig:
			script += "configure terminal\n"
		case cli.InterfaceConfig:
			interfaces := p.tap.VirtualRouter().Network().Interfaces()
			if len(interfaces) == 0 {
				continue // making one would be an ordinary input
			}
			script += "configure terminal\ninterface " + interfaces[p.rnd.IntN(len(interfaces))].ID.String() + "\n"
		case cli.SecurePolicyList:
			script += "configure terminal\nsecure ip policy-list full\n"
		case cli.SecureClassifierGroup:
			script += "configure terminal\nsecure ip policy-list full\nclassifier-group *\n"
		default:
			continue
		}
		last := noiseLines[p.rnd.IntN(len(noiseLines))]
		if p.rnd.IntN(60) == 0 {
			last = "test mirror fault bad-digest" // waits for answers that do not come
		}
		line := tm.fill(p.rnd, pool)
		if p.secretly(script); p.tap.Mode() == tm.mode { // elsewhere the line may be an ordinary input
			p.secretly(line)
		}
		p.secretly("end\n" + last)
	}
	p.noiseSNMP()
	p.noiseMetrics()
	if p.busy.plant.noise != nil {
		p.busy.plant.noise(p.busy)
	}
	p.settle() // what was logged on the way
}

// secretly runs a script of the secure side, and returns the first refusal. What
// is ordinary in it, such as the way to an interface, is an input of both routers:
// the log has it.
func (p *pair) secretly(script string) (refused string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if mode := p.tap.Mode(); mode != cli.SecurePolicyList && mode != cli.SecureClassifierGroup && moves(line) {
			_ = p.idle.Execute(ctx, line)
		}
		if err := p.tap.Execute(ctx, line); err != nil && refused == "" {
			refused = line + ": " + err.Error()
		}
		if p.tap.Mode() == cli.Exec {
			p.idle.End() // out of a secure mode, perhaps
		}
	}
	for w, s := range map[*twin]*session{p.empty: p.idle, p.busy: p.tap} {
		w.run(s, "") // saves
	}
	return refused
}

// moves reports whether a line of the secure side only moves its session.
func moves(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	return slices.Contains([]string{"configure", "interface", "virtual-router", "exit", "end"}, word)
}

func (p *pair) settle() {
	p.t.Helper()
	for _, w := range p.twins() {
		w.settle()
	}
}

// advance lets time pass.
func (p *pair) advance(d time.Duration) {
	p.did("(%v pass)", d)
	for _, w := range p.twins() {
		w.clock.Add(int64(d))
	}
}

// give runs a script in a session of both routers, and compares what is shown
// and sent. It does so line by line, since when a line of the log gets into its
// file is a matter of time.
func (p *pair) give(who int, script string) error {
	p.t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "en") && line != "end" {
			line += "\npassphrase" // the answer, if one is asked for
		}
		if err := p.step(who, line); err != nil {
			return err
		}
	}
	return nil
}

func (p *pair) step(who int, script string) error {
	p.t.Helper()
	p.did("%s: %q", kinds[who].name, script)
	var shown [2]string
	for i, w := range p.twins() {
		shown[i] = w.run(w.sessions[who], script)
		if w.sessions[who].Done() || w.sessions[who].Clearance().Sees(side.Secure) { // what it does now is no ordinary input
			w.sessions[who].Close()
			w.sessions[who] = kinds[who].login(w)
		}
	}
	if !strings.Contains(shown[0], "\nstdin:") {
		p.accepted++
	}
	p.settle()
	if err := p.differs(fmt.Sprintf("what %q shows to a session %s", script, kinds[who].name), shown[0], shown[1]); err != nil {
		return err
	}
	return p.emitted()
}

// emitted compares what both routers sent and logged since the last time.
func (p *pair) emitted() error {
	if err := p.differs("traps on the wire", p.empty.wire.take(), p.busy.wire.take()); err != nil {
		return err
	}
	return p.differs("log on the console", p.empty.console.take(), p.busy.console.take())
}

// typed compares what ?, Tab and suggestions show.
func (p *pair) typed(who int, line string) error {
	a, b := p.empty.sessions[who].typed(line), p.busy.sessions[who].typed(line)
	if a == b {
		return nil
	}
	p.did("%s in %s: %q typed", kinds[who].name, p.busy.sessions[who].Mode(), line)
	return p.differs("help and completion of "+fmt.Sprintf("%q", line), a, b)
}
