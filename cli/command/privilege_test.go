package command

import (
	"mirrorsh/trapcore/side"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSecurePrivilege keeps rules about secure commands on the secure side.
func TestSecurePrivilege(t *testing.T) {
	shell := newShell(t)
	if out, err := batch(t, shell, `mirror-enable
configure terminal
privilege exec level 14 mirror-enable
privilege exec level 15 show mir
privilege configure level 14 mi
privilege exec level 5 show
`); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	// The level of the secure parts of output has gone to 15 with show mirror trap.
	ordinary, whole := configuration(t, shell, false), configuration(t, shell, true)
	for line, secure := range map[string]bool{
		"privilege exec level 14 mirror-enable\n": false, "privilege exec level 5 show\n": false,
		"privilege exec level 15 show mirror\n": true, "privilege configure level 14 mirror\n": true,
	} {
		if !strings.Contains(whole, line) || strings.Contains(ordinary, line) == secure {
			t.Errorf("%q: secure should be %v; in\n%s", line, secure, whole)
		}
	}
	again := newShell(t)
	if out, err := batch(t, again, "mirror-enable\n"+whole); err != nil {
		t.Fatalf("replay: %v: %s", err, out)
	}
	if d := cmp.Diff(whole, configuration(t, again, true)); d != "" {
		t.Errorf("replayed: %s", d)
	}
	o := operatorOf(t, shell, "mirror-enable", "configure terminal", "privilege exec level 15 show mir", "end", "no mirror-enable")
	if got := o.do(t, "show history"); strings.Contains(got, "show mir") {
		t.Errorf("the history shows a secure word: %s", got)
	}
	o.SetLevel(14)
	o.do(t, "mirror-enable")
	if err := o.Execute(t.Context(), "show mirror trap"); err == nil {
		t.Error("show mirror trap runs below the level it was moved to")
	}
	if o.Clearance().Sees(side.Secure) {
		t.Error("the secure parts of output do not follow show mirror trap")
	}
}

// TestPrivilegeTakesEffectAtOnce in sessions that are open already.
func TestPrivilegeTakesEffectAtOnce(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "disable 1")
	if err := o.Execute(t.Context(), "show configuration"); err == nil {
		t.Fatal("show configuration runs at level 1")
	}
	operatorOf(t, shell, "configure terminal", "privilege exec level 1 show configuration")
	o.do(t, "show configuration")
	operatorOf(t, shell, "configure terminal", "privilege exec all level 1 configure")
	o.do(t, "configure terminal")
	o.do(t, "hostname moved")
	if err := o.Execute(t.Context(), "privilege exec level 1 t"); err == nil {
		t.Error("privilege has moved itself")
	}
}
