package trapcore

import (
	"testing"

	"mirrorsh/trapcore/side"
)

// secureOf is the secure side, as who may see it has it.
func secureOf(r *Router) *Secure {
	x, _ := r.Secure(side.Clear(true))
	return x
}

// TestSecure: the secure side opens to a clearance, and only to one.
func TestSecure(t *testing.T) {
	r, err := New(Options{Boots: 1})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	if x, ok := r.Secure(side.Clearance{}); ok || x != nil {
		t.Error("the secure side opens to an ordinary reader")
	}
	if x, ok := r.Secure(side.Clear(true)); !ok || x.Mirror() == nil || x.Log() == nil || x.Failures() == nil {
		t.Error("the secure side does not open to a cleared reader")
	}
}
