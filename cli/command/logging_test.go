package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// shellOn returns a shell on a fresh router with a stopped clock that keeps its
// files in store.
func shellOn(t testing.TB, store state.Store) *cli.Shell {
	t.Helper()
	return shellOf(t, store, nil)
}

// shellOf is shellOn with some of the commands.
func shellOf(t testing.TB, store state.Store, commands []cli.Command) *cli.Shell {
	t.Helper()
	return makeShell(t, trapcore.Options{Location: time.UTC, Files: store},
		cli.Options{Commands: commands, Store: store, Release: cli.Release{Version: "0.1.0", Built: stopped()}})
}

func memory() state.Store { return state.NewMemory(stopped) }

// run is the output of lines, refusals included.
func (o *operator) run(t testing.TB, lines ...string) string {
	t.Helper()
	for _, line := range lines {
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), line); err != nil && !errors.As(err, &refusal) {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return o.take()
}

// same compares what was shown with what is wanted.
func same(t testing.TB, what, want, got string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

const held = "Entries: %d held, capacity 1000, 0 overwritten\n\n"

func TestLogData(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell, "configure terminal", "log severity debug cliCommand", "hostname lab", "no hostname",
		`snmp-server user joe group admin authentication sha "a pass phrase"`, "end")
	o.run(t, "hostnam x", "show log dat")
	log := shell.Router.EventLog()
	log.Log(eventlog.IPInterface, eventlog.Warning, "vr1", "gigabitEthernet 1/0 is down")
	const at = " 11/22/2026 06:12:11 UTC "
	login := "NOTICE" + at + "security (default): Login on console\n"
	commands := "DEBUG" + at + "cliCommand (default): console: log severity debug cliCommand\n" +
		"DEBUG" + at + "cliCommand (default): console: hostname lab\n" +
		"DEBUG" + at + "cliCommand (default): console: no hostname\n" +
		"DEBUG" + at + "cliCommand (default): console: snmp-server user joe group admin authentication sha <hidden>\n" +
		"DEBUG" + at + "cliCommand (default): console: end\n"
	down := "WARNING" + at + "ipInterface (vr1): gigabitEthernet 1/0 is down\n"
	for _, c := range []struct{ line, want string }{
		{"show log data", login + commands + "DEBUG" + at + "cliCommand (default): console: show log dat\n" + down},
		{"show log data severity notice", login + down},
		{"show log data category ipInterface", down},
		{"show log data severity error category ipInterface", ""},
		{"show log data | include SECURITY|security", login},
	} {
		head := fmt.Sprintf(held, len(mustEntries(shell)))
		if strings.Contains(c.line, "|") {
			head = ""
		}
		same(t, c.line, head+c.want, o.do(t, c.line))
		log.ResetSeverity(eventlog.CLICommand)
	}
	o.do(t, "clear log data")
	same(t, "cleared", fmt.Sprintf(held, 0), o.do(t, "show log data"))
}

func mustEntries(shell *cli.Shell) []eventlog.Entry {
	entries, _ := shell.Router.EventLog().Entries()
	return entries
}

func TestLogConfiguration(t *testing.T) {
	o := operatorOf(t, shellOn(t, memory()), "configure terminal", "log severity 5 snmpTrap", "log severity debug cliCommand", "log destination console severity warning",
		"log destination syslog 127.0.0.9 severity 3 facility local3", "log severity off system", "log verbosity high snmpTrap", "log destination syslog 127.0.0.8 port 5514 severity alert", "no service timestamps", "end")
	same(t, "show log configuration", `Log timestamps are disabled

Destination                Severity Facility Sent Dropped Failed
-------------------------- -------- -------- ---- ------- ------
console                    warning  ---      0    0       0
nv-file                    off      ---      0    0       0
syslog 127.0.0.8 port 5514 alert    local7   0    0       0
syslog 127.0.0.9           error    local3   0    0       0

Category        Severity Verbosity
--------------- -------- ---------
cliCommand      debug    low
fileSystem      info     low
ipInterface     info     low
radius          info     low
security        info     low
snmp            info     low
snmpPduAudit    notice   low
snmpSetPduAudit info     low
snmpTrap        notice   high
system          off      low
`, o.do(t, "show log configuration"))
	secure, _ := o.Router().Secure(side.Clear(true))
	if got := secure.Log().Threshold(securelog.SNMPTrap); got != securelog.Notice {
		t.Errorf("the secure log has severity %v", got)
	}
}

// TestLogLinesReplay holds every line of the section to the same line after a replay.
func TestLogLinesReplay(t *testing.T) {
	lines := []string{
		"log severity debug cliCommand", "log severity error snmpTrap",
		"log severity off system", "log severity notice snmpPduAudit", "log verbosity medium cliCommand",
		"log destination console severity warning", "log destination nv-file",
		"log destination syslog 127.0.0.7 facility local0 severity off", "log destination syslog 127.0.0.8 port 5514", "log destination syslog 127.0.0.9 severity notice", "no service timestamps",
	}
	o := operatorOf(t, shellOn(t, memory()), append([]string{"configure terminal"}, lines...)...)
	o.do(t, "end")
	config := o.do(t, "show configuration log")
	for _, line := range lines {
		if !strings.Contains(config, line+"\n") {
			t.Errorf("%q is missing in\n%s", line, config)
		}
	}
	again := operatorOf(t, shellOn(t, memory()), strings.Split(strings.TrimSuffix(config, "\n"), "\n")...)
	again.take()
	same(t, "replayed", config, again.do(t, "do show configuration log"))
	again.do(t, "log severity info")
	for _, undo := range []string{"no log destination console", "no log destination nv-file", "no log destination syslog 127.0.0.8", "no log destination syslog 127.0.0.7",
		"no log verbosity",
		"default log destination syslog 127.0.0.9", "default service timestamps", "no log severity"} {
		again.do(t, undo)
	}
	empty := operatorOf(t, shellOn(t, memory()))
	same(t, "undone", empty.do(t, "show configuration log"), again.do(t, "do show configuration log"))
	same(t, "again", "% no such syslog server\n", again.run(t, "no log destination syslog 127.0.0.9"))
	same(t, "group address", "% address cannot be that of a syslog server\n", again.run(t, "log destination syslog 224.0.0.1"))
}

func TestLogToSyslogServer(t *testing.T) {
	server, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	shell := shellOn(t, memory())
	o := operatorOf(t, shell, "configure terminal", "log severity debug cliCommand",
		fmt.Sprintf("log destination syslog 127.0.0.1 port %d facility local3", server.LocalAddr().(*net.UDPAddr).Port), "hostname lab")
	o.do(t, "end")
	if err := server.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var got []string
	buf := make([]byte, 2048)
	for range 3 {
		n, err := server.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(buf[:n]))
	}
	// The hostname is that of the moment a datagram leaves.
	if want := "cliCommand (default): console: end"; !strings.HasPrefix(got[2], "<159>Nov 22 06:12:11 lab ") || !strings.HasSuffix(got[2], want) {
		t.Errorf("got %q", got)
	}
}

// console is a terminal that only shows.
type console struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

func TestLogToConsole(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell, "configure terminal", "log destination console severity error")
	c := &console{}
	stop := o.ShowEvents(c)
	defer stop()
	log := shell.Router.EventLog()
	log.Log(eventlog.System, eventlog.Error, "default", "shown")
	log.Log(eventlog.System, eventlog.Notice, "default", "not shown")
	if err := log.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	same(t, "console", "ERROR 11/22/2026 06:12:11 UTC system (default): shown\n", c.out.String())
}

func TestTrapsAreLogged(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell, "configure terminal", "snmp-server enable traps", "snmp-server enable traps snmp authentication", "end")
	traps := shell.Router.Default().Traps()
	shell.Router.EventLog().Clear()
	traps.Raise(&notify.LinkDown{Link: notify.Link{Index: 3, AdminStatus: 1, OperStatus: 2}})
	traps.Raise(&notify.AuthenticationFailure{Address: netip.MustParseAddr("127.0.0.1"), Port: 4711, Community: "almostRight", Reason: notify.BadCommunityName})
	traps.Raise(&notify.CLISecurityAlert{Priority: mib.Notice, Message: "Login on console", Time: stopped()})
	const at = "INFO 11/22/2026 06:12:11 UTC snmpTrap (default): "
	same(t, "show log data", fmt.Sprintf(held, 3)+
		at+"linkDown, ifIndex.3 = 3, ifAdminStatus.3 = up(1), ifOperStatus.3 = down(2)\n"+
		at+"authenticationFailure, juniSnmpAuthFailIdIpAddress.0 = 127.0.0.1, juniSnmpAuthFailIdUdpPort.0 = 4711, "+
		"juniSnmpAuthFailIdCommunity.0 = <hidden>, juniSnmpAuthFailIdReason.0 = badCommunityName(1)\n"+
		at+"juniCliSecurityAlert, juniCliSecurityAlertPriority.0 = notice(5), juniCliSecurityAlertMessage.0 = Login on console, "+
		"juniCliSecurityAlertTime.0 = 2026-11-22,6:12:11.0,+0:0\n",
		o.do(t, "show log data"))
}

// TestNothingSecureIsLogged compares the log of a router on which somebody
// works on the secure side with one where nobody does.
func TestNothingSecureIsLogged(t *testing.T) {
	prelude := []string{"configure terminal", "log severity debug", "snmp-server enable traps", "end"}
	secret := []string{
		"mirror-enable", "configure terminal",
		"snmp-server user spy group mirror authentication sha passphrase privacy aes passphrase",
		"snmp-server host 127.0.0.6 version v3 spy packetMirror", "snmp-server enable traps packetMirror", "mirror trap-enable",
		"snmp-server secure-log", "hostname other", "no hostname", "mirror nonsense", "end", "test mirror traps all", "show mirror trap",
		"show snmp trap", "show snmp secure-log", "disable 12", "show version", "no mirror-enable", "mirror-enable", "enable 15", "no snmp-server user spy",
	}
	busy, empty := shellOn(t, memory()), shellOn(t, memory())
	a, b := operatorOf(t, busy, prelude...), operatorOf(t, empty, prelude...)
	a.run(t, secret...)
	// What is ordinary of it is logged as anybody's.
	b.run(t, "configure terminal", "hostname other", "no hostname", "end", "show snmp trap", "disable 12", "show version", "enable 15")
	a.Close()
	b.Close()
	watch := []string{"show log data", "show log configuration", "dir"}
	viewA, viewB := operatorOf(t, busy), operatorOf(t, empty)
	same(t, "outputs", viewB.run(t, watch...), viewA.run(t, watch...))
	if n := len(mustEntries(busy)); n < 5 {
		t.Errorf("%d entries compared", n)
	}
}

// fullStore is a store on a full disk.
type fullStore struct{ state.Store }

func (fullStore) WriteFile(string, []byte, fs.FileMode) error {
	return fmt.Errorf("write a file: %w", syscall.ENOSPC)
}
func (fullStore) Commit(map[string][]byte) error { return fmt.Errorf("commit: %w", syscall.ENOSPC) }

func TestFullDisk(t *testing.T) {
	shell := shellOn(t, fullStore{memory()})
	o := operatorOf(t, shell)
	for _, c := range []struct{ line, want string }{
		{"copy running-configuration a.cnf", "% file cannot be written: no space left on device\n"},
		{"show version > a.txt", "% file cannot be written: no space left on device\n"},
		{"configure terminal", "Enter configuration commands, one per line.  End with ^Z.\n"},
		{"log destination nv-file", ""},
		{"hostname lab", ""},
	} {
		same(t, c.line, c.want, o.run(t, c.line))
	}
	for range 2 {
		var refusal *cli.Refusal
		if err := o.Save(t.Context()); !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		same(t, "save", "% configuration not saved: commit: no space left on device\n", o.take())
	}
	if err := shell.Router.EventLog().Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var errorsLogged []string
	for _, e := range mustEntries(shell) {
		if e.Severity <= eventlog.Error {
			errorsLogged = append(errorsLogged, e.Text)
		}
	}
	if d := cmp.Diff([]string{"configuration not saved: commit: no space left on device"}, errorsLogged); d != "" {
		t.Error(d)
	}
}
