package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The users of the lab, and what every script of it begins with.
const (
	labAuth = "auth passphrase"
	labPriv = "priv passphrase"

	labPreamble = `mirror-enable
configure terminal
line vty 0 29
exit
snmp-server community public rw
snmp-server user ops group admin authentication sha "` + labAuth + `" privacy aes "` + labPriv + `"
snmp-server user mirrorUser group mirror authentication sha "` + labAuth + `" privacy aes "` + labPriv + `"
snmp-server enable traps
snmp-server enable traps packetMirror
mirror trap-enable
snmp-server secure-log
`
	// vtys is how many operators fit.
	vtys = 30
)

// secureHostLine makes a secure host of a receiver, with room for a queue that
// waits for a processor.
func secureHostLine(to netip.AddrPort, options string) string {
	return fmt.Sprintf("snmp-server host %v version v3 mirrorUser udp-port %d %s packetMirror\nsnmp-server host %v trapQueue size 200000 packetMirror\n",
		to.Addr(), to.Port(), options, to.Addr())
}

// raise has an operator who sees the secure side raise traps at a rate, and
// returns when that is done.
func raise(ctx context.Context, o *operator, what string, count, rate int) error {
	shown, err := o.do(ctx, fmt.Sprintf("test mirror traps %s count %d rate %d", what, count, rate))
	if err == nil && !strings.HasPrefix(shown, fmt.Sprintf("%d traps raised, ", count)) {
		err = fmt.Errorf("%d traps are to be raised: %q", count, shown)
	}
	return err
}

// trapstat is what show snmp trapstat says to a session that sees both sides.
type trapstat struct {
	raised, discarded int              // on the secure side
	hosts             map[string]tally // by address and side
}

// tally is the row of a host.
type tally struct{ pending, sent, acknowledged, discards, bad, full, silent, reports int }

var counter = regexp.MustCompile(`(?m)^(Traps received|Traps discarded) +(\d+) +(\d+)$`)

func readTrapstat(shown string) (trapstat, error) {
	st := trapstat{hosts: map[string]tally{}}
	for _, m := range counter.FindAllStringSubmatch(shown, -1) {
		n, _ := strconv.Atoi(m[3])
		if m[1] == "Traps received" {
			st.raised = n
		} else {
			st.discarded = n
		}
	}
	_, rows, _ := strings.Cut(shown, "\nAddress ")
	for line := range strings.Lines(rows) {
		f := strings.Fields(line)
		if len(f) != 11 {
			continue
		}
		if _, err := netip.ParseAddr(f[0]); err != nil {
			continue
		}
		var t tally
		for i, into := range []*int{&t.pending, &t.sent, &t.acknowledged, &t.discards, &t.bad, &t.full, &t.silent, &t.reports} {
			n, err := strconv.Atoi(f[2+i])
			if err != nil {
				return st, fmt.Errorf("%q: %w", line, err)
			}
			*into = n
		}
		st.hosts[f[0]+" "+f[10]] = t
	}
	if len(st.hosts) == 0 {
		return st, errors.New("no hosts in " + shown)
	}
	return st, nil
}

// quiet waits until no trap is pending, and returns the counters then.
func quiet(t testing.TB, ctx context.Context, o *operator) trapstat {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		shown, err := o.do(ctx, "show snmp trapstat")
		if err != nil {
			t.Fatal(err)
		}
		st, err := readTrapstat(shown)
		if err != nil {
			t.Fatal(err)
		}
		pending := 0
		for _, h := range st.hosts {
			pending += h.pending
		}
		if pending == 0 {
			return st
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d traps do not leave:\n%s", pending, shown)
		}
	}
}
