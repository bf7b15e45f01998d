package sshd

import (
	"fmt"
	"net"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// TestFlood lets people in while an address holds all the connections it can
// open, and they too who are at that address.
func TestFlood(t *testing.T) {
	r := start(t, newShell(t))
	from := func(address string) net.Conn {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
		conn, err := d.DialContext(t.Context(), "tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	for range 2 * maxHalfOpen {
		conn := from("127.0.0.2")
		defer conn.Close()
		if _, err := conn.Read(make([]byte, 1)); err != nil { // until it is served
			t.Fatal(err)
		}
	}
	for n, address := range []string{"127.0.0.1", "127.0.0.2"} {
		o, err := open(t, from(address), clientConfig("joe", gossh.PublicKeys(r.client)))
		if err != nil {
			t.Fatalf("from %s: %v", address, err)
		}
		o.expect(fmt.Sprintf("Logged in on vty %d via SSH.", n))
	}
}
