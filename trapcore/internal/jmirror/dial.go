package jmirror

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/net/ipv4"
)

// TTL is that of mirrored packets.
const TTL = 255

// beside is where datagrams to this machine leave from, so that an analyzer on
// the usual loopback address has its port to itself.
var beside = netip.AddrFrom4([4]byte{127, 0, 0, 2})

// Dial opens a socket that sends to an analyzer as the router does: with TTL 255,
// on Linux without a checksum, from the port it sends to. The port, and the
// address if one is given, are used where the machine lets it; else the system
// chooses.
func Dial(from netip.Addr, to netip.AddrPort) (*net.UDPConn, error) {
	any4 := netip.IPv4Unspecified()
	locals := []netip.AddrPort{netip.AddrPortFrom(any4, to.Port()), netip.AddrPortFrom(any4, 0)}
	if to.Addr().IsLoopback() {
		locals[0] = netip.AddrPortFrom(beside, to.Port())
	}
	if from.IsValid() {
		locals = append([]netip.AddrPort{netip.AddrPortFrom(from, to.Port())}, locals...)
	}
	var refused error
	for _, local := range locals {
		c, err := dial(local, to)
		if err == nil {
			return c, nil
		}
		refused = err
		if !taken(err) {
			break
		}
	}
	return nil, fmt.Errorf("open mirror socket to %v: %w", to, refused)
}

// taken reports whether another local address may do.
func taken(err error) bool {
	for _, e := range []error{syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.EACCES, syscall.EINVAL} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func dial(local, to netip.AddrPort) (*net.UDPConn, error) {
	d := net.Dialer{LocalAddr: net.UDPAddrFromAddrPort(local), Control: control}
	c, err := d.Dial("udp4", to.String())
	if err != nil {
		return nil, err
	}
	if err := ipv4.NewConn(c).SetTTL(TTL); err != nil {
		return nil, errors.Join(fmt.Errorf("time to live: %w", err), c.Close())
	}
	return c.(*net.UDPConn), nil
}
