package command

import (
	"context"
	"testing"

	"mirrorsh/trapcore/state"
)

// slowStore is a store whose commits last until they are let go.
type slowStore struct {
	state.Store
	begun, done chan struct{}
}

func (s *slowStore) Commit(files map[string][]byte) error {
	s.begun <- struct{}{}
	<-s.done
	return s.Store.Commit(files)
}

// TestWhoChangesNothingWaitsForNoSave: while a change of another session is being
// saved, commands that change nothing end.
func TestWhoChangesNothingWaitsForNoSave(t *testing.T) {
	for _, mirror := range []string{"no mirror-enable", "mirror-enable"} {
		t.Run(mirror, func(t *testing.T) {
			shell := newShell(t)
			store := &slowStore{Store: shell.Store, begun: make(chan struct{}), done: make(chan struct{})}
			shell.Store = store
			changes, looks := operatorOf(t, shell, "configure terminal", "hostname changed"), operatorOf(t, shell, mirror)
			saved := make(chan error)
			go func() { saved <- changes.Save(context.Background()) }()
			<-store.begun
			looks.do(t, "show users")
			if err := looks.Save(t.Context()); err != nil {
				t.Error(err)
			}
			close(store.done)
			if err := <-saved; err != nil {
				t.Error(err)
			}
		})
	}
}
