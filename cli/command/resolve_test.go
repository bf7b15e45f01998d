package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
)

// TestHostByName: a name is resolved when it is typed, what it is is said, and an
// address is kept. Addresses of IPv6 are hosts as any other.
func TestHostByName(t *testing.T) {
	asked := 0
	answers := map[string][]string{
		"four.example": {"2001:db8::4", "192.0.2.4"}, "six.example": {"fe80::6%eth0", "2001:db8:0:1111:2222:3333:4444:5555"},
		"mapped.example": {"::ffff:192.0.2.5"}, "none.example": {"ff02::1", "0.0.0.0"},
	}
	shell := makeShell(t, trapcore.Options{}, cli.Options{
		Resolve: func(ctx context.Context, name string) (all []netip.Addr, err error) {
			asked++
			if name == "slow.example" {
				return nil, context.DeadlineExceeded
			}
			for _, a := range answers[name] {
				all = append(all, netip.MustParseAddr(a))
			}
			if all == nil {
				err = &net.DNSError{Err: "no such host", Name: name, Server: "192.0.2.53", IsNotFound: true}
			}
			return all, err
		}})
	o := operatorOf(t, shell, "configure terminal")
	for typed, want := range map[string]string{
		"four.example": "four.example is 192.0.2.4\n", "six.example": "six.example is 2001:db8:0:1111:2222:3333:4444:5555\n", "mapped.example": "mapped.example is 192.0.2.5\n",
		"::1": "", "2001:db8::1": "",
	} {
		if got := o.do(t, "snmp-server host "+typed+" version v2c public udp-port 1162"); got != want {
			t.Errorf("%s: said %q", typed, got)
		}
	}
	for typed, want := range map[string]string{
		"no.example":   "% name of the host cannot be resolved: there is no such host",
		"slow.example": "% name of the host cannot be resolved: no answer in 5s",
		"none.example": "% name of the host has no address that a receiver can have",
		"10.1.2.999":   "% Invalid input detected at '^' marker.", "1.2.3": "% Invalid input detected at '^' marker.", "a..b": "% Invalid input detected at '^' marker.",
		"-x": "% Invalid input detected at '^' marker.", "x_y.example": "% Invalid input detected at '^' marker.", "lab": "% Invalid input detected at '^' marker.", "10.1.2.3.secret": "% Invalid input detected at '^' marker.", "10.example": "% Invalid input detected at '^' marker.", "-a.example": "% Invalid input detected at '^' marker.", "fe80::1%eth0": "% Invalid input detected at '^' marker.",
		"::ffff:10.0.0.1": "% Invalid input detected at '^' marker.", strings.Repeat("a", 64) + ".example": "% Invalid input detected at '^' marker.",
		"fe80::1": "% trap host address must be a unicast address of IPv4 or IPv6",
		"ff02::1": "% trap host address must be a unicast address of IPv4 or IPv6",
		"::":      "% trap host address must be a unicast address of IPv4 or IPv6",
	} {
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), "snmp-server host "+typed+" version v2c public"); !errors.As(err, &refusal) || refusal.Text != want {
			t.Errorf("%s: %v", typed, err)
		}
		o.take()
	}
	before := asked
	config := o.do(t, "do show configuration")
	for _, want := range []string{"host 192.0.2.4 ", "host 192.0.2.5 ", "host 2001:db8:0:1111:2222:3333:4444:5555 ", "host ::1 ", "host 2001:db8::1 "} {
		if !strings.Contains(config, "snmp-server "+want+"version v2c public udp-port 1162\n") {
			t.Errorf("not in the configuration: %s\n%s", want, config)
		}
	}
	if strings.Contains(config, "example") || asked != before {
		t.Error("a name is kept")
	}
	table := o.do(t, "do show snmp trap")
	if !strings.Contains(table, fmt.Sprintf("%-35s public", "2001:db8:0:1111:2222:3333:4444:5555")) || !strings.Contains(table, fmt.Sprintf("%-35s public", "::1")) {
		t.Errorf("the table is not wide enough:\n%s", table)
	}
	o.do(t, "snmp-server host 2001:db8::1 trapQueue size 50")
	o.do(t, "snmp-server notificationLog log 2001:db8:0:1111:2222:3333:4444:5555 adminStatus")
	config = o.do(t, "do show configuration")
	for _, want := range []string{"snmp-server host 2001:db8::1 trapQueue size 50\n", "snmp-server notificationLog log 2001:db8:0:1111:2222:3333:4444:5555 adminStatus\n"} {
		if !strings.Contains(config, want) {
			t.Errorf("not in the configuration: %s\n%s", want, config)
		}
	}
	o.do(t, "no snmp-server notificationLog log 2001:db8:0:1111:2222:3333:4444:5555")
	o.do(t, "no snmp-server host 2001:db8::1")

	// Where nothing resolves names, they are refused.
	p := operatorOf(t, newShell(t), "configure terminal")
	if err := p.Execute(t.Context(), "snmp-server host four.example public"); err == nil || err.Error() != "% names of hosts are not resolved here: give an address" {
		t.Errorf("%v", err)
	}
}
