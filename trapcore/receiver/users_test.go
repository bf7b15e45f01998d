package receiver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mirrorsh/trapcore/snmp"
)

func TestUsers(t *testing.T) {
	const key20 = "0x0102030405060708090a0b0c0d0e0f1011121314"
	var u Users
	if err := u.Read("conf", strings.NewReader(`# a comment
createUser plain
createUser a SHA "auth passphrase" # AES-128 with the same
createUser b MD5 'it''s a passphrase' DES
createUser c SHA-256 authphrase AES-256 "with \" and \\"
createUser -e 0x8000130a0501 d SHA -l `+key20+` AES -l 0x0102030405060708090a0b0c0d0e0f10
createUser -e 8000130a0502 d sha1 -m `+key20+` aes128 -m `+key20+`
authUser log,execute a noauth
authuser log d priv
AUTHCOMMUNITY log secret
`)); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name  string
		auth  snmp.AuthProtocol
		priv  snmp.PrivProtocol
		least snmp.SecurityLevel
		local bool
		id    string
	}{
		{"plain", snmp.NoAuth, snmp.NoPriv, 0, false, "0x"},
		{"a", snmp.SHA, snmp.NoPriv, snmp.NoAuthNoPriv, false, "0x"},
		{"b", snmp.MD5, snmp.DES, 0, false, "0x"},
		{"c", snmp.SHA256, snmp.AES256, 0, false, "0x"},
		{"d", snmp.SHA, snmp.AES, snmp.AuthPriv, true, "0x8000130a0501"},
		{"d", snmp.SHA, snmp.AES, snmp.AuthPriv, false, "0x8000130a0502"},
	}
	if len(u.Credentials) != len(want) || len(u.Communities) != 1 || u.Communities[0] != "secret" {
		t.Fatalf("%d users, %d communities", len(u.Credentials), len(u.Communities))
	}
	for i, w := range want {
		c := u.Credentials[i]
		if c.Name != w.name || c.Auth != w.auth || c.Priv != w.priv || c.Least != w.least || c.Local != w.local || c.Engine.String() != w.id {
			t.Errorf("%+v, want %+v", c, w)
		}
	}
	for i, passphrase := range map[int]string{1: "auth passphrase", 2: "its a passphrase"} {
		k, err := snmp.MasterKey(u.Credentials[i].Auth, passphrase)
		if err != nil || string(k) != string(u.Credentials[i].AuthKey) {
			t.Errorf("%s: %v", u.Credentials[i].Name, err)
		}
	}
	if k, err := snmp.MasterKey(snmp.SHA256, `with " and \`); err != nil || string(k) != string(u.Credentials[3].PrivKey) {
		t.Errorf("c: %v", err)
	}
}

// TestUserMistakes are said with file and line, and never with the secret.
func TestUserMistakes(t *testing.T) {
	for _, line := range []string{
		"createuser", "creatUser u", "createUser -e 0xzz u", "createUser -e 0x0102 u",
		"createUser u SHA", "createUser u SHA -l", "createUser u SHA hush", "createUser u RC4 hushhushhush",
		"createUser u SHA hushhushhush IDEA hushhushhush", "createUser u SHA hushhushhush AES hushhushhush hushhushhush",
		"createUser u SHA -m hushhush", "createUser u SHA -l hushhush", "createUser u SHA -m 0x00",
		"createUser u SHA -l 0x0102030405060708090a0b0c0d0e0f1011121314",
		`createUser u SHA "hushhushhush`, "createUser u SHA hushhushhush AES hush",
		"createUser -e 0x8000130a0501 u SHA hushhushhush AES -l 0x0102030405060708090a0b0c0d0e0f10",
		"createUser " + strings.Repeat("u", 33), "createUser \x1b[2J", "authUser log", "authUser execute u", "authUser log u most",
		"authCommunity secret", "disableAuthorization yes", strings.Repeat("x", maxUserLine+1),
	} {
		var u Users
		err := u.Read("conf", strings.NewReader("\n"+line+"\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "conf:2: ") || strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%.80q: %v", line, err)
		}
	}
}

func TestUserOfEnvironment(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"AUTH": "auth passphrase", "PRIV": "priv passphrase", "EMPTY": ""}[name]
		return v, ok
	}
	var u Users
	if err := u.Add(`mirrorUser SHA $AUTH AES $PRIV`, lookup); err != nil || u.Literal {
		t.Fatal(err, u.Literal)
	}
	if k, _ := snmp.MasterKey(snmp.SHA, "priv passphrase"); string(k) != string(u.Credentials[0].PrivKey) {
		t.Error("not the passphrase of the environment")
	}
	for _, spec := range []string{"u SHA $NONE", "u SHA $EMPTY", "u SHA $"} {
		if err := u.Add(spec, lookup); !errors.Is(err, errUsers) {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if err := u.Add("u SHA literally", lookup); err != nil || !u.Literal {
		t.Error(err, u.Literal)
	}
	if s := fmt.Sprintf("%+v %v", u.Credentials, u.Credentials); strings.Contains(s, "pass") || !strings.Contains(s, "[key]") {
		t.Error(s)
	}
}

func TestUsersFileMode(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "users.conf")
	if err := os.WriteFile(file, []byte(userLine+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o620: false, 0o666: false} {
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
		var u Users
		err := u.ReadFile(file)
		if ok && (err != nil || len(u.Credentials) != 1) || !ok && !errors.Is(err, errShared) {
			t.Errorf("%o: %v", mode, err)
		}
	}
	var u Users
	for _, name := range []string{dir, filepath.Join(dir, "none")} {
		if err := u.ReadFile(name); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzUsers(f *testing.F) {
	f.Add(userLine + "\nauthUser log u priv\nauthCommunity log secret\n")
	f.Add("createUser -e 0x8000130a0501 d SHA -l 0x01 AES -l 0x02\n'\\")
	f.Fuzz(func(t *testing.T, text string) {
		var u Users
		if u.Read("conf", strings.NewReader(text)) != nil {
			return
		}
		for _, c := range u.Credentials {
			if err := c.Validate(); err != nil {
				t.Error(err)
			}
		}
	})
}
