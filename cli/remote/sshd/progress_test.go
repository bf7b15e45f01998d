package sshd

import (
	"net"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// TestProgress: a command that takes long says so on a terminal that is not dumb.
func TestProgress(t *testing.T) {
	r := start(t, newShell(t))
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openOn(t, "vt100", conn, clientConfig("eve", gossh.PublicKeys(r.client)))
	if err != nil {
		t.Fatal(err)
	}
	s.expect("host1>")
	s.send("sleep 3600\r")
	s.expect("\rrunning for ")
	s.send("\x03")
	s.expect("\rhost1>")
}
