//go:build !linux

package state

import (
	"os"
	"testing"
)

// asOrdinaryUser runs f where file modes apply, which is not so for root.
func asOrdinaryUser(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Fatal("run these tests as an ordinary user")
	}
	f()
}
