package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/state"
)

// config is what the command line asks for.
type config struct {
	state     string
	ephemeral bool
	radius    netip.Addr
	analyzer  netip.Addr // 0.0.0.0: the analyzers themselves
	pcap      string     // "": nothing is recorded
	hostname  string
	mac       net.HardwareAddr // nil: not given
	identity  string           // "": not given
	model     *chassis.Model   // nil: not given
	level     int
	keepGoing bool
	quiet     bool
	json      bool
	plain     bool
	drain     time.Duration
	logLevel  slog.Level
	commands  []string // of -c, in their order
	isC       bool
	files     []string // - is standard input
	version   bool
	isServe   bool
	snmp      string // address, "" for the default, or off
	sshAddr   string // address, "" for the default, or off
	sshKeys   string // "": the user's own
	telnetAt  string // address, "" or off: none
	metricsAt string // address, "" or off: none
	// secureMetricsAt is the address of the page behind the token in the file metricsToken.
	secureMetricsAt, metricsToken string

	noOffload bool   // traps go to the system one by one
	seed      uint32 // of the values of test traps
}

// usageError is a mistake on the command line, worded for its author.
type usageError string

func (e usageError) Error() string { return string(e) + ": see --help" }

// product is what the program is.
const product = "a JUNOSe-style router shell with an embedded SNMPv3 trap engine"

const serveSummary = "No console: SNMP agent, SSH sessions, RADIUS listener"

// usageForms are the command lines that there are.
const usageForms = `  mirrorsh [flags]                  console session on this terminal
  mirrorsh [flags] FILE.scr ...     run scripts, then exit; - is standard input, which
                                    is run too if it is not a terminal
  mirrorsh [flags] -c 'CMD; CMD'    run commands, then exit
  mirrorsh serve [flags] [FILE.scr ...]
                                    no console: SNMP agent, SSH sessions, RADIUS listener
  mirrorsh receive [flags] [ADDR]   no router: take traps and informs, and print them
  mirrorsh fleet [flags] [FILE ...] many routers, each with an engine ID of its own
  mirrorsh health [ADDR]            ask whether a router answers
  mirrorsh mibs DIR                 write the MIB modules into DIR
  mirrorsh completion SHELL         completion for bash, fish or zsh
  mirrorsh man [1 | 5]              the manual pages

Flags may stand anywhere; -- ends them.

`

// parse reads the command line. The error is a [usageError], or pflag.ErrHelp
// once help was printed to stdout.
func parse(args []string, stdout io.Writer) (*config, error) {
	c := &config{hostname: "host1", radius: netip.AddrFrom4([4]byte{127, 0, 0, 1}), analyzer: netip.AddrFrom4([4]byte{127, 0, 0, 1}), level: 1, drain: 5 * time.Second, logLevel: slog.LevelWarn}
	fs := c.flags()
	fs.Usage = func() {
		fmt.Fprintf(stdout, "mirrorsh: %s\n\n%s", product, usageForms)
		printFlags(fs, stdout)
	}
	if err := fs.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, mistake(fs, err)
	}
	c.files = fs.Args()
	if len(c.files) > 0 && c.files[0] == "serve" && fs.ArgsLenAtDash() != 0 {
		c.isServe, c.files = true, c.files[1:]
	}
	c.isC = fs.Changed("command")
	return c, c.check()
}

// wordsOf is the annotation of a flag that takes one of some words.
const wordsOf = "words"

// flags are those of the command line.
func (c *config) flags() *pflag.FlagSet {
	fs := pflag.NewFlagSet("mirrorsh", pflag.ContinueOnError)
	fs.SortFlags = false
	fs.SetOutput(io.Discard)
	fs.Var(given(&c.state), "state", "keep configuration, engine ID and boots in `DIR` (default $XDG_STATE_HOME/mirrorsh, else ~/.local/state/mirrorsh)")
	fs.BoolVar(&c.ephemeral, "ephemeral", false, "keep nothing on disk; the default for scripts and -c without --state")
	fs.Var(&value{"127.0.0.1", c.setRADIUS}, "radius", "local `ADDR` for RADIUS dynamic requests; the port is configured")
	fs.Var(&value{"127.0.0.1", c.setAnalyzer}, "analyzer", "`ADDR` that mirrored packets go to in place of their analyzers, or any: to the analyzers themselves")
	fs.Var(given(&c.pcap), "pcap", "record what leaves for receivers and analyzers in the pcap file `FILE`, of mode 0600; one that is there is emptied")
	fs.Var(&value{"host1", c.setHostname}, "hostname", "`NAME` in the prompt until hostname sets another")
	fs.Var(&value{"", c.setIdentity}, "identity", "what chassis MAC and engine ID are made from: a `NAME` that no other router has, or "+hostIdentity+"; a state directory of another one is refused")
	fs.Var(&value{"", c.setMAC}, "chassis-mac", "`MAC` address in the engine ID, kept by the state directory (default from --identity, else random; ephemeral: in serve from the name of this host, else "+state.EphemeralMAC+")")
	fs.Var(&value{"", c.setModel}, "model", "the `CHASSIS`: "+chassis.Keywords()+" (default what the state directory was given last, else "+chassis.Default.Keyword+")")
	fs.Var(&value{"1", c.setLevel}, "level", "privilege level `N` at which the session starts, 0 to 15")
	fs.BoolVar(&c.keepGoing, "keep-going", false, "run on after a refused command")
	fs.BoolVar(&c.quiet, "quiet", false, "leave out the echo of prompt and command, but for those that are refused")
	fs.BoolVar(&c.json, "json", false, "show what commands of scripts and -c return as JSON, a document each, and nothing else; the router itself has no JSON")
	fs.BoolVar(&c.plain, "plain", false, "a console without suggestions, colours and escape sequences, as with TERM=dumb")
	fs.Var(&value{"5s", c.setDrain}, "drain", "how `long` queued traps may still be sent at exit")
	fs.Var(&value{"warn", c.setLogLevel}, "log-level", "least `LEVEL` of messages about the program itself: debug, info, warn, error")
	fs.Var(given(&c.snmp), "snmp", "UDP `ADDR`ess of the SNMP agent, or off; traps leave all the same (default "+defaultSNMP+"; off for scripts and -c)")
	fs.Var(given(&c.sshAddr), "ssh", "`ADDR`ess for SSH operator sessions, or off (default off; in serve "+defaultSSH+")")
	fs.Var(given(&c.sshKeys), "ssh-authorized-keys", "`FILE` of keys that may log in over SSH (default ~/.ssh/authorized_keys if present)")
	fs.Var(given(&c.telnetAt), "telnet", "`ADDR`ess for Telnet operator sessions, such as 127.0.0.1:2323, or off; all is sent in clear text, passwords too (default off)")
	fs.Var(given(&c.metricsAt), "metrics", "`ADDR`ess where Prometheus finds /metrics, such as 127.0.0.1:9464, or off; without authentication (default off)")
	fs.Var(given(&c.secureMetricsAt), "secure-metrics", "`ADDR`ess of /metrics with all of the router and of the process, for who sends the token, in clear text; or off (default off)")
	fs.Var(given(&c.metricsToken), "metrics-token", "`FILE` of mode 0600 with the bearer token for --secure-metrics")
	fs.BoolVar(&c.noOffload, "no-udp-offload", false, "send long runs of traps one by one too, so that a capture on this machine shows each datagram")
	fs.Uint32Var(&c.seed, "seed", 0, "the values that test traps have by themselves begin with those of number `N`; the same N gives the same values")
	fs.VarP(&value{"", c.addCommands}, "command", "c", "run the `COMMANDS`, separated by semicolons; several run in their order")
	for name, words := range map[string][]string{"model": strings.Split(chassis.Keywords(), ", "), "log-level": logLevels} {
		fs.Lookup(name).Annotations = map[string][]string{wordsOf: words}
	}
	fs.BoolVar(&c.version, "version", false, "print version, commit and date of the sources")
	return fs
}

// check finds what is wrong with flags and files together.
func (c *config) check() error {
	stdins := 0
	for _, name := range c.files {
		if name == stdinName {
			stdins++
		}
	}
	switch {
	case slices.Contains(c.files, ""):
		return usageError("the name of a script must not be empty")
	case c.isC && c.isServe:
		return usageError("serve takes script files, not -c")
	case c.isC && len(c.files) > 0:
		return usageError("-c and script files exclude each other")
	case c.ephemeral && c.state != "":
		return usageError("--ephemeral and --state exclude each other")
	case c.secureMetricsAt != "" && c.secureMetricsAt != off && c.metricsToken == "":
		return usageError("--secure-metrics needs --metrics-token FILE")
	case stdins > 1:
		return usageError("standard input can be run once only")
	}
	return nil
}

// mistake words what is wrong with a flag.
func mistake(fs *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var wrong wrongValue
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		name := unknown.GetSpecifiedShortnames()
		if base, _, _ := strings.Cut(name, "="); fs.Lookup(base) != nil {
			return usageError(fmt.Sprintf("no flag -%s, but --%s", base, base))
		}
		return usageError(fmt.Sprintf("no flag -%.1s", unknown.GetSpecifiedName()))
	case errors.As(err, &unknown):
		return usageError("no flag --" + unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return usageError(dashed(missing.GetFlag()) + " needs a value")
	case errors.As(err, &wrong):
		errors.As(err, &invalid)
		return usageError(fmt.Sprintf("%s %v, not %q", dashed(invalid.GetFlag()), wrong, invalid.GetValue()))
	case errors.As(err, &invalid):
		return usageError(fmt.Sprintf("%s is true or false, not %q", dashed(invalid.GetFlag()), invalid.GetValue()))
	}
	return usageError("a flag has a name")
}

// dashed is how a flag is written.
func dashed(f *pflag.Flag) string {
	if f.Shorthand != "" {
		return "-" + f.Shorthand
	}
	return "--" + f.Name
}
