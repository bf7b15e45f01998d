package receiver

import (
	"testing"

	"github.com/gosnmp/gosnmp"
)

// TestCloseAcknowledges: who closes a receiver once he has an inform, as a receiver of
// a count does, leaves it acknowledged.
func TestCloseAcknowledges(t *testing.T) {
	inform := linkDown
	inform.IsInform = true
	for range 200 {
		r := listen(t, "127.0.0.1:0", "authCommunity log secret")
		x := dial(t, r.Addr(), &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "secret"})
		failed := make(chan error, 1)
		go func() {
			_, err := x.SendTrap(inform)
			failed <- err
		}()
		next(t, r)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
}
