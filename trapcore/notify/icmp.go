package notify

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// ICMP is the Prober that sends echo requests from an unprivileged ping socket or
// a raw one, whichever is permitted.
type ICMP struct{}

// echoForm is what differs between the versions of IP.
type echoForm struct {
	unprivileged, raw, any string
	protocol               int
	request, reply         icmp.Type
}

var (
	echo4 = echoForm{"udp4", "ip4:icmp", "0.0.0.0", 1, ipv4.ICMPTypeEcho, ipv4.ICMPTypeEchoReply}
	echo6 = echoForm{"udp6", "ip6:ipv6-icmp", "::", 58, ipv6.ICMPTypeEchoRequest, ipv6.ICMPTypeEchoReply}
)

// maxIPHeader is the most that a raw socket puts before a message.
const maxIPHeader = 60

// Probe implements [Prober].
func (ICMP) Probe(ctx context.Context, e Echo) error {
	form, addr := &echo4, e.To
	if addr.Is6() {
		form = &echo6
	}
	var to net.Addr = &net.UDPAddr{IP: addr.AsSlice()}
	c, err := icmp.ListenPacket(form.unprivileged, form.any)
	if err != nil {
		to = &net.IPAddr{IP: addr.AsSlice()}
		if c, err = icmp.ListenPacket(form.raw, form.any); err != nil {
			return fmt.Errorf("%w: %w", ErrNoProbe, err)
		}
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(e.Timeout)); err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })()

	// The system may choose the identifier, so the data tell our echo from others.
	data, number := make([]byte, e.Data), make([]byte, 4)
	rand.Read(data)
	rand.Read(number)
	seq := int(number[2])<<8 | int(number[3])
	request := icmp.Message{Type: form.request, Body: &icmp.Echo{ID: int(number[0])<<8 | int(number[1]), Seq: seq, Data: data}}
	out, err := request.Marshal(nil)
	if err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	if _, err := c.WriteTo(out, to); err != nil {
		return fmt.Errorf("probe %v: %w", addr, err)
	}
	in := make([]byte, len(out)+maxIPHeader)
	for {
		n, _, err := c.ReadFrom(in)
		if err != nil {
			return fmt.Errorf("probe %v: %w", addr, errors.Join(ctx.Err(), err))
		}
		m, err := icmp.ParseMessage(form.protocol, in[:n])
		if err != nil || m.Type != form.reply {
			continue
		}
		if echo, ok := m.Body.(*icmp.Echo); ok && echo.Seq == seq && bytes.Equal(echo.Data, data) {
			return nil
		}
	}
}
