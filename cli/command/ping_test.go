package command

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
)

// proberFunc answers pings.
type proberFunc func(notify.Echo) error

func (f proberFunc) Probe(_ context.Context, e notify.Echo) error { return f(e) }

// TestPing at hosts that answer always, now and then and never, and where nobody
// may ask. The virtual router's own addresses answer while they are up.
func TestPing(t *testing.T) {
	asked := 0
	var last notify.Echo
	shell := makeShell(t, trapcore.Options{Prober: proberFunc(func(e notify.Echo) error {
		asked, last = asked+1, e
		switch e.To.String() {
		case "10.0.0.1", "2001:db8::1":
			return nil
		case "10.0.0.2":
			if asked%2 == 0 {
				return nil
			}
		case "10.0.0.3":
			return notify.ErrNoProbe
		}
		return errors.New("no answer")
	})}, cli.Options{})
	o := operatorOf(t, shell, "configure terminal", "interface loopback 0", "ip address 10.9.9.9 255.255.255.255",
		"interface loopback 1", "ip address 10.9.9.8 255.255.255.255", "shutdown", "end")
	for _, tt := range []struct{ line, want string }{
		{"ping 10.0.0.1", "Success rate = 100% (5/5), round-trip min/avg/max = 0/0/0 ms"},
		{"ping ip 10.0.0.1 100", "(100/100)"},
		{"ping ip 10.0.0.2 4", "Success rate = 50% (2/4), round-trip"},
		{"ping 10.0.0.3", "% this machine does not let the simulator send ICMP"},
		{"ping 10.0.0.4 2", "Success rate = 0% (0/2)\n"},
		{"ping 10.9.9.9 1", "(1/1)"},
		{"ping 10.9.9.8 1", "(0/1)"},
		{"ping 224.0.0.1", "% address cannot be that of a host"},
		{"ping vrf none 10.0.0.1", "% no such VRF"},
		{"ping 10.0.0.1 101", "%"},
		{"ping ipv6 2001:db8::1 3", "(3/3)"},
		{"ping ipv6 2001:db8::2 1", "(0/1)"},
		{"ping ipv6 ff02::1", "% address cannot be that of a host"},
		{"ping ipv6 ::", "% address cannot be that of a host"},
		{"ping ipv6 10.0.0.1", "% Invalid input"},
		{"ping ipv6 ::ffff:10.0.0.1", "% Invalid input"},
		{"ping 2001:db8::1", "% Invalid input"},
		{"ping ip 10.0.0.1 3 source address 10.9.9.9 data-size 1000", "(3/3)"},
		{"ping 10.0.0.1 data-size 0 timeout 20", "timeout = 20 sec.\n!!!!!\nSuccess rate = 100% (5/5)"},
		{"ping 10.0.0.1 timeout 2 source address 10.9.9.9 data-size 64000", "timeout = 2 sec."},
		{"ping 10.0.0.1 source address 10.9.9.8", "% no interface that is up has the source address"},
		{"ping 10.0.0.1 source address 10.0.0.1", "% no interface that is up has the source address"},
		{"ping 10.0.0.1 data-size 64001", "% Invalid input"},
		{"ping 10.0.0.1 timeout 0", "% Invalid input"},
		{"ping ipv6 2001:db8::1 source address 10.9.9.9", "% Invalid input"},
	} {
		asked = 0
		if got := o.run(t, tt.line); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
	for line, want := range map[string]notify.Echo{
		"ping 10.0.0.1":                       {To: netip.MustParseAddr("10.0.0.1"), Data: 100, Timeout: time.Second},
		"ping 10.0.0.1 data-size 7 timeout 3": {To: netip.MustParseAddr("10.0.0.1"), Data: 7, Timeout: 3 * time.Second},
		"ping ipv6 2001:db8::1 data-size 9":   {To: netip.MustParseAddr("2001:db8::1"), Data: 9, Timeout: time.Second},
	} {
		if o.run(t, line); last != want {
			t.Errorf("%s: asked %+v, want %+v", line, last, want)
		}
	}
}
