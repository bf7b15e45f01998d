package agent

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"mirrorsh/trapcore/snmp"
)

func put(q *fairQueue, from string, n, size int) {
	at := netip.MustParseAddrPort(from)
	for i := range n {
		data := make([]byte, max(size, 1))
		data[0] = byte(i)
		q.push(datagram{net.UDPAddrFromAddrPort(at), data})
	}
}

func taken(t *testing.T, q *fairQueue, n int) (from []string, done []func()) {
	t.Helper()
	for range n {
		var one [1]datagram
		_, f, ok := q.take(one[:])
		if !ok {
			t.Fatal("closed")
		}
		from, done = append(from, one[0].from.String()), append(done, f)
	}
	return from, done
}

// TestTurns: addresses take turns, and the ports of an address.
func TestTurns(t *testing.T) {
	q := newFairQueue()
	put(q, "127.0.0.1:1", 100, 9)
	put(q, "127.0.0.1:2", 2, 9)
	put(q, "127.0.0.2:3", 3, 9)
	want := []string{"127.0.0.1:1", "127.0.0.2:3", "127.0.0.1:2", "127.0.0.2:3", "127.0.0.1:1", "127.0.0.2:3", "127.0.0.1:2", "127.0.0.1:1"}
	for i, w := range want {
		got, done := taken(t, q, 1)
		if got[0] != w {
			t.Errorf("turn %d: %s, want %s", i, got[0], w)
		}
		done[0]()
	}
	for range 97 {
		_, done := taken(t, q, 1)
		done[0]()
	}
	if q.cost != 0 || len(q.senders) != 0 || len(q.turns) != 0 {
		t.Errorf("%d octets, %d senders, %d turns are left", q.cost, len(q.senders), len(q.turns))
	}
}

// TestNoAddressTakesAll: of one address not all workers are busy.
func TestNoAddressTakesAll(t *testing.T) {
	q := newFairQueue()
	for i := range 20 {
		put(q, fmt.Sprintf("127.0.0.1:%d", i+1), 3, 9)
	}
	_, done := taken(t, q, perSource)
	got := make(chan string)
	go func() {
		var one [1]datagram
		_, f, _ := q.take(one[:])
		f()
		got <- one[0].from.String()
	}()
	put(q, "127.0.0.2:1", 1, 9)
	if from := <-got; from != "127.0.0.2:1" {
		t.Errorf("one more of %s", from)
	}
	done[0]()
	if from, _ := taken(t, q, 1); from[0][:10] != "127.0.0.1:" {
		t.Errorf("%s", from[0])
	}
	q.close()
	if _, _, ok := q.take(make([]datagram, 1)); ok {
		t.Error("taken after the end")
	}
}

// TestShares: of few datagrams a worker takes one, of many several of one address,
// whose ports take turns.
func TestShares(t *testing.T) {
	for waiting, want := range map[int]int{1: 1, 2: 1, perSource: 1, 2*perSource - 1: 1, 2 * perSource: 2, 3*perSource + 1: 3, 1000: maxTaken} {
		q := newFairQueue()
		put(q, "127.0.0.1:1", waiting-1, 9)
		put(q, "127.0.0.1:2", 1, 9)
		put(q, "127.0.0.2:1", 1, 9)
		some := make([]datagram, maxTaken)
		n, done, _ := q.take(some)
		if n != want {
			t.Errorf("%d of %d taken, want %d", n, waiting, want)
		}
		for i, d := range some[:n] {
			if from := d.from.String(); (from == "127.0.0.1:2") != (i == 1 || waiting == 1) || from == "127.0.0.2:1" {
				t.Errorf("of %d, number %d is of %s", waiting, i, from)
			}
		}
		done()
		for left := waiting + 1 - n; left > 0; left -= n {
			n, done, _ = q.take(some)
			done()
		}
		if q.cost != 0 || len(q.senders) != 0 || len(q.turns) != 0 {
			t.Errorf("of %d, %d octets, %d senders, %d turns are left", waiting, q.cost, len(q.senders), len(q.turns))
		}
	}
}

// TestFloodLosesItsOwn: what does not fit is lost by who has the most.
func TestFloodLosesItsOwn(t *testing.T) {
	for _, size := range []int{1, 1000, snmp.MaxMessageSize} {
		q := newFairQueue()
		put(q, "127.0.0.2:1", 5, 100)
		put(q, "127.0.0.1:9", 2, 100)
		put(q, "127.0.0.1:1", 2+maxWaiting/(size+datagramCost), size)
		put(q, "127.0.0.3:1", 5, 100)
		if q.cost > maxWaiting {
			t.Errorf("%d octets wait", q.cost)
		}
		count := map[string]int{}
		for q.cost > 0 {
			from, done := taken(t, q, 1)
			count[from[0]]++
			done[0]()
		}
		if count["127.0.0.2:1"] != 5 || count["127.0.0.3:1"] != 5 || count["127.0.0.1:9"] != 2 || len(q.senders) != 0 {
			t.Errorf("datagrams of %d octets: %v", size, count)
		}
	}
	q := newFairQueue()
	for i := range 10_000 { // every one from another address
		put(q, fmt.Sprintf("10.0.%d.%d:1", i/250, i%250), 1, 1)
	}
	if q.cost > maxWaiting || len(q.senders) != len(q.turns) {
		t.Errorf("%d octets of %d senders", q.cost, len(q.senders))
	}
}

func (g *rig) dial(from, to string) net.Conn {
	g.t.Helper()
	conn, err := net.DialUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(from)), net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to)))
	g.must(err)
	g.t.Cleanup(func() { _ = conn.Close() })
	g.must(conn.SetDeadline(time.Now().Add(20 * time.Second)))
	return conn
}

// TestOthersAreAnswered: while every SET of one manager waits for the disk,
// from however many ports, another is answered.
func TestOthersAreAnswered(t *testing.T) {
	g := newRig(t)
	saved := make(chan struct{})
	g.r.OnChange(func(Change) { <-saved })
	g.serve()
	defer close(saved)
	set := communityRequest(t, snmp.Version2c, "boss", request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("slowly"))))
	for range 3 * workers {
		_, err := g.dial("127.0.0.1:0", g.addr).Write(set)
		g.must(err)
	}
	other := g.dial("127.0.0.2:0", g.addr)
	for range 3 {
		_, err := other.Write(communityRequest(t, snmp.Version2c, "boss", request(snmp.PDUGet, names(sysDescr0)...)))
		g.must(err)
		_, err = other.Read(make([]byte, 4096))
		g.must(err)
	}
}

// TestAnswersFromTheAddressAsked: at a wildcard address, too.
func TestAnswersFromTheAddressAsked(t *testing.T) {
	g := newRig(t)
	conn, err := net.ListenPacket("udp4", "0.0.0.0:0")
	g.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- g.r.Serve(ctx, conn) }()
	for _, asked := range []string{"127.0.0.1", "127.0.0.7", "127.1.2.3"} {
		to := netip.AddrPortFrom(netip.MustParseAddr(asked), conn.LocalAddr().(*net.UDPAddr).AddrPort().Port())
		c := g.dial("127.0.0.9:0", to.String())
		_, err := c.Write(communityRequest(t, snmp.Version2c, "boss", request(snmp.PDUGet, names(sysDescr0)...)))
		g.must(err)
		if _, err := c.Read(make([]byte, 4096)); err != nil {
			t.Errorf("%s: %v", asked, err)
		}
	}
	cancel()
	g.must(<-done)
	g.must(conn.Close())
}
