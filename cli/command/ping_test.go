package command

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
)

// proberFunc answers pings.
type proberFunc func(netip.Addr) error

func (f proberFunc) Probe(_ context.Context, to netip.Addr) error { return f(to) }

// TestPing at hosts that answer always, now and then and never, and where nobody
// may ask. The virtual router's own addresses answer while they are up.
func TestPing(t *testing.T) {
	asked := 0
	shell := makeShell(t, trapcore.Options{Prober: proberFunc(func(to netip.Addr) error {
		asked++
		switch to.String() {
		case "10.0.0.1":
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
	} {
		asked = 0
		if got := o.run(t, tt.line); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.line, got, tt.want)
		}
	}
}
