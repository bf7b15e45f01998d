package notify

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
)

// ICMP is the Prober that sends an ICMP echo request (RFC 792), from an
// unprivileged ping socket or a raw one, whichever is permitted.
type ICMP struct{}

// probeTimeout is how long one echo request may stay unanswered.
const probeTimeout = time.Second

const protocolICMP = 1

// Probe implements [Prober].
func (ICMP) Probe(ctx context.Context, addr netip.Addr) error {
	var to net.Addr = &net.UDPAddr{IP: addr.AsSlice()}
	c, err := icmp.ListenPacket("udp4", "0.0.0.0")
	if err != nil {
		to = &net.IPAddr{IP: addr.AsSlice()}
		if c, err = icmp.ListenPacket("ip4:icmp", "0.0.0.0"); err != nil {
			return fmt.Errorf("%w: %w", ErrNoProbe, err)
		}
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(probeTimeout)); err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })()

	// The system may choose the identifier, so the data tell our echo from others.
	token := make([]byte, 16)
	rand.Read(token)
	request := icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: int(token[0])<<8 | int(token[1]), Seq: 1, Data: token}}
	out, err := request.Marshal(nil)
	if err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	if _, err := c.WriteTo(out, to); err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	in := make([]byte, 1500)
	for {
		n, _, err := c.ReadFrom(in)
		if err != nil {
			return fmt.Errorf("probe %v: %w", addr, errors.Join(ctx.Err(), err))
		}
		m, err := icmp.ParseMessage(protocolICMP, in[:n])
		if err != nil || m.Type != ipv4.ICMPTypeEchoReply {
			continue
		}
		if echo, ok := m.Body.(*icmp.Echo); ok && bytes.Equal(echo.Data, token) {
			return nil
		}
	}
}
