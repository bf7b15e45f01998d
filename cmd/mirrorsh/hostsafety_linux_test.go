package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecretsStayInside gives a router secrets of every kind and looks for them
// where another user of the machine, or an operator below level 15, could look:
// the process's entries under /proc, standard error, what sessions show, the
// log, the files. The state directory is closed to others.
func TestSecretsStayInside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	secrets := map[string]string{
		"authentication": "authpassone", "privacy": "privpassone", "secure authentication": "authpasstwo", "secure privacy": "privpasstwo",
		"community": "communityone", "RADIUS key": "radiuskeyone", "enable": "enablesecretone", "vty": "vtypasswordone",
	}
	b := startBatch(t, "--state", dir, "--level", "15", "--quiet", "--keep-going", "--log-level", "debug")
	b.send(fmt.Sprintf(`configure terminal
log severity debug
log destination nv-file
snmp-server user ann group admin authentication sha %s privacy aes %s
snmp-server community %s ro
radius dynamic-request server 127.0.0.9
key %s
exit
enable secret level 3 %s
line vty 0 4
password %s
end
mirror-enable
configure terminal
snmp-server user tap group mirror authentication sha %s privacy aes %s
end
disable
enable 14
show configuration
show running-configuration
show log data
show history
show secret
show snmp user
show users
show radius dynamic-request servers
show privilege
`, secrets["authentication"], secrets["privacy"], secrets["community"], secrets["RADIUS key"], secrets["enable"], secrets["vty"],
		secrets["secure authentication"], secrets["secure privacy"]))
	b.expect("Privilege level")
	if out := b.out.String(); strings.Count(out, "<hidden>") < 3 || !strings.Contains(out, "snmp-server community") {
		t.Errorf("little is hidden: %s", out)
	}
	seen := map[string]string{"standard error": b.stderr.String(), "what sessions below level 15 show": b.out.String()}
	proc := fmt.Sprintf("/proc/%d/", b.cmd.Process.Pid)
	for _, name := range []string{"cmdline", "environ", "limits", "status"} {
		data, err := os.ReadFile(proc + name)
		if err != nil {
			t.Fatal(err)
		}
		seen["/proc/PID/"+name] = string(data)
	}
	if !regexp.MustCompile(`(?m)^Max core file size\s+0\s+0\s`).MatchString(seen["/proc/PID/limits"]) {
		t.Errorf("core dumps are on: %s", seen["/proc/PID/limits"])
	}
	b.in.Close()
	if status := b.wait(); status != 1 { // show secret needs level 15
		t.Errorf("exit status %d: %s", status, b.stderr.String())
	}
	seen["standard error"] = b.stderr.String()
	for where, text := range seen {
		for what, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("secret of %s in %s: %s", what, where, text)
			}
		}
	}
	// Recoverable by nature, and kept as the configuration needs them.
	kept := map[string]bool{"community": true, "RADIUS key": true}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			if info.Mode().Perm() != 0o700 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			return nil
		}
		files++
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		data, err := os.ReadFile(path)
		for what, secret := range secrets {
			if strings.Contains(string(data), secret) && !(kept[what] && d.Name() == "startup.cnf") {
				t.Errorf("secret of %s in %s", what, path)
			}
		}
		if d.Name() != "secure.cnf" && regexp.MustCompile(`\btap\b|mirrorAdmin|group mirror`).Match(data) {
			t.Errorf("secure words in %s", path)
		}
		return err
	})
	if err != nil || files < 4 {
		t.Errorf("%d files, %v", files, err)
	}
}
