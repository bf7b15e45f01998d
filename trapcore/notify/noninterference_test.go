package notify

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestSecureTrapsReachNoOtherHost has a v1, v2c and v3 ordinary host.
func TestSecureTrapsReachNoOtherHost(t *testing.T) {
	for _, tt := range []struct {
		version snmp.Version
		str     string
	}{{snmp.Version1, "public"}, {snmp.Version2c, "public"}, {snmp.Version3, "priv"}} {
		s := newSink(t)
		f := newFixture(t)
		h := v2cHost(s.addr)
		h.Version, h.SecurityString = tt.version, tt.str
		f.setHost(t, h)
		f.openSecure()
		f.EnableAll()
		f.RaiseSecure(start(1))
		f.Raise(&ColdStart{})
		user := ""
		if tt.version == snmp.Version3 {
			user = tt.str
		}
		p := s.next(t, user)
		if tt.version == snmp.Version1 {
			if p.Version != gosnmp.Version1 || p.GenericTrap != 0 || p.Enterprise != "."+mib.SnmpTraps.String() || p.AgentAddress != "127.0.0.1" {
				t.Errorf("v1: %+v", p)
			}
		} else if got := trapOID(t, p); got != mib.ColdStart.OID.String() {
			t.Errorf("%v: %s arrived", tt.version, got)
		}
		if h := f.host(t, side.Ordinary); h.Counters.Discards != 0 {
			t.Errorf("%v: a secure trap was counted: %+v", tt.version, h.Counters)
		}
	}
}

func TestSecureLogHoldsSecureTrapsOnly(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	f.setHost(t, secureHost(far))
	f.setHost(t, v2cHost(far))
	f.RaiseSecure(start(1)) // the log is off
	f.Drain(t.Context())
	f.log.SetOn(true)
	f.Raise(&ColdStart{})
	f.RaiseSecure(mirror.Sample(new(mirror.AnalyzerUnreachable), 1, 1, testTime))
	f.Drain(t.Context())
	_, entries := f.log.Read()
	var got []string
	for e := range entries {
		got = append(got, e.String())
		if e.Severity != securelog.Critical || e.Category != securelog.SNMPTrap {
			t.Errorf("%+v", e)
		}
	}
	want := []string{"CRITICAL 11/22/2026 04:42:11 UTC snmpTrap (default): sent to 10.9.9.9:162 v3 mirrorUser " +
		"juniPacketMirrorAnalyzerUnreachable, juniPacketMirrorDateAndTime.0 = 2026-11-22,6:12:11.3,+1:30, " +
		"juniPacketMirrorAnalyzerAddress.0 = 192.168.99.2, juniPacketMirrorRouterId.0 = 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestNoninterference runs the same ordinary traps with the secure side empty
// and busy, and compares all an ordinary receiver or session can see.
func TestNoninterference(t *testing.T) {
	users := []string{"public", "none", "auth", "priv"}
	run := func(busy bool) (seen map[string][]string, c Counters, hosts []HostStatus) {
		var net fakeNet
		f := newFixture(t, frozen, net.options)
		f.EnableAll()
		if busy {
			f.openSecure()
			for n := range byte(MaxHosts) {
				f.setHost(t, secureHost(netip.AddrPortFrom(addr(n+1), 162)))
			}
			f.log.SetOn(true)
		}
		for n, user := range users {
			h := v2cHost(netip.AddrPortFrom(addr(byte(n+1)), 1162))
			if h.SecurityString = user; n > 0 {
				h.Version = snmp.Version3
			}
			f.setHost(t, h)
		}
		for range 20 {
			if busy {
				for _, ev := range samples(1, 1, testTime) {
					f.RaiseSecure(ev)
				}
			}
			for _, ev := range ordinaryEvents {
				f.Raise(ev)
			}
			f.Drain(t.Context())
		}
		seen = map[string][]string{}
		for _, d := range net.datagrams() {
			if d.to.Port() != 1162 {
				continue
			}
			user := users[d.to.Addr().As4()[3]-1]
			what := string(d.msg)
			if user == "priv" {
				// The salts of a key start at random.
				p := decode(t, d.msg, user)
				what = fmt.Sprint(p.MsgID, p.RequestID, p.ContextName, p.Variables)
			}
			seen[user] = append(seen[user], what)
		}
		return seen, f.As(side.Clear(true)).Counters(side.Ordinary), f.As(side.Clearance{}).Hosts()
	}
	quiet, quietCount, quietHosts := run(false)
	loud, loudCount, loudHosts := run(true)
	for _, user := range users {
		if n := len(quiet[user]); n != 20*(len(ordinaryEvents)-1) { // authenticationFailure has a switch
			t.Errorf("%s: %d traps", user, n)
		}
		if !slices.Equal(quiet[user], loud[user]) {
			t.Errorf("%s sees a difference", user)
		}
	}
	if quietCount != loudCount {
		t.Errorf("counters %+v, with secure traps %+v", quietCount, loudCount)
	}
	if d := cmp.Diff(quietHosts, loudHosts, viewCmp[0]); d != "" {
		t.Error(d)
	}
}
