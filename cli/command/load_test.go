package command

import "testing"

// TestLoad: nothing is wrong with any command.
func TestLoad(t *testing.T) {
	if err := newShell(t).Load(); err != nil {
		t.Error(err)
	}
}
