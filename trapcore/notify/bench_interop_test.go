//go:build interop

package notify

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// BenchmarkTrap measures secure traps from event to received datagram: authPriv
// with SHA and AES-128, SessionStart, one host, a receiver on loopback. Only
// what the receiver got counts as done.
func BenchmarkTrap(b *testing.B) {
	b.Run("mirrorsh", func(b *testing.B) {
		to, received := countingSink(b)
		f := newFixture(b)
		f.openSecure()
		f.setHost(b, secureHost(to))
		size := 1024
		if err := f.As(side.Clear(true)).SetQueue(loopback, QueueChange{Size: &size}); err != nil {
			b.Fatal(err)
		}
		ev := start(1)
		benchmarkTraps(b, 1, received, func() error { return f.secure.RaiseWait(b.Context(), ev, nil) })
	})
	b.Run("gosnmp", func(b *testing.B) {
		to, received := countingSink(b)
		g := gosnmpSender(b, to)
		trap := gosnmpTrap(b, start(1))
		benchmarkTraps(b, 1, received, func() error { _, err := g.SendTrap(trap); return err })
	})
	b.Run("net-snmp", func(b *testing.B) {
		to, received := countingSink(b)
		s := startNetsnmpSender(b, to, start(1))
		// It is told how many to send, so that it spends no time on being told.
		const stride = 500
		raised, n := 0, 0
		benchmarkTraps(b, 1, received, func() error {
			raised++
			if n++; n == stride || raised == b.N {
				s.send(b, n)
				n = 0
			}
			return nil
		})
	})
}

// BenchmarkHosts measures the same for several hosts, each with a worker: datagrams
// that arrive.
func BenchmarkHosts(b *testing.B) {
	const hosts = 4
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	to, received := counting(b, &sink{conn: conn, addr: conn.LocalAddr().(*net.UDPAddr).AddrPort()})
	f := newFixture(b)
	f.openSecure()
	for i := range hosts {
		at := netip.AddrFrom4([4]byte{127, 0, 0, byte(i + 1)})
		f.setHost(b, secureHost(netip.AddrPortFrom(at, to.Port())))
		size := 1024
		if err := f.As(side.Clear(true)).SetQueue(at, QueueChange{Size: &size}); err != nil {
			b.Fatal(err)
		}
	}
	ev := start(1)
	benchmarkTraps(b, hosts, received, func() error { return f.secure.RaiseWait(b.Context(), ev, nil) })
}

func gosnmpSender(b *testing.B, to netip.AddrPort) *gosnmp.GoSNMP {
	g := gosnmpClient(to)
	if err := g.Connect(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { g.Conn.Close() })
	return g
}

func gosnmpClient(to netip.AddrPort) *gosnmp.GoSNMP {
	return &gosnmp.GoSNMP{
		Target: to.Addr().String(), Port: to.Port(), Version: gosnmp.Version3,
		SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv, Timeout: 5 * time.Second,
		ContextEngineID: string(snmp.NewEngineID(testMAC, snmp.DefaultRouter)), ContextName: "router1",
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName: "mirrorUser", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPass,
			AuthoritativeEngineID: string(snmp.NewEngineID(testMAC, snmp.DefaultRouter)), AuthoritativeEngineBoots: 7,
		},
	}
}

// gosnmpTrap is the notification of an event as gosnmp takes it.
func gosnmpTrap(b testing.TB, ev mirror.Event) gosnmp.SnmpTrap {
	var trap gosnmp.SnmpTrap
	for _, vb := range parse(b, encodeSecure(ev)) {
		pdu := gosnmp.SnmpPDU{Name: "." + vb.Name.String(), Type: gosnmp.Asn1BER(vb.Value.Tag())}
		switch vb.Value.Tag() {
		case snmp.TagInteger:
			pdu.Value = int(vb.Value.Int64())
		case snmp.TagUnsigned32, snmp.TagTimeTicks:
			pdu.Value = uint32(vb.Value.Uint64())
		case snmp.TagOctetString:
			pdu.Value = []byte(vb.Value.Str())
		case snmp.TagObjectIdentifier:
			pdu.Value = "." + vb.Value.OID().String()
		case snmp.TagIPAddress:
			pdu.Value = vb.Value.Addr().String()
		default:
			b.Fatalf("a value with tag %#x", vb.Value.Tag())
		}
		trap.Variables = append(trap.Variables, pdu)
	}
	return trap
}

// BenchmarkInform measures secure informs that a real snmptrapd acknowledges:
// authPriv with SHA and AES-128, SessionStart, one host.
func BenchmarkInform(b *testing.B) {
	// Authorised for forwarding only, so that it logs none.
	conf := fmt.Sprintf("createUser mirrorUser SHA %q AES %q\nauthUser net mirrorUser priv\n", authPass, privPass)
	b.Run("mirrorsh", func(b *testing.B) {
		d := startSnmptrapdWith(b, conf)
		f := newFixture(b)
		f.openSecure()
		h := secureHost(d.addr)
		h.Informs = true
		f.setHost(b, h)
		size := 1024
		if err := f.As(side.Clear(true)).SetQueue(loopback, QueueChange{Size: &size}); err != nil {
			b.Fatal(err)
		}
		ev := start(1)
		f.RaiseSecure(ev) // discovery is not measured
		f.Drain(b.Context())
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			if err := f.secure.RaiseWait(b.Context(), ev, nil); err != nil {
				b.Fatal(err)
			}
		}
		f.Drain(b.Context())
		reportInforms(b)
		if c := f.host(b, side.Secure).Counters; int(c.Acknowledged) != b.N+1 {
			b.Fatalf("%d of %d acknowledged", c.Acknowledged, b.N+1)
		}
	})
	b.Run("gosnmp", func(b *testing.B) {
		d := startSnmptrapdWith(b, conf)
		g := gosnmpClient(d.addr)
		g.SecurityParameters.(*gosnmp.UsmSecurityParameters).AuthoritativeEngineID = ""
		g.SecurityParameters.(*gosnmp.UsmSecurityParameters).AuthoritativeEngineBoots = 0
		if err := g.Connect(); err != nil {
			b.Fatal(err)
		}
		defer g.Conn.Close()
		trap := gosnmpTrap(b, start(1))
		trap.IsInform = true
		send := func() {
			if _, err := g.SendTrap(trap); err != nil {
				b.Fatal(err)
			}
		}
		send()
		b.ReportAllocs()
		b.ResetTimer()
		for range b.N {
			send()
		}
		reportInforms(b)
	})
}

func reportInforms(b *testing.B) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "informs/s")
}
