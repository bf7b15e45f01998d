package radius

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lab is a fake of the UDP ports of a machine, some of them taken.
type lab struct {
	mu    sync.Mutex
	taken map[uint16]bool
	calls []uint16 // ports that were opened, in order
	seen  chan string
}

func newLab(t testing.TB, taken ...uint16) (*lab, *Server) {
	l := &lab{taken: map[uint16]bool{}, seen: make(chan string, 100)}
	for _, p := range taken {
		l.taken[p] = true
	}
	s := New(Options{
		Address: loopback, Default: "default", Retry: 5 * time.Millisecond,
		Listen: func(port uint16) (*net.UDPConn, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.taken[port] {
				return nil, &net.OpError{Op: "listen", Err: syscall.EADDRINUSE}
			}
			l.calls = append(l.calls, port)
			return net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		},
		Report: func(port uint16, err error) {
			if err != nil {
				l.seen <- err.Error()
			} else {
				l.seen <- "open"
			}
		},
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, s
}

func (l *lab) free(port uint16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.taken, port)
}

func (l *lab) wait(t testing.TB, want string) {
	t.Helper()
	select {
	case got := <-l.seen:
		if got != want {
			t.Fatalf("reported %q, want %q", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%q was never reported", want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func keyed(c *Client)                  { c.Key = key }
func on4000(c *Client)                 { c.Port = 4000 }
func (s *Server) isOpen(r string) bool { return s.Clients(r)[0].Open }

func TestPortsFollowTheConfiguration(t *testing.T) {
	l, s := newLab(t)
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	if s.isOpen("default") {
		t.Error("a client without a key opens the default port")
	}
	must(t, s.Change("default", loopback, keyed))
	must(t, s.Change("default", loopback, on4000))
	must(t, s.Add("isp", loopback))
	must(t, s.Change("isp", loopback, func(c *Client) { c.Key, c.Port = "other", 4000 }))
	must(t, s.Remove("default", loopback))
	if !s.isOpen("isp") {
		t.Error("the port was closed under the other client")
	}
	if want := []uint16{DefaultPort, 4000}; !slices.Equal(l.calls, want) {
		t.Errorf("opened %v, want %v", l.calls, want)
	}
	s.RemoveRouter("isp")
	if len(s.ports) != 0 || len(s.byOrigin) != 0 {
		t.Errorf("left: %d ports", len(s.ports))
	}
}

func TestTakenPortRefusesTheChange(t *testing.T) {
	_, s := newLab(t, DefaultPort, 4000)
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	for name, change := range map[string]func(*Client){"udp port 3799 is in use": keyed, "udp port 4000 is in use": on4000} {
		err := s.Change("default", loopback, change)
		var taken *portError
		if !errors.As(err, &taken) || err.Error() != name {
			t.Errorf("error %v, want %s", err, name)
		}
	}
	if c := s.Clients("default")[0]; c.Key != "" || c.Port != DefaultPort || c.Open {
		t.Errorf("client was changed: %+v", c)
	}
	must(t, s.Change("default", loopback, func(c *Client) { c.Key, c.Port = key, 4001 }))
	if !s.isOpen("default") {
		t.Error("port 4001 is not open")
	}
}

func TestTakenPortAtStartIsTriedAgain(t *testing.T) {
	l, s := newLab(t, DefaultPort)
	must(t, s.Add("default", loopback))
	must(t, s.Change("default", loopback, keyed))
	if err := s.Open(); err == nil || err.Error() != "udp port 3799 is in use" {
		t.Errorf("error %v", err)
	}
	l.wait(t, "udp port 3799 is in use")
	if s.isOpen("default") {
		t.Error("port counts as open")
	}
	l.free(DefaultPort)
	l.wait(t, "open")
	if !s.isOpen("default") {
		t.Error("port does not count as open")
	}
}

// A command that needs a port which is being tried again opens it itself.
func TestCommandOpensWhatStartCouldNot(t *testing.T) {
	l, s := newLab(t, DefaultPort)
	s.opts.Retry = time.Hour
	must(t, s.Add("default", loopback))
	must(t, s.Change("default", loopback, keyed))
	_ = s.Open()
	l.wait(t, "udp port 3799 is in use")
	must(t, s.Add("isp", loopback))
	if err := s.Change("isp", loopback, keyed); err == nil {
		t.Error("port is taken")
	}
	l.free(DefaultPort)
	must(t, s.Change("isp", loopback, keyed))
	l.wait(t, "open")
}

// A socket that fails is opened again.
func TestLostSocket(t *testing.T) {
	l, s := newLab(t)
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	must(t, s.Change("default", loopback, keyed))
	s.mu.Lock()
	must(t, s.ports[DefaultPort].conn.SetReadDeadline(time.Unix(1, 0)))
	s.mu.Unlock()
	if got := <-l.seen; got == "open" {
		t.Fatal("loss was not reported")
	}
	l.wait(t, "open")
}

func TestRealPort(t *testing.T) {
	at := net.IPv4(127, 77, 0, 1) // where nobody else takes the port meanwhile
	other, err := net.ListenUDP("udp4", &net.UDPAddr{IP: at})
	must(t, err)
	taken := uint16(other.LocalAddr().(*net.UDPAddr).Port)
	s := New(Options{Address: netip.AddrFrom4([4]byte(at.To4())), Default: "default"})
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	set := func(c *Client) { c.Port = taken }
	if err := s.Change("default", loopback, set); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("error %v", err)
	}
	must(t, other.Close())
	must(t, s.Change("default", loopback, set))
	must(t, s.Close())
	again, err := net.ListenUDP("udp4", &net.UDPAddr{IP: at, Port: int(taken)})
	must(t, err)
	must(t, again.Close())
}

func TestRefusals(t *testing.T) {
	_, s := newLab(t)
	for _, a := range []string{"0.0.0.0", "224.0.0.1", "255.255.255.255", "::1"} {
		if err := s.Add("default", netip.MustParseAddr(a)); err != errAddress {
			t.Errorf("%s: error %v", a, err)
		}
	}
	if err := s.Remove("default", loopback); err != ErrNoClient {
		t.Errorf("error %v", err)
	}
	if err := s.Change("default", loopback, keyed); err != ErrNoClient {
		t.Errorf("error %v", err)
	}
	a := netip.MustParseAddr("127.1.0.0")
	for range maxClients {
		must(t, s.Add("default", a))
		a = a.Next()
	}
	if err := s.Add("isp", a); err != errTooMany {
		t.Errorf("error %v", err)
	}
	must(t, s.Add("default", netip.MustParseAddr("127.1.0.0"))) // is there already
	first := netip.MustParseAddr("127.1.0.0")
	if err := s.Change("default", first, func(c *Client) { c.Port = 0 }); err != errPortNumber {
		t.Errorf("error %v", err)
	}
	if err := s.Change("default", first, func(c *Client) { c.Key = string(make([]byte, MaxKey+1)) }); err != errKey {
		t.Errorf("error %v", err)
	}
	must(t, s.Close())
	if err := s.Add("default", loopback); err != errClosed {
		t.Errorf("error %v", err)
	}
	if err := s.Open(); err != errClosed {
		t.Errorf("error %v", err)
	}
}

// TestPortErrorIsPlain: what the operator reads names the port and the reason.
func TestPortErrorIsPlain(t *testing.T) {
	for want, err := range map[string]error{
		"udp port 80 is in use":                                         syscall.EADDRINUSE,
		"udp port 80 cannot be opened: permission denied":               syscall.EACCES,
		"udp port 80 cannot be opened: cannot assign requested address": syscall.EADDRNOTAVAIL,
	} {
		err := &portError{80, &net.OpError{Op: "listen", Net: "udp4", Err: os.NewSyscallError("bind", err)}}
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

// TestLeavePassesPortsOn: the next server answers on the same sockets, and closes
// those that none of its clients needs.
func TestLeavePassesPortsOn(t *testing.T) {
	first, s := newLab(t)
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	must(t, s.Change("default", loopback, keyed))
	must(t, s.Add("isp", loopback))
	must(t, s.Change("isp", loopback, on4000))
	left := s.Leave()
	if len(left.sockets) != 2 || len(first.calls) != 2 || !errors.Is(s.Add("default", loopback), errClosed) {
		t.Fatalf("left are %v", left)
	}
	unneeded := left.sockets[4000]
	second, n := newLab(t, DefaultPort, 4000)
	n.Take(left)
	must(t, n.Add("default", loopback))
	must(t, n.Change("default", loopback, keyed))
	must(t, n.Open())
	if !n.isOpen("default") || len(second.calls) != 0 || !slices.Equal(n.Ports(), []uint16{DefaultPort}) {
		t.Errorf("open %v, opened anew %v", n.Ports(), second.calls)
	}
	if err := unneeded.SetReadDeadline(time.Time{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the port that nobody needs: %v", err)
	}
}
