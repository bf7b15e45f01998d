package command

import (
	"bufio"
	"bytes"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/state"
)

func TestClockSet(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell)
	engine, version := shell.Router.Engine().Now(), o.do(t, "show version | include running for")
	for _, c := range []struct{ line, want string }{
		{"clock set 07:08:09 29 february 2028", "TUE FEB 29 2028 07:08:09 UTC\n"},
		{"clock set 00:00:00 Jan 1 1999", "FRI JAN 01 1999 00:00:00 UTC\n"},
		{"clock set 23:59:59 Dec 31 2105", "THU DEC 31 2105 23:59:59 UTC\n"},
	} {
		o.do(t, c.line)
		same(t, c.line, c.want, o.do(t, "show clock"))
		if got := shell.Router.Engine().Now(); got != engine {
			t.Errorf("%s: engine time went from %+v to %+v", c.line, engine, got)
		}
		same(t, "uptime after "+c.line, version, o.do(t, "show version | include running for"))
	}
	same(t, "since", "\t(since THU DEC 31 2105 23:59:59 UTC)\n", o.do(t, "show version | include since"))
	if at := mustEntries(shell)[3].Time; !at.Equal(time.Date(2105, 12, 31, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("logged at %v", at)
	}
	same(t, "no such day", "% no such date\n", o.run(t, "clock set 07:08:09 29 february 2027"))
	for _, line := range []string{"clock set 24:00:00 1 May 2026", "clock set 1:60:00 1 May 2026", "clock set 01:00:00 32 May 2026", "clock set 01:00:00 1 Ma 2026"} {
		if got := o.run(t, line); !strings.Contains(got, "^\n") {
			t.Errorf("%q: %s", line, got)
		}
	}
}

// TestClockOfScript: once a script has set the clock, it shows the same times on any
// machine, and goes on when the script ends.
func TestClockOfScript(t *testing.T) {
	const script = `clock set 06:12:10 22 November 2026
show clock
every 800ms count 3 show clock
sleep 1
show clock
configure file in.scr
show clock
mirror-enable
configure terminal
snmp-server secure-log
snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port 9 packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
end
test mirror traps analyzerUnreachable count 3 rate 2
wait sent 3 timeout 5s
show clock
`
	const want = "06:12:10 06:12:10 06:12:10 06:12:11 06:12:12 06:12:13 06:12:13"
	for _, pace := range []time.Duration{time.Microsecond, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var read atomic.Int64
			clock := func() time.Time { return time.Now().Add(time.Duration(read.Add(1)) * pace) } // of a machine that is slow
			dial := func(netip.Addr, netip.AddrPort) (notify.Conn, error) {
				return &nowhere{closed: make(chan struct{})}, nil
			}
			router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Clock: clock, Location: time.UTC, Dial: dial})
			if err != nil {
				t.Fatal(err)
			}
			defer router.Close()
			shell, err := cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Store: state.NewMemory(nil)})
			if err != nil {
				t.Fatal(err)
			}
			defer shell.Close()
			if err := shell.Files().Write("in.scr", "sleep 1500ms\n"); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			w := bufio.NewWriter(&out)
			b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: w, Quiet: true}
			defer b.Session.Close()
			if err := b.Run(t.Context(), cli.Source{Name: "x.scr", R: strings.NewReader(script)}); err != nil {
				t.Fatal(err, out.String())
			}
			var times []string
			for line := range strings.Lines(out.String()) {
				if words := strings.Fields(line); len(words) == 6 && words[0] == "SUN" {
					times = append(times, words[4])
				}
			}
			if got := strings.Join(times, " "); got != want {
				t.Errorf("a script shows %s, want %s\n%s", got, want, out.String())
			}
			if router.ClockHeld() || !router.Now().Before(router.Now()) {
				t.Error("the clock does not go on")
			}
		})
	}
}

// nowhere takes all datagrams, and answers none.
type nowhere struct {
	once   sync.Once
	closed chan struct{}
}

func (n *nowhere) Send(datagrams [][]byte) (int, error) { return len(datagrams), nil }
func (n *nowhere) Receive([]byte) (int, error)          { <-n.closed; return 0, net.ErrClosed }
func (n *nowhere) Local() netip.AddrPort                { return netip.AddrPort{} }
func (n *nowhere) Close() error                         { n.once.Do(func() { close(n.closed) }); return nil }
