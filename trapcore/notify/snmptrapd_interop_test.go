//go:build interop

package notify

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/trapcore/snmp"
)

// snmptrapd is net-snmp's receiver, running.
type snmptrapd struct {
	addr  netip.AddrPort
	lines chan string
	dir   string
	cmd   *exec.Cmd
	ended chan struct{}
}

// startSnmptrapd starts snmptrapd on loopback with the users of [newFixture].
func startSnmptrapd(t testing.TB) *snmptrapd {
	t.Helper()
	id := snmp.NewEngineID(testMAC, snmp.DefaultRouter)
	conf := fmt.Sprintf(`
createUser -e %[1]v none
createUser -e %[1]v auth SHA "%[2]s"
createUser -e %[1]v priv SHA "%[2]s" AES "%[3]s"
createUser -e %[1]v mirrorUser SHA "%[2]s" AES "%[3]s"
authUser log none noauth
authUser log auth auth
authUser log priv priv
authUser log mirrorUser priv
`, id, authPass, privPass)
	return startSnmptrapdWith(t, conf)
}

const trapdFormat = `
authCommunity log public
format1 TRAP|v1|%P|%N|%w|%q|%v\n
format2 TRAP|%s|%P|%v\n
outputOption s
`

func startSnmptrapdWith(t testing.TB, conf string) *snmptrapd {
	t.Helper()
	// snmptrapd cannot say which port it was given, so it gets one that was free.
	s := newSink(t)
	s.conn.Close()
	d := &snmptrapd{addr: s.addr, dir: t.TempDir()}
	if err := os.WriteFile(d.conf(), []byte(conf+trapdFormat), 0o600); err != nil {
		t.Fatal(err)
	}
	d.start(t)
	t.Cleanup(d.stop)
	return d
}

// conf is not snmptrapd.conf, which is what it remembers itself.
func (d *snmptrapd) conf() string { return filepath.Join(d.dir, "receiver.conf") }

// start runs it with what it remembers of earlier runs.
func (d *snmptrapd) start(t testing.TB) {
	t.Helper()
	d.lines, d.ended = make(chan string, 1000), make(chan struct{})
	mibs, err := filepath.Abs("../../mib")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("snmptrapd", "-f", "-Lo", "-n", "-C", "-c", d.conf(),
		"-M", "+"+mibs, "-m", "+ALL", "udp:"+d.addr.String())
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+d.dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.cmd = cmd
	lines, ended := d.lines, d.ended
	go func() {
		defer close(ended)
		defer close(lines)
		for in := bufio.NewReader(out); ; {
			line, err := in.ReadString('\n')
			if line != "" {
				lines <- strings.TrimSuffix(line, "\n")
			}
			if err != nil {
				return
			}
		}
	}()
	d.wait(t, "NET-SNMP version")
}

// stop ends it as a service manager does, so that it saves boots and keys.
func (d *snmptrapd) stop() {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	for range d.lines {
	}
	<-d.ended
	_ = d.cmd.Wait()
}

// wait returns the next line that contains what.
func (d *snmptrapd) wait(t testing.TB, what string) string {
	t.Helper()
	limit := time.After(20 * time.Second)
	var seen []string
	for {
		select {
		case line, ok := <-d.lines:
			if !ok {
				t.Fatalf("snmptrapd ended; it said\n%s", strings.Join(seen, "\n"))
			}
			if strings.Contains(line, what) {
				return line
			}
			seen = append(seen, line)
		case <-limit:
			t.Fatalf("snmptrapd did not say %q; it said\n%s", what, strings.Join(seen, "\n"))
		}
	}
}

// plain is the varbinds of a line of snmptrapd without their types and quotes,
// as [RenderVarbinds] writes them.
func plain(line string) string {
	list := strings.ReplaceAll(line[strings.LastIndex(line, "|")+1:], `"`, "")
	return regexp.MustCompile(`= (INTEGER|STRING|Gauge32|IpAddress|OID): `).ReplaceAllString(strings.ReplaceAll(list, "\t", ", "), "= ")
}

// rendered is what snmptrapd should make of a notification.
func rendered(tr *trap, v snmp.Version) string {
	own := string(RenderVarbinds(nil, tr.list[tr.own:]))
	if v == snmp.Version1 {
		return own
	}
	return strings.TrimSuffix("sysUpTime.0 = Timeticks: (0) 0:00:00.00, snmpTrapOID.0 = "+tr.n.Name+", "+own, ", ")
}

func TestSnmptrapdDecodesOrdinaryTraps(t *testing.T) {
	d := startSnmptrapd(t)
	f := newFixture(t, frozen)
	f.EnableAll()
	f.SetAuthenticationFailure(true)
	for _, tt := range []struct {
		version snmp.Version
		str     string
		want    string
	}{
		{snmp.Version1, "public", "TRAP|v1|TRAP, SNMP v1, community public|"},
		{snmp.Version2c, "public", "TRAP|1|TRAP2, SNMP v2c, community public|"},
		{snmp.Version3, "none", "TRAP|3|TRAP2, SNMP v3, user none, context router1|"},
		{snmp.Version3, "auth", "TRAP|3|TRAP2, SNMP v3, user auth, context router1|"},
		{snmp.Version3, "priv", "TRAP|3|TRAP2, SNMP v3, user priv, context router1|"},
	} {
		h := v2cHost(d.addr)
		h.Version, h.SecurityString = tt.version, tt.str
		f.setHost(t, h)
		for _, ev := range ordinaryEvents {
			f.Raise(ev)
			line := d.wait(t, "TRAP|")
			tr, _ := encodeOrdinary(ev)
			if want := rendered(tr, tt.version); !strings.HasPrefix(line, tt.want) || plain(line) != want {
				t.Errorf("%v %s:\ngot  %s\nwant %s%s", tt.version, tt.str, line, tt.want, want)
			}
		}
	}
}

// TestSnmptrapdNamesV1Traps checks enterprise, generic and specific trap.
func TestSnmptrapdNamesV1Traps(t *testing.T) {
	d := startSnmptrapd(t)
	f := newFixture(t)
	f.EnableAll()
	h := v2cHost(d.addr)
	h.Version = snmp.Version1
	f.setHost(t, h)
	for _, tt := range []struct {
		ev   Event
		want string
	}{
		{ordinaryEvents[0], "|snmpTraps|0|0|"},
		{ordinaryEvents[3], "|snmpTraps|3|0|"},
		{ordinaryEvents[5], "|juniCliMIB|6|juniCliSecurityAlert|"},
	} {
		f.Raise(tt.ev)
		if line := d.wait(t, "TRAP|"); !strings.Contains(line, tt.want) {
			t.Errorf("%T: %s, want %s", tt.ev, line, tt.want)
		}
	}
}

func TestSnmptrapdDecodesAllMirrorTraps(t *testing.T) {
	d := startSnmptrapd(t)
	f := newFixture(t, frozen)
	f.openSecure()
	f.setHost(t, secureHost(d.addr))
	for seq := range uint32(3) {
		for _, ev := range samples(seq, 1, testTime) {
			f.RaiseSecure(ev)
			line := d.wait(t, "TRAP|")
			want := rendered(encodeSecure(ev), snmp.Version3)
			if !strings.HasPrefix(line, "TRAP|3|TRAP2, SNMP v3, user mirrorUser, context router1|") || plain(line) != want {
				t.Errorf("%T:\ngot  %s\nwant %s", ev, line, want)
			}
		}
	}
}
