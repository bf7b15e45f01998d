package command

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
)

// radiusShell is a shell with its ports open, where one can be.
func radiusShell(t *testing.T) *cli.Shell {
	t.Helper()
	sh := newShell(t)
	if err := sh.Router.RADIUS().Open(); err != nil {
		t.Fatal(err)
	}
	return sh
}

// udpPort takes a port; free gives it back. It is below those that systems give out by
// themselves, so that no other test gets it meanwhile.
func udpPort(t *testing.T) (port int, free func()) {
	t.Helper()
	for port := 15_000 + os.Getpid()%2000; port < 20_000; port++ {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err == nil {
			t.Cleanup(func() { _ = conn.Close() })
			return port, func() { _ = conn.Close() }
		}
	}
	t.Fatal("no port is free")
	return 0, nil
}

// radiusConfiguration is the section as show configuration has it.
func radiusConfiguration(t *testing.T, o *operator) string {
	t.Helper()
	var kept []string
	for line := range strings.Lines(o.do(t, "show configuration radius")) {
		if !strings.HasPrefix(line, "!") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

var radiusSetup = []string{
	"mirror-enable", "configure terminal",
	"radius dynamic-request server 127.0.0.1", "udp-port 14001", `key "a \"quoted\" secret"`, "authorization change", "subscriber disconnect",
	"radius dynamic-request server 127.0.0.2",
	"virtual-router isp", "radius dynamic-request server 127.0.0.1", "udp-port 14002", "end", "virtual-router default",
}

func TestRADIUSConfiguration(t *testing.T) {
	sh := newShell(t) // its ports stay closed
	o := operatorOf(t, sh, radiusSetup...)
	const ordinary = `configure terminal
radius dynamic-request server 127.0.0.1
 udp-port 14001
 authorization change
 subscriber disconnect
 key %s
 exit
radius dynamic-request server 127.0.0.2
 exit
virtual-router isp
radius dynamic-request server 127.0.0.1
 udp-port 14002
 exit
virtual-router default
`
	whole := radiusConfiguration(t, o)
	if d := cmp.Diff(fmt.Sprintf(ordinary, `"a \"quoted\" secret"`), whole); d != "" {
		t.Error(d)
	}
	blindOne := operatorOf(t, sh, "disable", "enable 10")
	if d := cmp.Diff(fmt.Sprintf(ordinary, cli.Hidden), radiusConfiguration(t, blindOne)); d != "" {
		t.Error(d)
	}
	replay := operatorOf(t, newShell(t), "mirror-enable")
	for line := range strings.Lines(whole) {
		replay.do(t, strings.TrimSuffix(line, "\n"))
	}
	replay.do(t, "end")
	if d := cmp.Diff(whole, radiusConfiguration(t, replay)); d != "" {
		t.Errorf("replayed: %s", d)
	}
	if history := o.do(t, "show history"); strings.Contains(history, "quoted") {
		t.Errorf("the key is in the history:\n%s", history)
	}
}

func TestRADIUSNoForms(t *testing.T) {
	for _, undo := range []struct{ line, gone string }{
		{"no udp-port", " udp-port 14001\n"},
		{"no udp-port 14001", " udp-port 14001\n"},
		{"default udp-port", " udp-port 14001\n"},
		{"no authorization change", " authorization change\n"},
		{"no subscriber disconnect", " subscriber disconnect\n"},
		{"no key", " key \"a \\\"quoted\\\" secret\"\n"},
		{"no key whatever", " key \"a \\\"quoted\\\" secret\"\n"},
	} {
		o := operatorOf(t, newShell(t), radiusSetup...)
		before := radiusConfiguration(t, o)
		o.do(t, "configure terminal")
		o.do(t, "radius dynamic-request server 127.0.0.1")
		if want := "host1(config-radius)#"; o.Prompt() != want {
			t.Errorf("prompt %s", o.Prompt())
		}
		o.do(t, undo.line)
		o.do(t, "end")
		if d := cmp.Diff(strings.Replace(before, undo.gone, "", 1), radiusConfiguration(t, o)); d != "" {
			t.Errorf("%s: %s", undo.line, d)
		}
	}
	o := operatorOf(t, newShell(t), "configure terminal", "radius dynamic-request server 127.0.0.1", "no radius dynamic-request server 127.0.0.1")
	if o.Mode() != cli.GlobalConfig {
		t.Errorf("in %s of a server that is gone", o.Mode())
	}
	refused(t, o, "no radius dynamic-request server 127.0.0.1", "% no such RADIUS dynamic-request server")
	refused(t, o, "radius dynamic-request server 224.0.0.1", "% address cannot be that of a RADIUS server")

	other := operatorOf(t, o.Shell(), "configure terminal", "radius dynamic-request server 127.0.0.1")
	o.do(t, "no radius dynamic-request server 127.0.0.1")
	refused(t, other, "subscriber disconnect", "% no such RADIUS dynamic-request server")
}

func refused(t *testing.T, o *operator, line, want string) {
	t.Helper()
	err := o.Execute(t.Context(), line)
	var r *cli.Refusal
	if !errors.As(err, &r) || r.Text != want {
		t.Errorf("%q: %v, want %s", line, err, want)
	}
	o.take()
}

func TestRADIUSPortTaken(t *testing.T) {
	taken, free := udpPort(t)
	o := operatorOf(t, radiusShell(t), "configure terminal", "radius dynamic-request server 127.0.0.1")
	line := fmt.Sprint("udp-port ", taken)
	refused(t, o, line, fmt.Sprintf("%% udp port %d is in use", taken))
	if c := radiusConfiguration(t, operatorOf(t, o.Shell())); strings.Contains(c, "udp-port") {
		t.Errorf("configured all the same:\n%s", c)
	}
	free()
	o.do(t, line)
	o.do(t, "end")
	if servers := o.do(t, "show radius dynamic-request servers"); !strings.Contains(servers, " open ") {
		t.Errorf("not open:\n%s", servers)
	}
	o.do(t, "configure terminal")
	o.do(t, "virtual-router isp")
	o.do(t, "radius dynamic-request server 127.0.0.9")
	o.do(t, line)
	o.do(t, "virtual-router default")
	o.do(t, "no virtual-router isp")
	o.do(t, "no radius dynamic-request server 127.0.0.1")
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: taken})
	if err != nil {
		t.Fatalf("port is still open: %v", err)
	}
	_ = conn.Close()
}

// A port that is taken when the router starts is logged, and nothing of the
// configuration is lost.
func TestRADIUSPortTakenAtStart(t *testing.T) {
	first := newShell(t)
	port, _ := udpPort(t)
	o := operatorOf(t, first, "mirror-enable", "configure terminal", "radius dynamic-request server 127.0.0.1", fmt.Sprint("udp-port ", port),
		"key secret", "end")
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := newShell(t)
	second.Store = first.Store
	err := second.Restore(t.Context(), func(file string, line int, reason string, _ side.Side) { t.Errorf("%s:%d: %s", file, line, reason) })
	if err != nil {
		t.Fatal(err)
	}
	again := operatorOf(t, second, "mirror-enable")
	if d := cmp.Diff(radiusConfiguration(t, o), radiusConfiguration(t, again)); d != "" {
		t.Error(d)
	}
	want := fmt.Sprintf("udp port %d is in use", port)
	if err := second.Router.RADIUS().Open(); err == nil || err.Error() != want {
		t.Errorf("opened with %v", err)
	}
	if shown := again.do(t, "show radius dynamic-request servers"); !strings.Contains(shown, " closed ") {
		t.Errorf("port does not count as closed:\n%s", shown)
	}
	// The goroutine of the port reports; closing waits for it.
	if err := second.Router.RADIUS().Close(); err != nil {
		t.Fatal(err)
	}
	if log := again.do(t, "show log data category radius"); !strings.Contains(log, "dynamic requests: "+want+", trying again") {
		t.Errorf("not logged:\n%s", log)
	}
}
