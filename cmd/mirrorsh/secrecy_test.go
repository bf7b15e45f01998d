package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ordinaryState is what both state directories have, secureState what one of
// them has besides: traps and informs that never leave, a subscriber to mirror.
const (
	ordinaryState = `configure terminal
snmp-server community public ro
snmp-server user ops group admin authentication sha passphrase privacy aes passphrase
snmp-server host 127.0.0.1 version v2c public udp-port 9
snmp-server host 127.0.0.2 version v3 ops udp-port 9 cliSecurityAlert
snmp-server enable traps
snmp-server notificationLog log 127.0.0.1 adminStatus
radius dynamic-request server 127.0.0.9
interface fastEthernet 1/0
ip address 10.0.1.1 255.255.255.0
virtual-router red
snmp-server host 127.0.0.1 version v2c public udp-port 9
snmp-server enable traps
`
	secureState = `mirror-enable
configure terminal
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
snmp-server host 127.0.0.1 version v3 tap udp-port 9 informs retries 10 timeout 60 packetMirror
snmp-server host 127.0.0.3 version v3 tap udp-port 9 informs packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
secure ip policy-list all
exit
mirror username joe ip secure-policy-list nowhere
mirror username ann ip secure-policy-list all
interface fastEthernet 1/0
ip policy secure-input all
exit
virtual-router red
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
snmp-server host 127.0.0.1 version v3 tap udp-port 9 informs packetMirror
snmp-server enable traps packetMirror
mirror username bob ip secure-policy-list nowhere
`
)

// moments are what differs between any two runs.
var moments = regexp.MustCompile(`\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?: [A-Z]+)?|[A-Z]{3} [A-Z]{3} \d\d \d{4} \d\d:\d\d:\d\d \S+|running for: .*|\d+d\d+h:\d+m:\d+s|Time: +\d+|after 300ms: \d+|\d{4}-\d+-\d+,\d+:\d+:[\d.]+,\S+`)

// engineTimes are what show snmp engineID has last.
var engineTimes = regexp.MustCompile(`(?m)( router\d+ +\d+ +)\d+$`)

// widths are of columns, which are as wide as what is in them.
var widths = regexp.MustCompile(`-{4,}| {2,}`)

// timeless leaves out what differs between any two runs.
func timeless(text string) string {
	text = engineTimes.ReplaceAllString(moments.ReplaceAllString(text, "MOMENT"), "${1}MOMENT")
	return widths.ReplaceAllStringFunc(text, func(s string) string { return s[:2] })
}

// TestProcessTellsNothing runs batches of ordinary commands on copies of two
// state directories, one of which has a secure side that is busy and can get rid
// of nothing: output, standard error, exit status and files are the same.
func TestProcessTellsNothing(t *testing.T) {
	root := t.TempDir()
	run := func(dir string, args []string, script string) (said string, status int) {
		cmd := exec.Command("mirrorsh", append([]string{"--state", dir, "--drain", "300ms", "--chassis-mac", "02:00:00:00:00:05"}, args...)...)
		cmd.Stdin = strings.NewReader(script)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		_ = cmd.Run()
		return timeless(fmt.Sprintf("%s\nstandard error:\n%s", &out, &errs)), cmd.ProcessState.ExitCode()
	}
	prepare := func(name, script string) string {
		dir := filepath.Join(root, name)
		for i, s := range []string{ordinaryState, script} {
			if said, status := run(dir, []string{"--level", "15", "--quiet"}, s); status != 0 {
				t.Fatalf("%s %d: %s", name, i, said)
			}
		}
		return dir
	}
	empty, busy := prepare("empty", "show privilege\n"), prepare("busy", secureState)
	if data, err := os.ReadFile(filepath.Join(busy, "secure.cnf")); err != nil || bytes.Count(data, []byte("\n")) < 15 {
		t.Fatalf("there is little to hide: %s, %v", data, err)
	}

	const logins = "test subscriber login joe ip-address 10.0.0.5\ntest subscriber login ann ip-address 10.0.0.6 interface fastEthernet 1/0\n"
	for name, c := range map[string]struct {
		args   []string
		script string
		status int
	}{
		"a look around": {nil, "sleep 5\nshow configuration\nshow snmp trap\nshow snmp trapstat\nshow snmp\nshow users\nshow log data\nshow interfaces\ndir\nshow snmp engineID\n" +
			"show version\nshow radius dynamic-request servers\nshow snmp user\nshow snmp group\nshow snmp notificationLog\nshow subscribers\n", 0},
		"logins":               {nil, logins + "show subscribers\nlogout subscriber all\nsleep 5\nshow snmp trapstat\nshow log data\nshow snmp notificationLog\n", 0},
		"a reload":             {nil, logins + "reload\nenable 15\nshow subscribers\nsleep 5\nshow snmp trapstat\nshow log data\n", 0},
		"a refusal":            {nil, "show mirror trap\n", 1},
		"refusals":             {[]string{"--keep-going"}, "show mirror trap\nconfigure terminal\nmirror trap-enable\nsnmp-server host 127.0.0.3 packetMirror\nshow history\n", 1},
		"traps still queued":   {nil, "configure terminal\nsnmp-server host 127.0.0.1 trapQueue drainRate 1\nend\n" + strings.Repeat("enable 3\nenable 15\n", 1) + strings.Repeat("configure terminal\nhostname a\ninterface fastEthernet 1/0\nshutdown\nno shutdown\nend\n", 5), 3},
		"a router removed":     {nil, "configure terminal\nvirtual-router red\ndo test subscriber login bob\nno virtual-router red\nend\nconfigure terminal\nsnmp-server notificationLog entryLimit 500\nvirtual-router red\nend\nshow configuration\n", 0},
		"an interface removed": {nil, "configure terminal\nno interface fastEthernet 1/0\ninterface fastEthernet 2/0\nend\nshow interfaces\nsleep 5\nshow snmp trapstat\n", 0},
		"the agent off":        {nil, "sleep 5\nconfigure terminal\nno snmp-server\nsnmp-server\nend\nsleep 5\nshow snmp trapstat\n", 0},
		"files":                {nil, "show snmp trap > a.txt\ncopy running-configuration b.scr\nconfigure file b.scr\ndir\nmore a.txt\n", 0},
		"commands":             {[]string{"-c", "show configuration; dir; show users"}, "", 0},
		"secure names":         {[]string{"--keep-going"}, "configure terminal\nsnmp-server group mirror priv\nsnmp-server view mirrorAdmin 1.3 included\nsnmp-server host 127.0.0.3 version v3 tap\ndo show configuration\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said, files [2]string
			for i, from := range []string{empty, busy} {
				dir := filepath.Join(root, fmt.Sprintf("%s %d", name, i))
				// With its modes, or the start would warn of them.
				if out, err := exec.Command("cp", "-a", from, dir).CombinedOutput(); err != nil {
					t.Fatal(err, string(out))
				}
				var status int
				if said[i], status = run(dir, append([]string{"--level", "15"}, c.args...), c.script); status != c.status {
					t.Errorf("router %d: exit status %d, want %d: %s", i, status, c.status, said[i])
				}
				files[i] = timeless(ordinaryFiles(t, dir))
			}
			if d := cmp.Diff(said[0], said[1]); d != "" {
				t.Errorf("what is printed differs: %s", d)
			}
			if d := cmp.Diff(files[0], files[1]); d != "" {
				t.Errorf("files differ: %s", d)
			}
		})
	}
}

// ordinaryFiles are the files of a state directory but for the secure one.
func ordinaryFiles(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"*", "files/*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if info, err := os.Stat(name); err != nil || info.IsDir() || filepath.Base(name) == "secure.cnf" || filepath.Base(name) == "lock" {
				continue
			}
			data, err := os.ReadFile(name)
			fmt.Fprintf(&all, "%s %v\n%s\n", strings.TrimPrefix(name, dir), err, data)
		}
	}
	return all.String()
}
