// Package udp has sockets for servers that answer from the address that was
// asked. A socket that is bound to a wildcard address would leave it to the
// system, which chooses by route, and a client that is connected to the other
// address never sees the answer.
//
// It imports nothing of ours.
package udp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// maxControl holds the packet information of either family (RFC 3542 section 6.1).
const maxControl = 128

// Conn is a UDP socket. Its methods may be called from any goroutine. It is a
// [net.PacketConn] whose addresses are of type [Peer].
type Conn struct {
	*net.UDPConn
	wildcard bool
}

// Peer is who sent a datagram, and which address it was sent to.
type Peer struct {
	from  netip.AddrPort
	asked netip.Addr // the zero one: the system chooses
	ifx   int        // the interface of a link-local address
}

// AddrPort is where the datagram came from; an IPv4 address is one of 4 octets.
func (p Peer) AddrPort() netip.AddrPort { return p.from }

// Asked is the address the datagram was sent to, where the socket is bound to a
// wildcard address and that of the datagram can be answered from.
func (p Peer) Asked() netip.Addr { return p.asked }

// Network makes a Peer a [net.Addr].
func (p Peer) Network() string { return "udp" }

func (p Peer) String() string { return p.from.String() }

// New makes a Conn of a socket, which it takes over; an error leaves it open.
func New(conn *net.UDPConn) (*Conn, error) {
	at := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	c := &Conn{conn, at.IsUnspecified()}
	var err error
	switch {
	case !c.wildcard:
	case at.Is4():
		err = ipv4.NewPacketConn(conn).SetControlMessage(ipv4.FlagDst, true)
	default: // of IPv4 datagrams, too
		err = ipv6.NewPacketConn(conn).SetControlMessage(ipv6.FlagDst|ipv6.FlagInterface, true)
	}
	if err != nil {
		return nil, fmt.Errorf("udp socket %v: destination addresses: %w", conn.LocalAddr(), err)
	}
	return c, nil
}

// Receive reads a datagram.
func (c *Conn) Receive(b []byte) (int, Peer, error) {
	var control [maxControl]byte
	n, nc, _, from, err := c.ReadMsgUDPAddrPort(b, control[:])
	p := Peer{from: netip.AddrPortFrom(from.Addr().Unmap(), from.Port())}
	if err == nil && c.wildcard {
		p.destination(control[:nc])
	}
	return n, p, err
}

// destination takes it from the packet information. What nobody can answer
// from, such as a multicast address, is left out.
func (p *Peer) destination(control []byte) {
	var to net.IP
	var v4 ipv4.ControlMessage
	var v6 ipv6.ControlMessage
	if v4.Parse(control) == nil && v4.Dst != nil {
		to = v4.Dst
	} else if v6.Parse(control) == nil {
		to = v6.Dst
	}
	a, _ := netip.AddrFromSlice(to)
	if a = a.Unmap(); a.IsGlobalUnicast() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		p.asked = a
	}
	if a.Is6() && a.IsLinkLocalUnicast() {
		p.ifx = v6.IfIndex
	}
}

// Answer sends a datagram to a peer from the address it has asked. Where that
// is none of the machine's, a broadcast address say, the system chooses.
func (c *Conn) Answer(b []byte, p Peer) error {
	_, _, err := c.WriteMsgUDPAddrPort(b, p.source(), p.from)
	if err != nil && p.asked.IsValid() && !errors.Is(err, net.ErrClosed) {
		_, err = c.WriteToUDPAddrPort(b, p.from)
	}
	return err
}

// source returns the packet information for an answer.
func (p *Peer) source() []byte {
	switch {
	case !p.asked.IsValid():
		return nil
	case p.asked.Is4():
		return (&ipv4.ControlMessage{Src: p.asked.AsSlice()}).Marshal()
	}
	return (&ipv6.ControlMessage{Src: p.asked.AsSlice(), IfIndex: p.ifx}).Marshal()
}

// ReadFrom is Receive for a [net.PacketConn].
func (c *Conn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, p, err := c.Receive(b)
	return n, p, err
}

// WriteTo is Answer for a [net.PacketConn], to any other address the plain thing.
func (c *Conn) WriteTo(b []byte, to net.Addr) (int, error) {
	p, ok := to.(Peer)
	if !ok {
		return c.UDPConn.WriteTo(b, to)
	}
	if err := c.Answer(b, p); err != nil {
		return 0, err
	}
	return len(b), nil
}
