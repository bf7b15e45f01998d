package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// TestUsageMistakes are one line each, in words of this program, and say where
// the flags are listed.
func TestUsageMistakes(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"--bogus", "no flag --bogus"},
		{"--bogus=1", "no flag --bogus"},
		{"x.scr --bogus", "no flag --bogus"},
		{"-z", "no flag -z"},
		{"-state d", "no flag -state, but --state"},
		{"-state=d", "no flag -state, but --state"},
		{"--=x", "a flag has a name"},
		{"--state", "--state needs a value"},
		{"x.scr --level", "--level needs a value"},
		{"-c", "-c needs a value"},
		{"--level 16", `--level must be 0 to 15, not "16"`},
		{"--level -1", `--level must be 0 to 15, not "-1"`},
		{"--level fifteen", `--level must be 0 to 15, not "fifteen"`},
		{"--level 99999999999999999999", `--level must be 0 to 15, not "99999999999999999999"`},
		{"--drain 5", `--drain must be a time such as 5s or 2m, not "5"`},
		{"--drain -1s", `--drain must be a time such as 5s or 2m, not "-1s"`},
		{"--quiet=maybe", `--quiet is true or false, not "maybe"`},
		{"--radius localhost", `--radius must be an IPv4 address, not "localhost"`},
		{"--radius ::1", `--radius must be an IPv4 address, not "::1"`},
		{"--log-level loud", `--log-level must be debug, info, warn or error, not "loud"`},
		{"--chassis-mac 02:00", `--chassis-mac must be six octets of a unicast address such as 02:00:00:00:00:01, not "02:00"`},
		{"--chassis-mac 01:00:00:00:00:01", `--chassis-mac must be six octets of a unicast address such as 02:00:00:00:00:01, not "01:00:00:00:00:01"`},
		{"--model erx", `--model must be one of erx310, erx1440, e120, e320, not "erx"`},
		{"--identity=", `--identity must be a name, not ""`},
		{"--hostname=", `--hostname must be 1 to 64 printable characters without blanks, not ""`},
		{"--state= x.scr", `--state must have a value, not ""`},
		{"--snmp= x.scr", `--snmp must have a value, not ""`},
		{"--ssh= x.scr", `--ssh must have a value, not ""`},
		{"serve --ssh-authorized-keys=", `--ssh-authorized-keys must have a value, not ""`},
		{"--state d --ephemeral", "--ephemeral and --state exclude each other"},
		{"-c reload x.scr", "-c and script files exclude each other"},
		{"serve -c reload", "serve takes script files, not -c"},
		{"- -", "standard input can be run once only"},
	} {
		stdout, stderr := mirrorsh(t, exitUsage, "", strings.Fields(c.args)...)
		if want := "mirrorsh: " + c.says + ": see --help\n"; stderr != want || stdout != "" {
			t.Errorf("%s: %q%q, want %q", c.args, stdout, stderr, want)
		}
	}
}

// TestScriptsHaveNames: an unset variable in place of a file is said so.
func TestScriptsHaveNames(t *testing.T) {
	for _, args := range [][]string{{""}, {"x.scr", ""}, {"serve", ""}, {"--", ""}} {
		if _, stderr := mirrorsh(t, exitUsage, "", args...); stderr != "mirrorsh: the name of a script must not be empty: see --help\n" {
			t.Errorf("%q: %q", args, stderr)
		}
	}
}

// TestErrorsAreInPlainWords where the system or a library has refused something.
func TestErrorsAreInPlainWords(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "x.scr")
	if err := os.WriteFile(script, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"missing.scr", 2, "open missing.scr: no such file or directory"},
		{dir, 2, dir + " is a directory, not a script"},
		{"--snmp foo x", 2, "open x: no such file or directory"},
		{"--snmp foo " + script, 4, "snmp agent on foo: missing port in address: give --snmp another address, or off"},
		{"--snmp 127.0.0.1:99999 " + script, 4, "snmp agent on 127.0.0.1:99999: invalid port: give --snmp another address, or off"},
		{"--snmp 192.0.2.1:1161 " + script, 4, "snmp agent on 192.0.2.1:1161: cannot assign requested address: give --snmp another address, or off"},
		{"--ssh 127.0.0.1 " + script, 4, "ssh on 127.0.0.1: missing port in address: give --ssh another address, or off"},
		{"--ssh 192.0.2.1:2222 " + script, 4, "ssh on 192.0.2.1:2222: cannot assign requested address: give --ssh another address, or off"},
		{"--state /dev/null " + script, 4, "state directory /dev/null: not a directory: give --state another directory, or --ephemeral"},
	} {
		if _, stderr := mirrorsh(t, c.status, "", strings.Fields(c.args)...); !strings.HasSuffix(stderr, "mirrorsh: "+c.says+"\n") {
			t.Errorf("%s: standard error is %q, want %q", c.args, stderr, c.says)
		}
	}
}

// TestFlagsStandAnywhere, -- ends them, and - is standard input.
func TestFlagsStandAnywhere(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{"x.scr": "show privilege\n", "-odd.scr": "show privilege\n", "serve": "show privilege\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const one = "Privilege level is 7\n"
	for _, c := range []struct{ args, stdin, want string }{
		{"x.scr --quiet --level 7", "", one},
		{"--quiet x.scr --level=7 x.scr", "", one + one},
		{"--level 7 --quiet -", "show privilege\n", one},
		{"- x.scr --level 7 --quiet", "show privilege\n", one + one},
		{"x.scr --level 7 --quiet --", "", one},
		{"--level 7 --quiet -- -odd.scr", "", one},
		{"--level 7 --quiet -- serve", "", one},
		{"--level 7 --quiet -- -", "show privilege\n", one},
		{"--level 7 -c show_privilege --quiet", "", one},
		{"--level 7 --quiet --command=show_privilege", "", one},
		{"--level 7 --quiet -c show_privilege -c show_privilege;show_privilege", "", one + one + one},
		{"-c enable_7 --quiet --command show_privilege", "", one},
	} {
		args := strings.Fields(c.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		if stdout, _ := mirrorsh(t, 0, c.stdin, args...); stdout != c.want {
			t.Errorf("%s: %q, want %q", c.args, stdout, c.want)
		}
	}
	for _, args := range [][]string{{"--help"}, {"x.scr", "-h"}, {"serve", "--help"}} {
		if stdout, stderr := mirrorsh(t, 0, "", args...); !strings.Contains(stdout, "--chassis-mac MAC\n") || stderr != "" {
			t.Errorf("%v: %q%q", args, stdout, stderr)
		}
	}
}

// TestModel: a state directory keeps the model it was given last.
func TestModel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	for _, c := range []struct{ args, want string }{
		{"--ephemeral", "ERX-310"},
		{"--ephemeral --model erx1440", "ERX-1440"},
		{"--state " + dir, "ERX-310"},
		{"--state " + dir + " --model e320", "E320"},
		{"--state " + dir, "E320"},
		{"--state " + dir + " --model e120", "E120"},
		{"--state " + dir, "E120"},
	} {
		out, _ := mirrorsh(t, 0, "", append(strings.Fields(c.args), "--quiet", "-c", "show version")...)
		if first, _, _ := strings.Cut(out, "\n"); first != "Juniper Edge Routing Switch "+c.want {
			t.Errorf("%s: %q, want %s", c.args, first, c.want)
		}
	}
}

// TestIdentity of ephemeral routers: from a name, else the MAC address, else the
// one that is documented.
func TestIdentity(t *testing.T) {
	id := func(args ...string) string {
		out, _ := mirrorsh(t, 0, "", append(args, "--level", "15", "--quiet", "-c", "show snmp engineID")...)
		_, rest, _ := strings.Cut(out, "\ndefault")
		if f := strings.Fields(rest); len(f) > 0 {
			return f[0]
		}
		return ""
	}
	const documented, given = "0x8000130a0502000000000180000001", "0x8000130a05020a0b0c0d0e80000001"
	a, b := id("--identity", "a"), id("--identity", "b")
	if a == b || a == documented || a != id("--identity", "a") || !strings.HasPrefix(a, "0x8000130a05") || !strings.HasSuffix(a, "80000001") {
		t.Errorf("a is %s, b %s", a, b)
	}
	if got := id("--chassis-mac", "02:0a:0b:0c:0d:0e"); got != given {
		t.Errorf("got %s", got)
	}
	if got := id("--chassis-mac", "02:0a:0b:0c:0d:0e", "--identity", "a"); got != a {
		t.Errorf("got %s", got)
	}
	if got := id(); got != documented {
		t.Errorf("got %s", got)
	}
	if host, err := os.Hostname(); err == nil {
		want := id("--identity", host)
		con := startConsole(t, "TERM=dumb", "serve", "--ephemeral", "--ssh", "off", "--snmp", "127.0.0.1:0", "--level", "15", servedScript(t))
		con.expect(want, 1)
	}
}

// TestIdentityOfAStateDirectory: what a name makes is kept, a directory that
// began otherwise is refused.
func TestIdentityOfAStateDirectory(t *testing.T) {
	id := func(status int, args ...string) (string, string) {
		out, said := mirrorsh(t, status, "", append(args, "--level", "15", "--quiet", "-c", "show snmp engineID")...)
		return regexp.MustCompile("0x[0-9a-f]+").FindString(out), said
	}
	dir, random := filepath.Join(t.TempDir(), "named"), filepath.Join(t.TempDir(), "random")
	want, _ := id(0, "--identity", "a")
	if got, _ := id(0, "--identity", "a", "--state", dir); got != want {
		t.Errorf("the directory has %s, the name makes %s", got, want)
	}
	for _, args := range [][]string{{"--identity", "a"}, nil} {
		if got, said := id(0, append(args, "--state", dir)...); got != want || said != "" {
			t.Errorf("%v: %s%s, want %s", args, got, said, want)
		}
	}
	if host, err := os.Hostname(); err == nil {
		named, _ := id(0, "--identity", host)
		for _, state := range []string{"--ephemeral", "--state=" + filepath.Join(t.TempDir(), "host")} {
			if got, _ := id(0, "--identity", "@hostname", state); got != named {
				t.Errorf("%s: the host is %s, its name makes %s", state, got, named)
			}
		}
	}
	id(0, "--state", random)
	for _, args := range [][]string{{"--identity", "b", "--state", dir}, {"--identity", "a", "--state", random}} {
		if out, said := id(exitStart, args...); out != "" || !strings.Contains(said, " is of another router: ") || !strings.Contains(said, " as --identity "+args[1]+" makes it: give ") {
			t.Errorf("%v: %s%s", args, out, said)
		}
	}
}

func servedScript(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.scr")
	if err := os.WriteFile(path, []byte("show snmp engineID\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSharedEngineIDIsSaid at a terminal, where there are hosts of SNMPv3, and
// nowhere else.
func TestSharedEngineIDIsSaid(t *testing.T) {
	const users = `mirror-enable
configure terminal
snmp-server user u group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
`
	const shared = "has the engine ID 0x8000130a0502000000000180000001"
	for _, c := range []struct {
		name, host string
		args       []string
		said       bool
	}{
		{"secure host", "snmp-server host 127.0.0.1 version v3 u packetMirror\n", nil, true},
		{"host of SNMPv3", "snmp-server host 127.0.0.1 version v3 u\n", nil, true},
		{"host of SNMPv2c", "snmp-server host 127.0.0.1 version v2c public\n", nil, false},
		{"no host", "", nil, false},
		{"identity", "snmp-server host 127.0.0.1 version v3 u packetMirror\n", []string{"--identity", "a"}, false},
		{"MAC", "snmp-server host 127.0.0.1 version v3 u packetMirror\n", []string{"--chassis-mac", "02:00:00:00:00:02"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.scr")
			if err := os.WriteFile(path, []byte(users+c.host), 0o600); err != nil {
				t.Fatal(err)
			}
			con := startConsole(t, "TERM=dumb", append(c.args, "--level", "15", path)...)
			if c.said {
				con.expect(shared, 1)
			}
			con.wait()
			if out := con.expect("", 0); strings.Contains(out, shared) != c.said {
				t.Errorf("it says %s", out)
			}
			if _, stderr := mirrorsh(t, 0, "", append(c.args, "--level", "15", path)...); stderr != "" {
				t.Errorf("without a terminal it says %q", stderr)
			}
		})
	}
}

// TestServeSaysWhereAndWhen: where each listener is, then that all are.
func TestServeSaysWhereAndWhen(t *testing.T) {
	r := startReloadLab(t)
	said := r.stderr.String()
	for _, line := range []string{"mirrorsh: snmp agent on " + r.snmp.String(), "mirrorsh: radius on 127.0.0.1:", "mirrorsh: ssh on " + r.ssh.String()} {
		if strings.Count(said, line) != 1 {
			t.Errorf("no %q in %q", line, said)
		}
	}
	if !strings.HasSuffix(said, "\nmirrorsh: ready\n") || strings.Count(said, "\n") != 4 {
		t.Errorf("it says %q", said)
	}
	_, stderr := mirrorsh(t, exitStart, "", "serve", "--ephemeral", "--snmp", "off", "--ssh", "127.0.0.1:0", "--ssh-authorized-keys", os.DevNull)
	if !strings.Contains(stderr, os.DevNull) {
		t.Errorf("standard error is %q", stderr)
	}
	t.Setenv("HOME", t.TempDir())
	if _, stderr = mirrorsh(t, exitStart, "", "serve", "--ephemeral", "--snmp", "off"); !strings.HasSuffix(stderr, "or give --ssh off\n") {
		t.Errorf("standard error is %q", stderr)
	}
}

func TestDateOfTheSources(t *testing.T) {
	for value, want := range map[string]time.Time{
		"2026-11-27T06:00:00Z": time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC),
		"yesterday":            {},
		"":                     {},
	} {
		info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.time", Value: value}}}
		if got := sourcesOf(info); !got.Equal(want) {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
	if built().IsZero() {
		t.Error("a test has no date")
	}
}
