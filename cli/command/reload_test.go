package command

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
)

// TestReloadLater: a restart that is scheduled comes once, with the configuration
// of then, and not after it was taken back; one that cannot be is in the log.
func TestReloadLater(t *testing.T) {
	asked, restarted := make(chan error), make(chan bool)
	shell := makeShell(t, trapcore.Options{}, cli.Options{
		Reload: func(cli.Startup) (func(), error) {
			if err := <-asked; err != nil {
				return nil, err
			}
			return func() { restarted <- true }, nil
		},
	})
	o := operatorOf(t, shell, "reload in 23:59", "reload cancel")
	if got := o.run(t, "show reload"); !strings.Contains(got, "No reload") {
		t.Errorf("cancelled: %q", got)
	}
	o.do(t, "reload in 00:00")
	asked <- errors.New("disk is full")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		got := o.run(t, "show log data")
		if strings.Contains(got, "reload failed: disk is full") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the log: %q", got)
		}
	}
	o.do(t, "reload in 00:00")
	asked <- nil
	<-restarted
	if got := o.run(t, "show reload"); !strings.Contains(got, "No reload") {
		t.Errorf("after it: %q", got)
	}
}
