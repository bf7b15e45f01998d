package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/fleet"
	"mirrorsh/cli/metrics"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/notify"
)

// fleeting is what mirrorsh fleet is asked for.
type fleeting struct {
	fleet.Options
	fleet.Repeat
	exports   []export
	scripts   []string
	snmp      string // address, "" or off: none
	metrics   string // the same
	drain     time.Duration
	json      bool
	noOffload bool
}

// export is the configuration of a receiver, and where it goes.
type export struct{ form, file string }

const (
	defaultRouters = 10
	defaultDrain   = 5 * time.Second
)

func fleetCommand() *subcommand {
	f := &fleeting{Options: fleet.Options{Routers: defaultRouters, Hostname: "host"}, Repeat: fleet.Repeat{Times: 1}, drain: defaultDrain}
	return &subcommand{
		name: "fleet", args: "[flags] [FILE.scr ...]",
		help: `Runs many routers in one process, each with a host name, engine ID and boots of
its own, for receivers that have to know them all. Every router runs the scripts,
in which ${ROUTER} is its number, from 1, and ${NAME} a variable of the
environment. Then

  --repeat 'test mirror traps sessionStart' --times 20 --rate 2000

lets each run commands 20 times in the session that the scripts leave, 2000 a
second in all, and prints what became of it; without --repeat the routers wait
for a signal. Nothing is kept, and nothing listens but what flags and scripts ask for.

Engine IDs come from --identity and the number. Names that differ in the number at
their end alone, as lab-0 and lab-1, are fleets that share none.

  --export snmptrapd=users.conf

writes what a receiver needs before anything is sent (` + strings.Join(command.ReceiverForms, ", ") + `);
- is standard output. It has keys, so that only its owner may read it.

Exit status: 0 done, 1 a command was refused, 2 bad usage, 3 traps still queued or
informs given up, 4 could not start, 128 and the number of a signal.`,
		flags: f.flags,
		run:   f.main,
	}
}

func (f *fleeting) flags(fs *pflag.FlagSet) {
	fs.Var(&value{"", number(&f.Options.Routers, 1, fleet.MaxRouters)}, "routers", "how many, `N` (default "+strconv.Itoa(defaultRouters)+")")
	fs.Var(&value{"", func(s string) error { f.scripts = append(f.scripts, s); return nil }}, "script", "run `FILE` on every router, as a FILE without this does")
	fs.Var(given(&f.Identity), "identity", "make MAC addresses and engine IDs from `NAME` and the number (default the name of this machine)")
	fs.Var(given(&f.Hostname), "hostname", "host names are `NAME` and the number (default host)")
	fs.Var(&value{"", f.setBoots}, "boots", "engine boots of each, `N` (default from the clock)")
	fs.Var(&value{"", f.setSource}, "source", "the first router sends from `ADDR`, the others from those after it")
	fs.Var(&value{"", f.setRepeat}, "repeat", "run `COMMANDS`, separated by semicolons, on every router, again and again")
	fs.Var(&value{"", number(&f.Times, 1, 100_000_000)}, "times", "how often, `N` (default 1)")
	fs.Var(&value{"", rate(&f.Rate)}, "rate", "runs a second in all, `N` (default as fast as they go)")
	fs.Var(&value{"", rate(&f.PerHost)}, "router-rate", "runs a second by each router, `N`")
	fs.Var(&value{"", f.setExport}, "export", "write `FORM=FILE`, what a receiver needs; several flags, several files")
	fs.Var(given(&f.snmp), "snmp", "UDP `ADDR`ess of the SNMP agent of the first router, once the scripts have run, for mirrorsh health; or off (default off)")
	fs.Var(given(&f.metrics), "metrics", "serve Prometheus at TCP `ADDR`ess, once the scripts have run, with totals of the routers, and nothing of what is secure; or off (default off)")
	fs.Var(&value{"", f.setDrain}, "drain", "let queued traps leave for `T` at the end (default "+defaultDrain.String()+")")
	fs.BoolVar(&f.KeepGoing, "keep-going", false, "go on with a script after a command that was refused")
	fs.BoolVar(&f.json, "json", false, "print what became of it as JSON")
	fs.BoolVar(&f.noOffload, "no-udp-offload", false, "send datagrams one by one, as captures on this machine need it")
}

func number(to *int, least, most int) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.Atoi(s); err != nil || *to < least || *to > most {
			return wrongValue(fmt.Sprintf("must be a number from %d to %d", least, most))
		}
		return nil
	}
}

// maxRate is the highest rate, a second.
const maxRate = 1e7

func rate(to *float64) func(string) error {
	return func(s string) (err error) {
		if *to, err = strconv.ParseFloat(s, 64); err != nil || !(*to > 0 && *to <= maxRate) {
			return wrongValue("must be a number above 0")
		}
		return nil
	}
}

func (f *fleeting) setBoots(s string) error {
	n, err := strconv.ParseInt(s, 10, 32)
	if f.Boots = int32(n); err != nil || n < 1 {
		return wrongValue("must be a number from 1 to 2147483647")
	}
	return nil
}

func (f *fleeting) setSource(s string) (err error) {
	if f.Source, err = netip.ParseAddr(s); err != nil || !f.Source.Is4() || !notify.HostAddress(f.Source) {
		return wrongValue("must be an IPv4 address of this machine")
	}
	return nil
}

func (f *fleeting) setRepeat(s string) error {
	f.Commands = slices.DeleteFunc(cli.SplitCommands(s), func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(f.Commands) == 0 {
		return wrongValue("must be commands")
	}
	return nil
}

func (f *fleeting) setDrain(s string) (err error) {
	if f.drain, err = time.ParseDuration(s); err != nil || f.drain < 0 {
		return wrongValue("must be a time such as 5s or 2m")
	}
	return nil
}

func (f *fleeting) setExport(s string) error {
	form, file, ok := strings.Cut(s, "=")
	if !ok || file == "" || !slices.Contains(command.ReceiverForms, form) {
		return wrongValue("must be FORM=FILE, FORM being " + strings.Join(command.ReceiverForms, ", "))
	}
	f.exports = append(f.exports, export{form, file})
	return nil
}

// main returns the exit status.
func (f *fleeting) main(args []string) int {
	_ = securelog.NoCoreDumps() // keys are in memory; the router says where it fails
	scripts, err := readScripts(append(f.scripts, args...))
	if err == nil && f.Identity == "" {
		f.Identity, err = os.Hostname()
	}
	if err != nil {
		say("%v", err)
		return exitUsage
	}
	f.Errors, f.Environ, f.Release = os.Stderr, os.LookupEnv, cli.Release{Version: version, Built: built()}
	if f.Dial = notify.DialUDP; f.noOffload {
		f.Dial = notify.DialPlainUDP
	}
	if err := enoughFiles(f.Options.Routers); err != nil {
		say("%v", err)
		return exitStart
	}
	ctx, stop := untilSignal(context.Background())
	defer stop()
	status := f.run(ctx, scripts)
	var sig signalError
	if errors.As(context.Cause(ctx), &sig) {
		return exitSignal + int(sig.Signal)
	}
	return status
}

// spareFiles are those a process needs beside a socket for each router.
const spareFiles = 100

// enoughFiles refuses a fleet that this process may not open the sockets of.
func enoughFiles(routers int) error {
	var may unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &may); err != nil || may.Cur >= uint64(routers+spareFiles) {
		return nil // the first socket that cannot be opened says so
	}
	return fmt.Errorf("%d routers need as many sockets, and this process may open %d files: raise ulimit -n", routers, may.Cur)
}

func readScripts(names []string) ([]fleet.Script, error) {
	var all []fleet.Script
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, fleet.Script{Name: name, Text: string(text), Beside: folder(filepath.Dir(name))})
	}
	return all, nil
}

func (f *fleeting) run(ctx context.Context, scripts []fleet.Script) int {
	began := time.Now()
	all, err := fleet.Start(ctx, f.Options)
	if err != nil {
		say("%v", err)
		return exitStart
	}
	defer all.Close()
	started := time.Since(began)
	defer f.progress(all)()
	for _, s := range scripts {
		if err := all.Run(ctx, s); err != nil && !(f.KeepGoing && errors.Is(err, cli.ErrRefused)) {
			return refusedBy(err)
		}
	}
	for _, e := range f.exports {
		if err := e.write(all); err != nil {
			say("%v", err)
			return exitStart
		}
	}
	stop, err := f.listen(ctx, all)
	if err != nil {
		say("%v", err)
		return exitStart
	}
	defer stop()
	say("fleet: %d routers, started in %.1fs", f.Options.Routers, started.Seconds())
	if f.Commands == nil {
		say("ready")
		<-ctx.Done()
	} else {
		err = all.Repeat(ctx, f.Repeat)
	}
	patient, enough := patient(f.drain)
	defer enough()
	all.Drain(patient)
	stats := all.Stats()
	if werr := f.report(os.Stdout, &stats); werr != nil {
		say("%v", werr)
		return exitRefused
	}
	if err != nil {
		return refusedBy(err)
	}
	if patient.Err() != nil || stats.GivenUp > 0 {
		say("traps still queued after %v, or informs given up", f.drain)
		return exitPending
	}
	return exitDone
}

// listen lets the first router answer managers, and Prometheus ask about all.
func (f *fleeting) listen(ctx context.Context, all *fleet.Fleet) (stop func(), err error) {
	shells, m := all.Shells(), &machine{config: &config{snmp: f.snmp, metricsAt: f.metrics}, batch: true}
	page := m.metrics()
	page.handler = func(*cli.Shell) http.Handler { return metrics.Fleet(shells) }
	listeners := services{&snmpService{machine: m}, &metricsService{machine: m, metricsPage: page}}
	serving, end := context.WithCancelCause(ctx)
	served, err := listeners.start(serving, shells[0])
	if err != nil {
		end(err)
		return nil, err
	}
	listeners.say(func(service) bool { return true })
	return func() {
		end(nil)
		served()
		listeners.close()
	}, nil
}

func refusedBy(err error) int {
	if !errors.Is(err, cli.ErrRefused) {
		say("%v", err)
	}
	return exitRefused
}

// progress shows how far a step that takes longer than a second is, at a terminal.
func (f *fleeting) progress(all *fleet.Fleet) (stop func()) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return func() {}
	}
	end := eachSecond(func() {
		if done, total := all.Progress(); done < total {
			fmt.Fprintf(os.Stderr, "\r%d of %d\x1b[K", done, total)
		}
	})
	return func() { end(); fmt.Fprint(os.Stderr, "\r\x1b[K") }
}

// write writes the configuration of a receiver.
func (e export) write(all *fleet.Fleet) error {
	text, err := all.Receivers(e.form)
	if err != nil {
		return err
	}
	if e.file == "-" {
		_, err = fmt.Print(text)
		return err
	}
	out, err := os.OpenFile(e.file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = out.Chmod(0o600) // of a file that was there
	if err == nil {
		_, err = out.WriteString(text)
	}
	return errors.Join(err, out.Close())
}

// report prints what became of it.
func (f *fleeting) report(to io.Writer, s *fleet.Stats) error {
	if f.json {
		return json.NewEncoder(to).Encode(s)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Routers:        %d\n", s.Routers)
	if s.Runs > 0 {
		p := s.RunTime
		fmt.Fprintf(&b, "Runs:           %d in %.1fs, %.0f a second, %d refused\n", s.Runs, s.Took.Seconds(), float64(s.Runs)/max(s.Took.Seconds(), 1e-9), s.Refused)
		fmt.Fprintf(&b, "Run time:       p50 %v, p90 %v, p99 %v, p99.9 %v, max %v\n", micro(p.P50), micro(p.P90), micro(p.P99), micro(p.P999), micro(p.Max))
	}
	fmt.Fprintf(&b, "Traps:          %d sent, %d acknowledged, %d discarded, %d given up\n", s.Sent, s.Acknowledged, s.Discarded, s.GivenUp)
	p, q := s.PerRouter, s.Rates
	fmt.Fprintf(&b, "Sent by router: min %d, p50 %d, p99 %d, max %d\n", p.Min, p.P50, p.P99, p.Max)
	if s.Runs > 0 {
		fmt.Fprintf(&b, "Rate by router: min %.2f, p50 %.2f, p99 %.2f, max %.2f a second\n", q.Min, q.P50, q.P99, q.Max)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func micro(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
