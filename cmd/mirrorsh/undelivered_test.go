package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGivenUpInformsCount: an inform that was given up at any time of a run
// makes its exit status 3, a secure one only where a session could see it.
func TestGivenUpInformsCount(t *testing.T) {
	const (
		silent = "127.0.0.1 version v3 mirrorUser udp-port 9 informs retries 0 timeout 1"
		user   = "snmp-server user mirrorUser group "
		keys   = ` authentication sha "auth passphrase" privacy aes "priv passphrase"`

		ordinary = "configure terminal\n" + user + "admin" + keys + "\nsnmp-server host " + silent + "\n" +
			"snmp-server enable traps link\ninterface fastEthernet 1/0\nip address 10.1.1.1 255.255.255.0\nend\n" +
			"configure terminal\ninterface fastEthernet 1/0\nshutdown\nend\n"
		secure = "mirror-enable\nconfigure terminal\n" + user + "mirror" + keys + "\nsnmp-server host " + silent + " packetMirror\n" +
			"snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps sessionStart\n"
		gone  = "sleep 2\n"
		after = "show version\n"
	)
	for _, tt := range []struct {
		name    string
		scripts []string
		status  int
	}{
		{"ordinary", []string{ordinary + gone + after}, 3},
		{"secure", []string{secure + gone + after}, 3},
		{"its host removed", []string{secure + gone + "configure terminal\nno snmp-server host 127.0.0.1\n"}, 3},
		{"mirror-enable left", []string{secure + gone + "no mirror-enable\n" + after}, 3},
		{"logged out, and another script", []string{secure + gone + "exit\n", after}, 3},
		{"agent off before it was given up", []string{strings.Replace(secure, "timeout 1", "timeout 60", 1) + "configure terminal\nno snmp-server\nend\n" + gone}, 0},
		{"on its way, and then reload", []string{secure + "reload\n" + gone, after}, 3},
		{"none", []string{after}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := []string{"--level", "15", "--quiet", "--state", filepath.Join(dir, "state")}
			for i, s := range tt.scripts {
				name := filepath.Join(dir, string('a'+byte(i))+".scr")
				if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, name)
			}
			_, stderr := mirrorsh(t, tt.status, "", args...)
			const said = "mirrorsh: traps and informs given up since their host did not answer: "
			if (tt.status == 3) != strings.Contains(stderr, said) {
				t.Errorf("said %q", stderr)
			}
		})
	}
}
