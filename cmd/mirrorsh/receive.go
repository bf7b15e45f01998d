package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mirrorsh/ascii"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/receiver"
	"mirrorsh/trapcore/snmp"
)

const (
	// defaultReceive is where the scripts of testdata send to.
	defaultReceive = "127.0.0.1:9162"
	// defaultWait bounds what waits for a number of notifications.
	defaultWait = 30 * time.Second
	// maxTold is how many refusals are told of, one for each source and reason.
	maxTold = 1000
)

// receiving is what mirrorsh receive is asked for.
type receiving struct {
	users       []string // specifications
	files       []string
	communities []string
	engine      snmp.EngineID
	json        bool
	expect      string
	record      string
	count       int
	timeout     time.Duration // 0: none

	taken  receiver.Users
	golden *receiver.Expectation
	out    *bufio.Writer
	writer *bufio.Writer // of record, nil without
}

func receiveCommand() *subcommand {
	r := &receiving{timeout: -1}
	return &subcommand{
		name: "receive", args: "[flags] [ADDR]",
		help: `Takes SNMP traps and informs at ADDR, HOST:PORT (default ` + defaultReceive + `), and prints
them by their names. What is not authentic, outside of the time window or comes
twice is refused, and counted. Standard error has the counts at the end, on Linux with
what the system dropped because too much came at once.

A user is NAME [AUTH SECRET [PRIV SECRET]], such as 'mirrorUser SHA $AUTH AES $PRIV'
in single quotes: a SECRET that begins with $ is taken from the environment. One
that stands there itself is in the process list while this runs; so use that, or
a file, which only its owner may read:

  createUser [-e ENGINE] NAME [AUTH SECRET [PRIV SECRET]]
  authUser log NAME [noauth|auth|priv]
  authCommunity log COMMUNITY

That is snmptrapd.conf(5); show snmp receiver-configuration prints such lines. A
SECRET is a passphrase, -m and a master key or, with -e, -l and a localized key.

Exit status: 0 done, 1 not as expected, 2 bad usage, 3 too few came in time,
4 could not start, 128 and the number of a signal.`,
		flags: r.flags,
		run:   r.main,
	}
}

func (r *receiving) flags(fs *pflag.FlagSet) {
	add := func(to *[]string, what string) *value {
		return &value{"", func(s string) error {
			if *to = append(*to, s); s == "" {
				return wrongValue("must be " + what)
			}
			return nil
		}}
	}
	fs.Var(add(&r.users, "a user"), "user", "take SNMPv3 of the `USER`; several flags, several users")
	fs.Var(add(&r.files, "a file"), "users", "take SNMPv3 of the users in `FILE`, of mode 0600")
	fs.Var(add(&r.communities, "a community"), "community", "take SNMPv1 and SNMPv2c of the `COMMUNITY`, or of '$NAME' from the environment")
	fs.Var(&value{"", r.setEngine}, "engine-id", "the engine ID for informs, in `HEX` (default a random one)")
	fs.BoolVar(&r.json, "json", false, "print one JSON object for each notification, and one for the counts")
	fs.Var(given(&r.expect), "expect", "compare with the golden `FILE`, and end with its last notification")
	fs.Var(given(&r.record), "record", "write a golden `FILE`, with * for what differs from run to run")
	fs.Var(&value{"", r.setCount}, "count", "end after `N` notifications")
	fs.Var(&value{"", r.setTimeout}, "timeout", "end after `T` (default "+defaultWait.String()+" with --expect or --count, else never)")
}

func (r *receiving) setEngine(s string) (err error) {
	if r.engine, err = receiver.ParseEngineID(s); err != nil {
		return wrongValue("must be 5 to 32 octets in hexadecimal")
	}
	return nil
}

func (r *receiving) setCount(s string) (err error) {
	if r.count, err = strconv.Atoi(s); err != nil || r.count < 1 {
		return wrongValue("must be a number from 1 on")
	}
	return nil
}

func (r *receiving) setTimeout(s string) (err error) {
	if r.timeout, err = time.ParseDuration(s); err != nil || r.timeout <= 0 {
		return wrongValue("must be a time such as 5s or 2m")
	}
	return nil
}

// main returns the exit status.
func (r *receiving) main(args []string) int {
	_ = securelog.NoCoreDumps() // keys are in memory; the router says where it fails
	addr := defaultReceive
	switch {
	case len(args) > 1:
		say("%v", subcommandError{"receive", "receive takes one address"})
		return exitUsage
	case len(args) == 1:
		addr = args[0]
	}
	if err := r.prepare(); err != nil {
		say("%v", err)
		return exitUsage
	}
	ctx, stop := untilSignal(context.Background())
	defer stop()
	r.out = bufio.NewWriterSize(interruptibleWriter(ctx, os.Stdout), 64<<10)
	told := &refusals{said: map[string]bool{}}
	in, err := receiver.Listen(addr, receiver.Options{
		Users: r.taken.Credentials, Communities: r.taken.Communities, EngineID: r.engine, Refused: told.tell,
	})
	if err != nil {
		say("receive on %s: %s: give another address", addr, reason(err))
		return exitStart
	}
	defer in.Close()
	if err := r.openRecord(); err != nil {
		say("%v", err)
		return exitStart
	}
	say("receiving on %v, engine %v for informs", in.Addr(), in.EngineID())
	seen, err := r.loop(ctx, in)
	_ = in.Close() // counts no longer change
	return r.finish(ctx, seen, in.Counts(), err)
}

// prepare reads users and the golden file.
func (r *receiving) prepare() error {
	for _, name := range r.files {
		if err := r.taken.ReadFile(name); err != nil {
			return err
		}
	}
	for _, spec := range r.users {
		if err := r.taken.Add(spec, os.LookupEnv); err != nil {
			return fmt.Errorf("--user: %w", err)
		}
	}
	for _, c := range r.communities {
		name, err := r.taken.Secret(c, os.LookupEnv)
		if err == nil {
			err = r.taken.AddCommunity(name)
		}
		if err != nil {
			return fmt.Errorf("--community: %w", err)
		}
	}
	if len(r.taken.Credentials)+len(r.taken.Communities) == 0 {
		return subcommandError{"receive", "nobody would be received: give --user, --users or --community"}
	}
	if r.taken.Literal {
		say("secrets of the command line are in the process list: write '$NAME' for one from the environment, or use --users FILE")
	}
	if r.expect != "" {
		f, err := os.Open(r.expect)
		if err != nil {
			return err
		}
		defer f.Close()
		if r.golden, err = receiver.ReadExpectation(r.expect, f); err != nil {
			return err
		}
		if r.count == 0 {
			r.count = r.golden.Len()
		}
	}
	if r.timeout < 0 {
		r.timeout = 0
		if r.count > 0 {
			r.timeout = defaultWait
		}
	}
	return nil
}

func (r *receiving) openRecord() error {
	if r.record == "" {
		return nil
	}
	f, err := os.Create(r.record)
	if err != nil {
		return err
	}
	r.writer = bufio.NewWriter(f)
	return nil
}

// errLate ends a loop that waits for more.
var errLate = errors.New("time is up")

// loop prints what comes until there is enough, time is up, or ctx ends.
func (r *receiving) loop(ctx context.Context, in *receiver.Receiver) (seen int, err error) {
	if r.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.timeout, errLate)
		defer cancel()
	}
	for r.count == 0 || seen < r.count {
		n, err := in.Next(ctx)
		if err != nil {
			return seen, err
		}
		seen++
		if err := r.take(n); err != nil {
			return seen, err
		}
		if in.Waiting() {
			continue // more goes out with it
		}
		if err := r.out.Flush(); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// take prints, compares and records a notification.
func (r *receiving) take(n *receiver.Notification) error {
	if r.golden != nil {
		r.golden.Take(n)
	}
	if r.writer != nil {
		if _, err := io.WriteString(r.writer, n.Golden()); err != nil {
			return err
		}
	}
	if r.json {
		return json.NewEncoder(r.out).Encode(n)
	}
	_, err := io.WriteString(r.out, n.String())
	return err
}

// finish says how it has ended and returns the exit status.
func (r *receiving) finish(ctx context.Context, seen int, c receiver.Counts, err error) int {
	status := exitDone
	var sig signalError
	switch {
	case errors.As(context.Cause(ctx), &sig):
		status = exitSignal + int(sig.Signal)
	case errors.Is(err, errLate) && r.count > 0 && r.golden == nil:
		say("%d of %d notifications in %v", seen, r.count, r.timeout)
		status = exitPending
	case err != nil && !errors.Is(err, errLate):
		say("%v", err)
		status = exitStart
	}
	if r.writer != nil {
		if err := r.writer.Flush(); err != nil {
			say("%v", err)
			status = exitStart
		}
	}
	if r.json {
		if err := json.NewEncoder(r.out).Encode(summary(c)); err != nil && status == exitDone {
			status = exitStart
		}
	}
	if err := r.out.Flush(); err != nil && status == exitDone {
		say("%v", err)
		status = exitStart
	}
	say("%s", inWords(c))
	if r.golden != nil && status == exitDone {
		for _, d := range r.golden.Differences() {
			fmt.Fprintln(os.Stderr, d)
			status = exitRefused
		}
	}
	return status
}

// jsonSummary is the last document of --json.
type jsonSummary struct {
	Type        string                 `json:"type"`
	Datagrams   uint64                 `json:"datagrams"`
	Traps       uint64                 `json:"traps"`
	Informs     uint64                 `json:"informs"`
	Repeated    uint64                 `json:"repeatedInforms"`
	Discoveries uint64                 `json:"discoveries"`
	Refused     map[snmp.Reason]uint64 `json:"refused"`
	Engines     int                    `json:"engines"`
	Lost        uint64                 `json:"lost"` // before they were read
}

func summary(c receiver.Counts) jsonSummary {
	return jsonSummary{"summary", c.Datagrams, c.Traps, c.Informs, c.Repeated, c.Discoveries, c.Refused, c.Engines, c.Lost}
}

// inWords is the summary in one line.
func inWords(c receiver.Counts) string {
	var refused uint64
	var parts []string
	for _, why := range slices.Sorted(maps.Keys(c.Refused)) {
		refused += c.Refused[why]
		parts = append(parts, fmt.Sprintf("%s %d", why, c.Refused[why]))
	}
	text := fmt.Sprintf("%d traps and %d informs of %d datagrams; refused: %d", c.Traps, c.Informs, c.Datagrams, refused)
	if refused > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if c.Lost > 0 {
		text += fmt.Sprintf("; lost before they were read: %d", c.Lost)
	}
	return text
}

// refusals says on standard error what was refused first, once for each source
// and reason; the counts have the rest. It is for one goroutine.
type refusals struct{ said map[string]bool }

// refusalHints say what to look at.
var refusalHints = map[snmp.Reason]string{
	"usmStatsWrongDigests":         "another authentication passphrase, protocol or engine",
	"usmStatsUnknownUserNames":     "no such user here",
	"usmStatsUnknownEngineIDs":     "no user here for this engine",
	"usmStatsUnsupportedSecLevels": "the user has no keys for this level",
	"usmStatsNotInTimeWindows":     "boots or time are behind what this engine has shown",
	"usmStatsDecryptionErrors":     "another privacy passphrase, protocol or key extension",
	"snmpInBadCommunityNames":      "no such community here",
	snmp.ReasonLevel:               "a lower security level than the user's",
	snmp.ReasonReplayed:            "the same message as before",
	receiver.ReasonDecoder:         "gosnmp does not decode it, or it is no notification",
}

func (r *refusals) tell(no receiver.Refusal) {
	key := fmt.Sprint(no.From.Addr(), no.Reason)
	if r.said[key] || len(r.said) >= maxTold {
		return
	}
	r.said[key] = true
	text := fmt.Sprintf("refused from %v: %s", no.From, no.Reason)
	if hint := refusalHints[no.Reason]; hint != "" {
		text += ": " + hint
	}
	if no.User != "" {
		text += ", user " + ascii.Display(no.User, 128)
	}
	if no.Engine != "" {
		text += ", engine " + no.Engine[:min(len(no.Engine), 32)].String()
	}
	say("%s", text)
}
