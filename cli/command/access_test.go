package command

import (
	"bufio"
	"bytes"
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/trapcore/side"
)

// batch runs a script on the shell at level 15 and returns what it printed.
func batch(t testing.TB, shell *cli.Shell, script string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	w := bufio.NewWriter(&out)
	s := shell.NewSession(cli.SessionOptions{Level: 15, Out: w})
	defer s.Close()
	b := &cli.Batch{Session: s, Out: w, Errors: &errs, Quiet: true}
	err := b.Run(t.Context(), cli.Source{Name: "script", R: strings.NewReader(script)})
	return out.String(), err
}

// shown is what show configuration prints at level 15.
func shown(t testing.TB, shell *cli.Shell, secure bool) string {
	t.Helper()
	text, err := shell.Configuration("", side.Clear(secure), true)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// configuration is the whole of it without the line that has the time.
func configuration(t testing.TB, shell *cli.Shell, secure bool) string {
	t.Helper()
	text := shown(t, shell, secure)
	_, rest, ok := strings.Cut(text, "\n")
	if !ok {
		t.Fatalf("configuration is %q", text)
	}
	return rest
}

const accessScript = `configure terminal
access-list ops permit 10.1.2.3 0.0.0.255
access-list ops deny host 192.168.1.1
access-list ops permit any
access-list exact permit 10.1.2.3
access-list ops permit any
enable password level 5 five
enable password 0 ten
enable secret level 10 0 "a secret"
banner #Maintenance tonight\nat ten, 100% sure\\#
banner login "Authorized ! only"
banner exec x
Welcome
to the # lab x this is ignored
line console
password console
login
exec-timeout 5
line vty 0 2
access-class ops in
exec-timeout 0 30
line vty 1
no login
no exec-banner
no motd-banner
line vty 3 8
password 0 "of the lines"
login-timeout 60
line vty 10
exit
virtual-router other
access-list ops permit host 10.9.9.9
privilege exec level 12 t
privilege exec all level 6 configure
privilege configure level 7 snmp-server con
privilege configure level 8 no
`

// TestAccessConfiguration holds show configuration to what was configured, with
// the hashes masked, and replays it.
func TestAccessConfiguration(t *testing.T) {
	script := accessScript
	shell := newShell(t)
	if _, err := shell.Tree().Parse(cli.GlobalConfig, operatorOf(t, shell).View(), "virtual-router other"); err != nil {
		script = strings.NewReplacer("virtual-router other\naccess-list ops permit host 10.9.9.9\n", "").Replace(script)
	}
	if out, err := batch(t, shell, script); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got := configuration(t, shell, false)
	for _, clear := range []string{"five", " ten\n", "a secret", "of the lines", "password console"} {
		if strings.Contains(got, clear) {
			t.Errorf("the password %q is shown", clear)
		}
	}
	masked := regexp.MustCompile(`([57]) 1[-_A-Za-z0-9]{19}(\s)`).ReplaceAllString(got, "$1 HASH$2")
	var lines []string
	for line := range strings.Lines(masked) {
		if !strings.HasPrefix(line, "privilege exec level 12 t") && !strings.HasPrefix(line, "virtual-router") && !strings.Contains(line, "10.9.9.9") {
			lines = append(lines, line)
		}
	}
	_, body, _ := strings.Cut(strings.Join(lines, ""), "configure terminal\n")
	want := `access-list exact permit host 10.1.2.3
access-list ops permit 10.1.2.0 0.0.0.255
access-list ops deny host 192.168.1.1
access-list ops permit any
enable password level 5 7 HASH
enable password level 10 7 HASH
enable secret level 10 5 HASH
banner motd #Maintenance tonight\nat ten, 100% sure\\#
banner login #Authorized ! only#
banner exec %\nWelcome\nto the # lab %
line console
 exec-timeout 5 0
 login
 password 7 HASH
 exit
line vty 0
 access-class ops in
 exec-timeout 0 30
 exit
line vty 1
 access-class ops in
 no exec-banner
 exec-timeout 0 30
 no login
 no motd-banner
 exit
line vty 2
 access-class ops in
 exec-timeout 0 30
 exit
line vty 3 4
 login-timeout 60
 password 7 HASH
 exit
line vty 5 8
 login-timeout 60
 password 7 HASH
 exit
line vty 9 10
 exit
privilege exec all level 6 configure
privilege configure level 7 snmp-server contact
privilege configure level 8 no
! End of configuration script
`
	if d := cmp.Diff(want, body); d != "" {
		t.Error(d)
	}
	again := newShell(t)
	if out, err := batch(t, again, "mirror-enable\n"+got); err != nil {
		t.Fatalf("replay: %v: %s", err, out)
	}
	if d := cmp.Diff(got, configuration(t, again, true)); d != "" {
		t.Errorf("replayed: %s", d)
	}
	if !again.Access().Enable(15).Hash.Matches("a secret") {
		t.Error("the secret does not work after the replay")
	}
}

// TestAccessNoForms takes everything back.
func TestAccessNoForms(t *testing.T) {
	shell := newShell(t)
	before := configuration(t, shell, true)
	if out, err := batch(t, shell, `configure terminal
access-list a permit any
access-list b permit any
access-list b deny host 10.0.0.1
no access-list a permit any
no access-list b
enable password level 5 five
enable secret ten
no enable password level 5
no enable secret
banner #x#
banner login #x#
banner exec #x#
no banner
no banner login
no banner exec
line console
login
no login
password x
no password
line vty 0 9
access-class a in
no access-class in
exec-timeout 3 3
no exec-timeout
login-timeout 9
no login-timeout
no login
login
no exec-banner
exec-banner
no motd-banner
motd-banner
no line vty 5
privilege exec level 9 t
no privilege exec level 9 t
privilege exec all level 9 show
no privilege exec all show
`); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if d := cmp.Diff(before, configuration(t, shell, true)); d != "" {
		t.Error(d)
	}
}

func TestShowSecret(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "configure terminal",
		"enable password level 5 7 1AAAAAABBBBBBBBBBBBB", "enable secret level 10 5 1CCCCCCDDDDDDDDDDDDD", "exit")
	want := `               Current Password Settings
               -------------------------
         encryption         encrypted
level       type         password/secret         mode
-----   ------------   --------------------   ----------
0
1
2
3
4
5       7 (password)   1AAAAAABBBBBBBBBBBBB   configured
6       7 (password)   1AAAAAABBBBBBBBBBBBB   inherited
7       7 (password)   1AAAAAABBBBBBBBBBBBB   inherited
8       7 (password)   1AAAAAABBBBBBBBBBBBB   inherited
9       7 (password)   1AAAAAABBBBBBBBBBBBB   inherited
10      5 (secret)     1CCCCCCDDDDDDDDDDDDD   configured
11      5 (secret)     1CCCCCCDDDDDDDDDDDDD   inherited
12      5 (secret)     1CCCCCCDDDDDDDDDDDDD   inherited
13      5 (secret)     1CCCCCCDDDDDDDDDDDDD   inherited
14      5 (secret)     1CCCCCCDDDDDDDDDDDDD   inherited
15      5 (secret)     1CCCCCCDDDDDDDDDDDDD   inherited
`
	if d := cmp.Diff(want, o.do(t, "show secret")); d != "" {
		t.Error(d)
	}
	o.SetLevel(14)
	if err := o.Execute(t.Context(), "show secret"); err == nil {
		t.Error("show secret runs at level 14")
	}
}

// TestEraseSecrets: from a vty line nobody is at the chassis.
func TestEraseSecrets(t *testing.T) {
	shell := newShell(t)
	local := operatorOf(t, shell)
	afar := &operator{}
	u := &access.User{From: netip.MustParseAddr("10.1.2.3"), Via: "telnet", Since: stopped(), Close: func(error) {}}
	shell.Access().EnterLocal(u)
	afar.Session = shell.NewSession(cli.SessionOptions{Level: 15, Out: &afar.out, User: u})
	for _, c := range []struct {
		by      *operator
		setting string
		erased  bool
	}{
		{local, "no service unattended-password-recovery", true},
		{afar, "no service unattended-password-recovery", false},
		{afar, "service unattended-password-recovery", true},
		{afar, "default service unattended-password-recovery", false},
	} {
		run := []string{"configure terminal", "enable password level 5 five", c.setting, "end"}
		for _, line := range run {
			local.do(t, line)
		}
		err := c.by.Execute(t.Context(), "erase secrets")
		if left := shell.Access().Enable(5).Hash != ""; left == c.erased || (err == nil) != c.erased {
			t.Errorf("%s: %v, left: %v", c.setting, err, left)
		}
	}
}

func TestShowLine(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell)
	sample := "no access-class in\ndata-character-bits 8\nexec-timeout never\nexec-banner enabled\nmotd-banner enabled\nlogin-timeout 30 seconds\n"
	if d := cmp.Diff(sample, o.do(t, "show line vty 4")); d != "" {
		t.Error(d)
	}
	if err := o.Execute(t.Context(), "show line vty 5"); err == nil {
		t.Error("a line that does not exist is shown")
	}
	o.take()
	if all := o.do(t, "show line"); !strings.HasPrefix(all, "line console\n no access-class in\n") || strings.Count(all, "line vty") != 5 {
		t.Errorf("all lines: %s", all)
	}
}

// TestEnableInScript takes the next line as the password, one try, whatever it is.
func TestEnableInScript(t *testing.T) {
	for _, c := range []struct{ script, out string }{
		{"enable 12\nseven\nshow privilege\n", "Password: \nPrivilege level is 12\n"},
		{"enable 12\nshow privilege\n", "Password: \nhost1>enable 12\n% Bad passwords\n"},
		{"enable 6\nshow privilege\n", "Privilege level is 6\n"},
		{"enable 12\n", "host1>enable 12\n% no answer\n"},
		{"enable 12\nseven\nenable 8\nshow privilege\n", "Password: \nPrivilege level is 8\n"},
	} {
		shell := newShell(t)
		operatorOf(t, shell, "configure terminal", "enable password level 7 seven")
		out, err := batch(t, shell, "disable 1\n"+c.script)
		if out != c.out || (err != nil) != strings.Contains(c.out, "%") {
			t.Errorf("%q prints %q, %v", c.script, out, err)
		}
	}
}

func TestAccessRefusals(t *testing.T) {
	shell := newShell(t)
	for _, c := range []struct {
		lines string
		want  string
	}{
		{"no line vty 3", "% lines 0 to 4 cannot be removed"},
		{"no line vty 7", "% line does not exist"},
		{"line vty 4 2", "% last line must not be below the first"},
		{"no access-list none", "% no such access list"},
		{"enable password 7 rocket", "% Invalid input detected at '^' marker."},
		{"privilege exec level 5 help", "% Invalid input detected at '^' marker."},
		{"privilege exec level 5 show bogus", "% Invalid input detected at '^' marker."},
		{"banner motd #open", "% text without its end: # is missing"},
		{"do clear line vty 2", "% nobody is on the line"},
	} {
		out, err := batch(t, shell, "configure terminal\n"+c.lines+"\n")
		if !errors.Is(err, cli.ErrRefused) || !strings.HasSuffix(strings.TrimSuffix(out, "\n"), c.want) {
			t.Errorf("%q: %q, %v", c.lines, out, err)
		}
	}
}

// TestPasswordsAreNotRemembered in the history or the configuration.
func TestPasswordsAreNotRemembered(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "configure terminal", "enable password level 5 rocket", "enable secret 0 rocket", "line vty 0", "password rocket", "end")
	if all := o.do(t, "show history") + o.do(t, "show configuration") + o.do(t, "show secret"); strings.Contains(all, "rocket") {
		t.Error(all)
	}
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	saved, err := shell.Store.ReadFile("startup.cnf")
	if err != nil || strings.Contains(string(saved), "rocket") || !strings.Contains(string(saved), "enable secret level 10 5 1") {
		t.Errorf("saved is %s, %v", saved, err)
	}
	if l, err := shell.Access().Line(0); err != nil || !l.Password.Matches("rocket") || access.Hash("rocket") == l.Password {
		t.Errorf("line 0 has %+v, %v", l, err)
	}
}
