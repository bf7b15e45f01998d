package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"mirrorsh/trapcore/state"
)

// config is what the command line asks for.
type config struct {
	state     string
	ephemeral bool
	hostname  string
	mac       net.HardwareAddr // nil: the store's
	level     int
	keepGoing bool
	quiet     bool
	drain     time.Duration
	logLevel  slog.Level
	commands  string // of -c
	isC       bool
	files     []string
	version   bool
}

// errUsage is bad usage that has been reported already.
var errUsage = errors.New("bad usage")

const usage = `mirrorsh: a JUNOSe-style router shell with an embedded SNMPv3 trap engine

  mirrorsh [flags]                  console session on this terminal
  mirrorsh [flags] FILE.scr ...     run scripts, then exit; standard input too,
                                    if it is not a terminal
  mirrorsh [flags] -c 'CMD; CMD'    run commands, then exit

Flags:
`

// parse reads the command line. Errors have been reported to stderr: they are
// errUsage or flag.ErrHelp.
func parse(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	fs := flag.NewFlagSet("mirrorsh", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Usage = func() {
		fmt.Fprint(stderr, usage)
		fs.PrintDefaults()
	}
	fs.StringVar(&c.state, "state", "", "keep engine ID and boots in `DIR` (default $XDG_STATE_HOME/mirrorsh, else ~/.local/state/mirrorsh)")
	fs.BoolVar(&c.ephemeral, "ephemeral", false, "keep nothing on disk; the default for scripts and -c without -state")
	fs.StringVar(&c.hostname, "hostname", "host1", "`NAME` in the prompt until hostname sets another")
	fs.Func("chassis-mac", "`MAC` address in the engine ID (default random and kept; ephemeral 02:00:00:00:00:01)", func(s string) (err error) {
		c.mac, err = state.ParseMAC(s)
		return err
	})
	fs.IntVar(&c.level, "level", 1, "privilege level `N` at which the session starts, 0 to 15")
	fs.BoolVar(&c.keepGoing, "keep-going", false, "run on after a refused command")
	fs.BoolVar(&c.quiet, "quiet", false, "leave out the echo of prompt and command")
	fs.DurationVar(&c.drain, "drain", 5*time.Second, "how long queued traps may still be sent at exit")
	fs.TextVar(&c.logLevel, "log-level", slog.LevelWarn, "least `LEVEL` of messages about the program itself: debug, info, warn, error")
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
	case c.isC && len(c.files) > 0:
		wrong = "-c and script files exclude each other"
	case c.level < 0 || c.level > 15:
		wrong = "-level must be 0 to 15"
	case c.drain < 0:
		wrong = "-drain must not be negative"
	case c.ephemeral && c.state != "":
		wrong = "-ephemeral and -state exclude each other"
	case !validHostname(c.hostname):
		wrong = "-hostname must be 1 to 64 printable characters without blanks"
	default:
		return c, nil
	}
	fmt.Fprintf(stderr, "mirrorsh: %s\n", wrong)
	return nil, errUsage
}

func validHostname(s string) bool {
	if len(s) < 1 || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
