package command

import (
	"context"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// TestSaveDuringAChange saves while a command runs, before it has changed
// anything: the change must still be saved afterwards.
func TestSaveDuringAChange(t *testing.T) {
	slow := cli.Command{
		Modes: inGlobal, Level: levelConfigure, Syntax: kw("slow", "Change the hostname, slowly"),
		Run: func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			if err := s.Shell().Changed(); err != nil {
				return err
			}
			s.Router().SetHostname("changed")
			return nil
		},
	}
	shell := shellWith(t, append(All(), slow))
	o := operatorOf(t, shell, "configure terminal", "slow")
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, err := shell.Store.ReadFile("startup.cnf")
	if err != nil || !strings.Contains(string(data), "hostname changed\n") {
		t.Errorf("saved is %q, %v", data, err)
	}
}
