package command

import (
	"errors"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// TestReloadLater: a restart that is scheduled comes once, with the configuration
// of then, and not after it was taken back; one that cannot be is in the log.
func TestReloadLater(t *testing.T) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Clock: stopped})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	asked, restarted := make(chan error), make(chan bool)
	shell, err := cli.New(cli.Options{
		Router: router, Commands: All(), Sections: Sections(), Store: state.NewMemory(stopped),
		Reload: func(cli.Startup) (func(), error) {
			if err := <-asked; err != nil {
				return nil, err
			}
			return func() { restarted <- true }, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := operatorOf(t, shell, "reload in 23:59", "reload cancel")
	if got := o.run(t, "show reload"); !strings.Contains(got, "No reload") {
		t.Errorf("cancelled: %q", got)
	}
	o.do(t, "reload in 00:00")
	asked <- errors.New("disk is full")
	o.do(t, "reload in 00:00")
	asked <- nil
	<-restarted
	if got := o.run(t, "show reload"); !strings.Contains(got, "No reload") {
		t.Errorf("after it: %q", got)
	}
	if got := o.run(t, "show log data"); !strings.Contains(got, "reload failed: disk is full") {
		t.Errorf("the log: %q", got)
	}
}
