package noninterference

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/metrics"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/state"
)

// patience is how long a router may take over one step: an inform that got lost is
// given up after 20 seconds by itself.
const patience = 90 * time.Second

// never is when what could not be saved is tried again by itself: the clock on
// the wall is none of the inputs.
const never = time.Hour

// twin is one of the two routers, with all that can be observed of it.
type twin struct {
	t        testing.TB
	clock    atomic.Int64 // nanoseconds since start
	router   *trapcore.Router
	shell    *cli.Shell
	store    state.Store
	answers  bool  // its RADIUS servers answer whatever they are asked
	disk     *disk // of the store
	wire     *wire
	console  console
	sessions []*session
	plant    plant
	commands []cli.Command
	detach   func() // the console
	page     http.Handler
	secured  http.Handler // the page behind the token
	fleet    http.Handler // the page of a fleet of this router alone
}

var start = time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)

func (w *twin) now() time.Time { return start.Add(time.Duration(w.clock.Load())) }

// newTwin makes a router with a set of commands.
func newTwin(t testing.TB, commands []cli.Command, pl plant) *twin {
	t.Helper()
	w := &twin{t: t, plant: pl, commands: commands}
	w.disk = &disk{Store: state.NewMemory(w.now)}
	w.store = w.disk
	if err := w.store.WriteFile(state.Files+"/c.txt", capture(t), 0o600); err != nil {
		t.Fatal(err)
	}
	w.wire = &wire{w: w, clock: snmp.NewEngine(1, time.Now)}
	if pl.commands != nil {
		w.commands = pl.commands(w, commands)
	}
	w.boot(3)
	t.Cleanup(w.stop)
	return w
}

// boot starts the router with what the store has.
func (w *twin) boot(boots int32) {
	w.t.Helper()
	dial := w.wire.dial
	if w.plant.dial != nil {
		dial = w.plant.dial(w)
	}
	router, err := trapcore.New(trapcore.Options{
		Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: boots, Clock: w.now, Location: time.UTC, Dial: dial, Files: w.store,
		RADIUS: w.plant.radius, AskFrom: w.askFrom,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	sections := command.Sections()
	if w.plant.section != nil {
		sections = append(sections, *w.plant.section)
	}
	w.router = router
	if w.shell, err = cli.New(cli.Options{Router: router, Commands: w.commands, Sections: sections, Habits: command.Habits(), Store: w.store, SaveRetry: never}); err != nil {
		w.t.Fatal(err)
	}
	router.Responder().OnChange(func(c agent.Change) {
		if err := w.shell.Changed(c.Side, c.Router); err != nil && !errors.Is(err, errFull) {
			w.t.Error(err)
		}
	})
	guard := remote.New(remote.Options{Shell: w.shell, Penalty: time.Nanosecond})
	w.page, w.secured = metrics.Ordinary(w.shell), metrics.Secure(w.shell, guard, w.token())
	w.fleet = metrics.Fleet([]*cli.Shell{w.shell})
	w.detach = router.EventLog().Attach(&w.console)
	err = w.shell.Restore(context.Background(), func(file string, line int, reason string, of side.Side) {
		if of == side.Ordinary {
			fmt.Fprintf(&w.console, "%s:%d: %s\n", file, line, reason)
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	router.ColdStart()
}

// askFrom leads to the server of the test, if there is one, and to no other.
func (w *twin) askFrom(to netip.AddrPort) (*net.UDPConn, error) {
	if to.Addr() != server {
		return nil, errors.New("network is unreachable")
	}
	return net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(w.plant.radius, 0)))
}

func (w *twin) stop() {
	w.detach()
	if err := w.shell.Close(); err != nil && !errors.Is(err, errFull) {
		w.t.Error(err)
	}
	if err := w.router.Close(); err != nil {
		w.t.Error(err)
	}
}

// console collects what the event log shows on consoles.
type console struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *console) take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.text.Reset()
	return c.text.String()
}

// session is an operator and what the terminal shows.
type session struct {
	*cli.Session
	out    bytes.Buffer
	errors bytes.Buffer
}

func (w *twin) login(level int, setup ...string) *session {
	w.t.Helper()
	s := &session{}
	s.Session = w.shell.NewSession(cli.SessionOptions{Level: level, Out: &s.out})
	for _, script := range setup {
		w.must(s, script)
	}
	return s
}

// must runs a script of which no line may be refused.
func (w *twin) must(s *session, script string) {
	w.t.Helper()
	got := w.run(s, script)
	if i := strings.Index(got, "\nstdin:"); i >= 0 {
		w.t.Fatal(got[i:])
	}
}

// run gives a session a script and returns all it shows, the exit status and
// where the session is then.
func (w *twin) run(s *session, script string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := bufio.NewWriter(&s.out)
	batch := &cli.Batch{Session: s.Session, Out: out, Errors: &s.errors, KeepGoing: true}
	err := batch.Run(ctx, cli.Source{Name: "stdin", R: strings.NewReader(script + "\n")})
	status := 0
	if errors.Is(err, cli.ErrRefused) {
		status = 1
	} else if err != nil {
		w.t.Fatalf("%q: %v", script, err)
	}
	defer s.out.Reset()
	defer s.errors.Reset()
	return fmt.Sprintf("%s%sexit status %d\n%s (level %d)", &s.out, &s.errors, status, s.Prompt(), s.Level())
}

// typed is what ?, Tab and typing show at the end of a line.
func (s *session) typed(line string) string {
	insert, list := s.Complete(line)
	var b strings.Builder
	b.WriteString(s.Help(line))
	b.WriteString("|" + insert + "|" + list + "|")
	for _, c := range s.Suggest(line) {
		b.WriteString(c.Text + " " + c.Description + "\n")
	}
	return b.String()
}

// settle waits until all traps have left and all that was logged is delivered.
func (w *twin) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if w.answers {
		w.answered() // before Drain announces the end
	}
	if n := w.router.Drain(ctx); n != (side.Sum{}) {
		w.t.Fatalf("%d traps do not leave", n.As(side.Clear(true)))
	}
	if err := w.router.EventLog().Flush(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// handle gives the agent a datagram and returns its answer.
func (w *twin) handle(in []byte) []byte {
	var buf snmp.Buffer
	out := bytes.Clone(w.router.Responder().Handle(&buf, manager, in))
	if w.plant.answer != nil {
		out = w.plant.answer(w, in, out)
	}
	return out
}

// hashed is a password at rest: its salt is random, so it differs between any
// two routers.
var hashed = regexp.MustCompile(`\b1[A-Za-z0-9_-]{19}(\s|$)`)

func normal(text string) string { return hashed.ReplaceAllString(text, "<hash>$1") }

// plant is a leak put into the busy router, to prove that it is found. A nil
// field plants nothing.
type plant struct {
	commands func(*twin, []cli.Command) []cli.Command
	section  *cli.Section
	dial     func(*twin) dialer
	answer   func(w *twin, in, out []byte) []byte
	noise    func(*twin)                       // after each time the secure side was at work
	page     func(w *twin, text string) string // what Prometheus is given
	radius   netip.Addr                        // no leak: where dynamic requests arrive, since two routers cannot have one port
}

// ordinarySet and wholeSet are the commands of the two routers: in the one the
// secure side was never defined.
func wholeSet() []cli.Command { return command.All() }
func ordinarySet() []cli.Command {
	kept := grammar.OrdinaryOnly(command.All())
	for i := range kept {
		kept[i].Run.Check = nil // the arguments of secure words are left without words
	}
	return kept
}
