//go:build interop

package trapcore

import (
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/ipv4"

	"mirrorsh/mib"
	"mirrorsh/trapcore/internal/jmirror"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/side"
)

// benchBatch is how many packets pass at once, as test subscriber traffic has it.
const benchBatch = 64

// BenchmarkMirror measures mirrored packets of 200 octets to one analyzer on
// loopback, which reads them: from a packet of the subscriber to a datagram that
// has left, and a plain sendmmsg of the same datagrams.
func BenchmarkMirror(b *testing.B) {
	flow := packet.Flow{Subscriber: netip.MustParseAddr("10.0.0.5"), Protocol: "udp", Size: packet.DefaultSize}
	packets := make([][]byte, benchBatch)
	for i := range packets {
		packets[i] = flow.Append(nil, packet.Upstream, uint32(i))
	}
	b.Run("mirrorsh", func(b *testing.B) {
		x, s := mirroredStream(b)
		go drain(x.conn)
		b.ReportAllocs()
		b.ResetTimer()
		for n := 0; n < b.N; n += benchBatch {
			if err := s.Pass(packet.Upstream, packets); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
	})
	b.Run("sendmmsg", func(b *testing.B) {
		analyzer, at := listen(b)
		go drain(analyzer)
		udp, err := jmirror.Dial(netip.Addr{}, at)
		must(b, err)
		defer udp.Close()
		conn, h := ipv4.NewPacketConn(udp), jmirror.Header{MirrorID: 1, SessionID: 2}
		messages := make([]ipv4.Message, benchBatch)
		for i, p := range packets {
			d, err := h.Encode(nil, p, false)
			must(b, err)
			messages[i].Buffers = [][]byte{d}
		}
		b.ReportAllocs()
		b.ResetTimer()
		for n := 0; n < b.N; {
			sent, err := conn.WriteBatch(messages[n%benchBatch:], 0)
			must(b, err)
			n += sent
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
	})
}

// mirroredStream is the stream of a subscriber that is mirrored.
func mirroredStream(t testing.TB) (*traffic, *Stream) {
	x := newTraffic(t)
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
	return x, x.login(t, network.Subscriber{Name: "joeip"}, nil)
}

// drain reads all that comes, and allocates nothing that would be counted.
func drain(conn *net.UDPConn) {
	in := make([]byte, 2048)
	for {
		if _, err := conn.Read(in); err != nil {
			return
		}
	}
}

// mirrorLoad is how many mirrored packets a second traps are measured beside.
const mirrorLoad = 300_000

// BenchmarkTrapBesideMirror measures how long the trap of a login takes to its
// receiver while packets of another subscriber are mirrored.
func BenchmarkTrapBesideMirror(b *testing.B) {
	x, s := mirroredStream(b)
	go drain(x.conn)
	receiver, to := listen(b)
	v, m := x.Default(), secureOf(x.Router).Mirror()
	addMirrorUser(b, v, "mirrorUser")
	secureOf(x.Router).SetMirrorTraps(true)
	v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	must(b, v.Traps().As(side.Clear(true)).SetHost(secureHost(to)))
	must(b, m.SetRule(v.Network(), mirror.Username, "bob", mirror.IP, "p"))
	end := load(s)
	const traps = 3 // of the access session, and of the packet session each way
	in := make([]byte, 2048)
	read := func() {
		must(b, receiver.SetReadDeadline(time.Now().Add(10*time.Second)))
		_, err := receiver.Read(in)
		must(b, err)
	}
	var took []time.Duration
	b.ResetTimer()
	for range b.N {
		at := time.Now()
		must(b, v.Network().Login(network.Subscriber{Name: "bob", Address: netip.MustParseAddr("10.0.0.6")}, nil))
		read()
		took = append(took, time.Since(at))
		for range traps - 1 {
			read()
		}
		must(b, v.Network().Logout("bob", network.UserRequest))
		for range traps {
			read()
		}
	}
	b.StopTimer()
	b.ReportMetric(end(), "packets/s")
	slices.Sort(took)
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(took[len(took)-1].Seconds()*1000, "max-ms")
}

// load mirrors packets, mirrorLoad a second, until end is called, which returns
// how many they were a second.
func load(s *Stream) (end func() float64) {
	packets := make([][]byte, benchBatch)
	for i := range packets {
		packets[i] = (&packet.Flow{Subscriber: s.Address(), Protocol: "udp", Size: packet.DefaultSize}).Append(nil, packet.Upstream, uint32(i))
	}
	var ended atomic.Bool
	n, done, began := 0, make(chan struct{}), time.Now()
	go func() {
		defer close(done)
		for ; !ended.Load(); n += benchBatch {
			due := began.Add(time.Duration(n) * time.Second / mirrorLoad)
			if wait := time.Until(due); wait > time.Millisecond {
				time.Sleep(wait)
			}
			_ = s.Pass(packet.Upstream, packets)
		}
	}()
	return func() float64 {
		ended.Store(true)
		<-done
		return float64(n) / time.Since(began).Seconds()
	}
}
