package sshd

import (
	"net"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// TestGuessesAreSlow lets the answer to each wrong password wait longer.
func TestGuessesAreSlow(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "password 0 right"}, func(t *testing.T, _ gossh.Signer, dial func() net.Conn) {
		for n := 1; n <= 7; n++ {
			begun := time.Now()
			if _, _, _, err := gossh.NewClientConn(dial(), "router", clientConfig("joe", gossh.Password("wrong"))); err == nil {
				t.Fatal("a wrong password is accepted")
			}
			if got, want := time.Since(begun), time.Duration(min(n-1, 5))*time.Second; got != want {
				t.Errorf("wrong password %d is answered after %v, want %v", n, got, want)
			}
		}
		// A right one waits as long, or who does not wait would know a wrong one.
		begun := time.Now()
		if _, _, _, err := gossh.NewClientConn(dial(), "router", clientConfig("joe", gossh.Password("right"))); err != nil {
			t.Error(err)
		}
		if got := time.Since(begun); got != 5*time.Second {
			t.Errorf("the right one is answered after %v", got)
		}
		// It is known then who that is.
		begun = time.Now()
		if _, _, _, err := gossh.NewClientConn(dial(), "router", clientConfig("joe", gossh.Password("right"))); err != nil {
			t.Error(err)
		}
		if got := time.Since(begun); got != 0 {
			t.Errorf("after a right one, the next is answered after %v", got)
		}
	})
}

// TestTriesOfAConnection: a connection has three, though the library would let
// it have more.
func TestTriesOfAConnection(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "password 0 right"}, func(t *testing.T, _ gossh.Signer, dial func() net.Conn) {
		tries := 0
		password := gossh.RetryableAuthMethod(gossh.PasswordCallback(func() (string, error) {
			if tries++; tries > 3 {
				return "right", nil
			}
			return "wrong", nil
		}), 5)
		if _, _, _, err := gossh.NewClientConn(dial(), "router", clientConfig("joe", password)); err == nil {
			t.Errorf("let in at try %d", tries)
		}
	})
}
