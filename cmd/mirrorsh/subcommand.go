package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// subcommand is what a first word other than serve asks for: something beside a
// router, with flags of its own.
type subcommand struct {
	name, args, help string
	words            []string             // that its arguments are; nil: files
	flags            func(*pflag.FlagSet) // adds its flags
	run              func(args []string) int
}

// subcommands are those that a word at the beginning names. A script of that
// name is ./NAME.
func subcommands() []*subcommand {
	return []*subcommand{receiveCommand(), fleetCommand(), mibsCommand(), healthCommand(), completionCommand(), manCommand()}
}

// subcommandOf finds the subcommand of a command line, nil for none.
func subcommandOf(args []string) *subcommand {
	if len(args) > 0 {
		for _, s := range subcommands() {
			if s.name == args[0] {
				return s
			}
		}
	}
	return nil
}

// main reads the command line after the word, and runs it.
func (s *subcommand) main(args []string) int {
	rest, err := s.parse(args, os.Stdout)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return exitDone
	case err != nil:
		say("%v", err)
		return exitUsage
	}
	return s.run(rest)
}

// flagSet are its flags.
func (s *subcommand) flagSet() *pflag.FlagSet {
	fs := pflag.NewFlagSet(s.name, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.SetOutput(io.Discard)
	s.flags(fs)
	return fs
}

// summary is the first sentence of its help.
func (s *subcommand) summary() string {
	first, _, _ := strings.Cut(strings.Join(strings.Fields(s.help), " "), ". ")
	return strings.TrimSuffix(first, ".")
}

func (s *subcommand) parse(args []string, stdout io.Writer) ([]string, error) {
	fs := s.flagSet()
	fs.Usage = func() {
		fmt.Fprintf(stdout, "mirrorsh %s %s\n\n%s\n\n", s.name, s.args, s.help)
		printFlags(fs, stdout)
	}
	if err := fs.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return nil, err
	} else if err != nil {
		var e usageError
		errors.As(mistake(fs, err), &e)
		return nil, subcommandError{s.name, string(e)}
	}
	return fs.Args(), nil
}

// subcommandError is a mistake on the command line of a subcommand.
type subcommandError struct{ name, text string }

func (e subcommandError) Error() string { return e.text + ": see " + e.name + " --help" }
