//go:build interop

package notify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// netsnmpNames are what snmptrapd.conf calls the protocols.
var netsnmpNames = map[string]string{
	"md5": "MD5", "sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
	"des": "DES", "aes": "AES", "aes192": "AES-192", "aes256": "AES-256",
	"aes192c": "AES192C", "aes256c": "AES256C",
}

// TestSnmptrapdAcknowledgesEveryPair: informs, for which snmptrapd is the
// authoritative engine, with every pair of protocols.
func TestSnmptrapdAcknowledgesEveryPair(t *testing.T) {
	f := newFixture(t, frozen)
	f.openSecure()
	conf := ""
	var users []snmp.User // one at a time: there are more pairs than there may be users
	for _, auth := range snmp.AuthProtocols() {
		for _, priv := range snmp.PrivProtocols() {
			name := auth.String() + "-" + priv.String()
			conf += fmt.Sprintf("createUser %s %s %q %s %q\nauthUser log %[1]s priv\n", name,
				netsnmpNames[auth.String()], authPass, netsnmpNames[priv.String()], privPass)
			u := snmp.User{Name: name, Group: snmp.GroupMirror, Auth: auth, Priv: priv}
			var err error
			if u.AuthKey, err = snmp.MasterKey(auth, authPass); err != nil {
				t.Fatal(err)
			}
			if u.PrivKey, err = snmp.MasterKey(auth, privPass); err != nil {
				t.Fatal(err)
			}
			users = append(users, u)
		}
	}
	d := startSnmptrapdWith(t, conf)
	for i, u := range users {
		user := u.Name
		if err := f.users.As(side.Clear(true)).SetUser(u); err != nil {
			t.Fatal(err)
		}
		h := secureHost(d.addr)
		h.SecurityString, h.Informs = user, true
		f.setHost(t, h)
		ev := samples(uint32(i), 1, testTime)[i%10]
		f.RaiseSecure(ev)
		line := d.wait(t, "TRAP|")
		want := "TRAP|3|INFORM, SNMP v3, user " + user + ", context router1|"
		if !strings.HasPrefix(line, want) || plain(line) != rendered(encodeSecure(ev), snmp.Version3) {
			t.Errorf("%s:\ngot  %s\nwant %s%s", user, line, want, rendered(encodeSecure(ev), snmp.Version3))
		}
		f.Drain(t.Context())
		if err := f.users.As(side.Clear(true)).RemoveUser(user); err != nil {
			t.Fatal(err)
		}
	}
	if c := f.host(t, side.Secure).Counters; c.Acknowledged != uint32(len(users)) || len(users) != 36 || c.NoResponse != 0 {
		t.Errorf("%+v", c)
	}
}

func TestSnmptrapdAcknowledgesOrdinaryInforms(t *testing.T) {
	d := startSnmptrapdWith(t, fmt.Sprintf("createUser none\ncreateUser auth SHA %q\nauthUser log none noauth\nauthUser log auth auth\n", authPass))
	f := newFixture(t, frozen)
	f.EnableAll()
	for user, want := range map[string]string{
		"public": "TRAP|1|INFORM, SNMP v2c, community public|",
		"none":   "TRAP|3|INFORM, SNMP v3, user none, context router1|",
		"auth":   "TRAP|3|INFORM, SNMP v3, user auth, context router1|",
	} {
		h := v2cHost(d.addr)
		h.SecurityString, h.Informs = user, true
		if user != "public" {
			h.Version = snmp.Version3
		}
		f.setHost(t, h)
		f.Raise(&ColdStart{})
		if line := d.wait(t, "TRAP|"); !strings.HasPrefix(line, want) || !strings.Contains(line, "coldStart") {
			t.Errorf("%s: %s", user, line)
		}
		f.Drain(t.Context())
	}
	if c := f.host(t, side.Ordinary).Counters; c.Acknowledged != 3 || c.NoResponse != 0 {
		t.Errorf("%+v", c)
	}
}

// TestSnmptrapdStoppedForTenSeconds: it comes back with new boots, and no inform
// is lost while the queue has room.
func TestSnmptrapdStoppedForTenSeconds(t *testing.T) {
	t.Parallel()
	d := startSnmptrapdWith(t, fmt.Sprintf("createUser mirrorUser SHA %q AES %q\nauthUser log mirrorUser priv\n", authPass, privPass))
	f := newFixture(t)
	f.openSecure()
	h := secureHost(d.addr)
	h.Informs = true
	f.setHost(t, h)
	raise(f, 1, 2)
	f.Drain(t.Context())
	seen := sessionsSeen(t, d, 2)
	d.stop()
	again := time.After(10 * time.Second)
	raise(f, 3, 30)
	<-again
	d.start(t)
	if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
		t.Errorf("pending %v", p)
	}
	seen = append(seen, sessionsSeen(t, d, 28)...)
	if !slices.Equal(seen, numbers(1, 30)) {
		t.Errorf("received %v", seen)
	}
	if c := f.host(t, side.Secure).Counters; c.Acknowledged != 30 || c.NoResponse+c.QueueFull+c.Discards != 0 {
		t.Errorf("%+v", c)
	}
}

// sessionsSeen waits for n session identifiers, repetitions aside.
func sessionsSeen(t *testing.T, d *snmptrapd, n int) []int {
	t.Helper()
	var all []int
	for len(all) < n {
		line := d.wait(t, "TRAP|")
		_, rest, _ := strings.Cut(line, "juniPacketMirrorSessionIdentifier.0 = Gauge32: ")
		id, _, _ := strings.Cut(rest, "\t")
		v, err := strconv.Atoi(id)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}
