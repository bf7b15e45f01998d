package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"mirrorsh/cli/command"
	"mirrorsh/trapcore/state"
)

// config is what the command line asks for.
type config struct {
	state     string
	ephemeral bool
	radius    netip.Addr
	hostname  string
	mac       net.HardwareAddr // nil: the store's
	level     int
	keepGoing bool
	quiet     bool
	plain     bool
	drain     time.Duration
	logLevel  slog.Level
	commands  string // of -c
	isC       bool
	files     []string
	version   bool
	isServe   bool
	snmp      string // address, "" for the default, or off
	ssh       string // address, "" for the default, or off
	sshKeys   string // "": the user's own
	noOffload bool   // traps go to the system one by one
}

// errUsage is bad usage that has been reported already.
var errUsage = errors.New("bad usage")

const usage = `mirrorsh: a JUNOSe-style router shell with an embedded SNMPv3 trap engine

  mirrorsh [flags]                  console session on this terminal
  mirrorsh [flags] FILE.scr ...     run scripts, then exit; standard input too,
                                    if it is not a terminal
  mirrorsh [flags] -c 'CMD; CMD'    run commands, then exit
  mirrorsh serve [flags] [FILE.scr ...]
                                    no console: SNMP agent, SSH sessions, RADIUS listener

Flags:
`

// parse reads the command line. Errors have been reported to stderr: they are
// errUsage or flag.ErrHelp.
func parse(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	if len(args) > 0 && args[0] == "serve" {
		c.isServe, args = true, args[1:]
	}
	fs := flag.NewFlagSet("mirrorsh", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, usage)
		printFlags(fs, stderr)
	}
	fs.StringVar(&c.state, "state", "", "keep configuration, engine ID and boots in `DIR` (default $XDG_STATE_HOME/mirrorsh, else ~/.local/state/mirrorsh)")
	fs.BoolVar(&c.ephemeral, "ephemeral", false, "keep nothing on disk; the default for scripts and -c without --state")
	fs.TextVar(&c.radius, "radius", netip.AddrFrom4([4]byte{127, 0, 0, 1}), "local `ADDR` for RADIUS dynamic requests; the port is configured")
	fs.StringVar(&c.hostname, "hostname", "host1", "`NAME` in the prompt until hostname sets another")
	fs.Func("chassis-mac", "`MAC` address in the engine ID (default random and kept; ephemeral 02:00:00:00:00:01)", func(s string) (err error) {
		c.mac, err = state.ParseMAC(s)
		return err
	})
	fs.IntVar(&c.level, "level", 1, "privilege level `N` at which the session starts, 0 to 15")
	fs.BoolVar(&c.keepGoing, "keep-going", false, "run on after a refused command")
	fs.BoolVar(&c.quiet, "quiet", false, "leave out the echo of prompt and command, but for those that are refused")
	fs.BoolVar(&c.plain, "plain", false, "a console without suggestions, colours and escape sequences, as with TERM=dumb")
	fs.DurationVar(&c.drain, "drain", 5*time.Second, "how long queued traps may still be sent at exit")
	fs.TextVar(&c.logLevel, "log-level", slog.LevelWarn, "least `LEVEL` of messages about the program itself: debug, info, warn, error")
	fs.StringVar(&c.snmp, "snmp", "", "UDP `ADDR`ess of the SNMP agent, or off; traps leave all the same (default "+defaultSNMP+"; off for scripts and -c)")
	fs.StringVar(&c.ssh, "ssh", "", "`ADDR`ess for SSH operator sessions, or off (default off; in serve "+defaultSSH+")")
	fs.StringVar(&c.sshKeys, "ssh-authorized-keys", "", "`FILE` of keys that may log in over SSH (default ~/.ssh/authorized_keys if present)")
	fs.BoolVar(&c.noOffload, "no-udp-offload", false, "send long runs of traps one by one too, so that a capture on this machine shows each datagram")
	fs.StringVar(&c.commands, "c", "", "run the `COMMANDS`, separated by semicolons")
	fs.BoolVar(&c.version, "version", false, "print the version")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, errUsage
	}
	c.files = fs.Args()
	fs.Visit(func(f *flag.Flag) { c.isC = c.isC || f.Name == "c" })
	var wrong string
	switch {
	case c.isC && c.isServe:
		wrong = "serve takes script files, not -c"
	case c.isC && len(c.files) > 0:
		wrong = "-c and script files exclude each other"
	case c.level < 0 || c.level > 15:
		wrong = "--level must be 0 to 15"
	case c.drain < 0:
		wrong = "--drain must not be negative"
	case c.ephemeral && c.state != "":
		wrong = "--ephemeral and --state exclude each other"
	case !c.radius.Is4():
		wrong = "--radius must be an IPv4 address"
	case !command.ValidHostname(c.hostname):
		wrong = "--hostname must be 1 to 64 printable characters without blanks"
	default:
		return c, nil
	}
	fmt.Fprintf(stderr, "mirrorsh: %s\n", wrong)
	return nil, errUsage
}
