package noninterference

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// handler is what carries out a command.
type handler = func(ctx context.Context, s *cli.Session, a grammar.Args) (result.Value, error)

// wrapped returns commands that run by way of a function.
func wrapped(commands []cli.Command, by func(next handler) handler) []cli.Command {
	all := make([]cli.Command, len(commands))
	for i, c := range commands {
		c.Run.Run = by(c.Run.Run)
		all[i] = c
	}
	return all
}

// word is a command that should have been secure and is not.
func word(name string) func(*twin, []cli.Command) []cli.Command {
	return func(_ *twin, commands []cli.Command) []cli.Command {
		return append(commands, cli.Command{
			Modes: []grammar.Mode{cli.Exec}, Level: 1, Syntax: grammar.Kw(name, "Look at what is mirrored"), Summary: "A leak",
			Run: cli.Do(cli.None{}, func(context.Context, *cli.Session, cli.None) error { return nil }),
		})
	}
}

// leaks are one of each kind. what is where the harness has to find it.
var leaks = []struct {
	name, what string
	plant      plant
}{
	{"a help line", "help and completion", plant{commands: word("tapping")}},
	{"a prefix made ambiguous", `"mirror-e"`, plant{commands: word("mirror-ends")}},
	{"a counter", "show snmp trapstat", plant{commands: func(w *twin, commands []cli.Command) []cli.Command {
		return wrapped(commands, func(next handler) handler {
			return func(ctx context.Context, s *cli.Session, a grammar.Args) (result.Value, error) {
				if a.Has("show") && a.Has("trapstat") {
					s.Printf("Traps: %d\n", w.router.Default().Traps().As(side.Clear(true)).Counters(side.Secure).Local)
				}
				return next(ctx, s, a)
			}
		})
	}}},
	{"a quota", "snmp-server host", plant{commands: func(w *twin, commands []cli.Command) []cli.Command {
		return wrapped(commands, func(next handler) handler {
			return func(ctx context.Context, s *cli.Session, a grammar.Args) (result.Value, error) {
				if a.Has("snmp-server") && a.Has("host") && !s.Clearance().Sees(side.Secure) && len(s.VirtualRouter().Traps().As(side.Clear(true)).Hosts()) >= notify.MaxHosts {
					return nil, notify.ErrTooManyHosts
				}
				return next(ctx, s, a)
			}
		})
	}}},
	{"a log line", "log on the console", plant{commands: func(w *twin, commands []cli.Command) []cli.Command {
		return wrapped(commands, func(next handler) handler {
			return func(ctx context.Context, s *cli.Session, a grammar.Args) (result.Value, error) {
				if s.Clearance().Sees(side.Secure) {
					w.router.EventLog().Log(eventlog.CLICommand, eventlog.Debug, "default", "console: a command")
				}
				return next(ctx, s, a)
			}
		})
	}}},
	{"a file name", "dir", plant{noise: func(w *twin) {
		if err := w.shell.Files().Write("z.txt", ""); err != nil {
			w.t.Fatal(err)
		}
	}}},
	{"a configuration line", "show configuration", plant{section: &cli.Section{
		Name: "leak", Rows: []cli.Row{&cli.Setting[*trapcore.Router, cli.None]{
			Place: cli.Place[*trapcore.Router]{At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*trapcore.Router, bool) {
				return sh.Router, vr == sh.Router.Default()
			}},
			Syntax: grammar.Kw("! packet mirroring is configured", ""),
			Lines: func(r *trapcore.Router, _ side.Clearance) []cli.None {
				all := side.Clear(true)
				if x, _ := r.Secure(all); x.MirrorTraps() || len(r.Default().Traps().As(all).Hosts()) > 0 {
					return make([]cli.None, 1)
				}
				return nil
			},
		}},
	}}},
	{"a walk", "walk", plant{answer: func(_ *twin, in, out []byte) []byte {
		if _, more := first(out); more || len(out) == 0 {
			return out
		}
		return withTrapEnable(in, out)
	}}},
	{"a report", "answer to", plant{answer: func(_ *twin, in, out []byte) []byte {
		if p, _, err := usm(in); err == nil && isSecure(string(p.User)) {
			return nil
		}
		return out
	}}},
	{"a shared request ID", "traps on the wire", plant{dial: func(w *twin) dialer {
		secure := new(int32)
		return func(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
			c, err := w.wire.dial(from, to)
			return &counting{c, w, secure}, err
		}
	}}},
	{"a metric", "metrics", plant{page: func(w *twin, text string) string {
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return fmt.Sprintf("%sgo_memstats_mallocs_total %d\n", text, memory.Mallocs)
	}}},
	{"a trap that does not leave", "traps on the wire", plant{dial: func(w *twin) dialer {
		return func(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
			c, err := w.wire.dial(from, to)
			return &losing{c, w}, err
		}
	}}},
}

// withTrapEnable answers the end of an SNMPv2c walk with juniPacketMirrorTrapEnable.
func withTrapEnable(in, out []byte) []byte {
	d, err := snmp.ParseDatagram(in)
	if err != nil || d.Version != snmp.Version2c {
		return out
	}
	m, err := d.Community()
	if err != nil {
		return out
	}
	q, err := m.PDU()
	if err != nil || q.Type != snmp.PDUGetNext || len(q.Varbinds) != 1 {
		return out
	}
	return request(snmp.Version2c, string(m.Community), snmp.PDU{
		Type: snmp.PDUResponse, RequestID: q.RequestID, Varbinds: []snmp.Varbind{{Name: mib.PacketMirrorMIB.Sub(2, 1, 0), Value: snmp.Integer(1)}},
	})
}

// counting numbers the traps of SNMPv2c as though secure ones were among them.
type counting struct {
	notify.Conn
	w      *twin
	secure *int32
}

func (c *counting) Send(all [][]byte) (int, error) {
	c.w.wire.mu.Lock()
	sent := make([][]byte, len(all))
	for i, d := range all {
		if p, _, err := usm(d); err == nil && isSecure(string(p.User)) {
			*c.secure++
		}
		sent[i] = renumbered(d, *c.secure)
	}
	c.w.wire.mu.Unlock()
	return c.Conn.Send(sent)
}

func renumbered(data []byte, by int32) []byte {
	d, err := snmp.ParseDatagram(data)
	if err != nil || d.Version != snmp.Version2c {
		return data
	}
	m, err := d.Community()
	if err != nil {
		return data
	}
	q, err := m.PDU()
	if err != nil {
		return data
	}
	q.RequestID += by
	return request(snmp.Version2c, string(m.Community), q)
}

// losing loses the traps of SNMPv1 and v2c.
type losing struct {
	notify.Conn
	w *twin
}

func (c *losing) Send(all [][]byte) (int, error) {
	if _, _, err := usm(all[0]); errors.Is(err, errNotV3) && c.w.wire.acknowledge(all[0]) == nil {
		return len(all), nil
	}
	return c.Conn.Send(all)
}

// hunt is all that the tests of this package do, in small.
func hunt(p *pair) error {
	if err := p.give(0, "mirror-e\nconfigure terminal\nsnmp-server host 127.0.0.8 version v2c public link\nend"); err != nil {
		return err
	}
	if err := scriptTest(p, newScripts(p.t, 1), newRequests(p, 1), 80); err != nil {
		return err
	}
	return keystrokes(p)
}

// TestLeaksAreFound plants a leak of each kind in the busy router: each is
// found, and the finding says where, and after which inputs.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	for i, l := range leaks {
		if i%share != 0 && share > 1 {
			continue // without the race detector all are
		}
		t.Run(l.name, func(t *testing.T) {
			p := newPair(t, 1, l.plant)
			var f *finding
			if err := hunt(p); !errors.As(err, &f) {
				t.Fatalf("not found: %v", err)
			}
			if !strings.Contains(f.what, l.what) {
				t.Errorf("found somewhere else: %v", f)
			}
			if len(f.trail) == 0 || f.empty == f.busy || f.at > len(f.empty) || !strings.Contains(f.Error(), fmt.Sprint("octet ", f.at)) {
				t.Errorf("finding is not complete: %v", f)
			}
		})
	}
}
