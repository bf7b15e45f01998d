package securelog

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// encoder fills one slot. Every put fits or is cut, and cut then stays true.
// The layout lives in memory only; each log's append and decode are a pair.
type encoder struct {
	buf []byte
	n   int
	cut bool
}

func (e *encoder) byte(b byte) {
	if e.n == len(e.buf) {
		e.cut = true
		return
	}
	e.buf[e.n] = b
	e.n++
}

func (e *encoder) uint32(v uint32) {
	if len(e.buf)-e.n < 4 {
		e.cut = true
		return
	}
	binary.LittleEndian.PutUint32(e.buf[e.n:], v)
	e.n += 4
}

func (e *encoder) uint64(v uint64) {
	if len(e.buf)-e.n < 8 {
		e.cut = true
		return
	}
	binary.LittleEndian.PutUint64(e.buf[e.n:], v)
	e.n += 8
}

// time keeps the instant; the location is the log's.
func (e *encoder) time(t time.Time) {
	e.uint64(uint64(t.Unix()))
	e.uint32(uint32(t.Nanosecond()))
}

// text puts at most limit octets of s; limit is at most 255.
func (e *encoder) text(s string, limit int) {
	if len(s) > limit {
		s, e.cut = s[:limit], true
	}
	if room := len(e.buf) - e.n - 1; len(s) > room {
		s, e.cut = s[:max(room, 0)], true
	}
	e.byte(byte(len(s)))
	e.n += copy(e.buf[e.n:], s)
}

func (e *encoder) addrPort(a netip.AddrPort) {
	ip := a.Addr()
	switch {
	case ip.Is4():
		e.byte(4)
		b := ip.As4()
		e.uint32(binary.LittleEndian.Uint32(b[:]))
	case ip.Is6():
		e.byte(6)
		b := ip.As16()
		e.uint64(binary.LittleEndian.Uint64(b[:8]))
		e.uint64(binary.LittleEndian.Uint64(b[8:]))
		e.text(ip.Zone(), 16)
	default:
		e.byte(0)
		return
	}
	e.byte(byte(a.Port()))
	e.byte(byte(a.Port() >> 8))
}

// rest puts b, which fills the slot if need be; it is the last put.
func (e *encoder) rest(b []byte) {
	n := copy(e.buf[e.n:], b)
	e.n += n
	e.cut = e.cut || n < len(b)
}

// decoder reads what an encoder put, in the same order. A slot that was cut
// inside a fixed field reads as zeros from there.
type decoder struct {
	buf []byte
	cut bool
}

func (d *decoder) take(n int) []byte {
	if n > len(d.buf) {
		d.buf = nil
		return make([]byte, n)
	}
	b := d.buf[:n:n]
	d.buf = d.buf[n:]
	return b
}

func (d *decoder) byte() byte     { return d.take(1)[0] }
func (d *decoder) uint32() uint32 { return binary.LittleEndian.Uint32(d.take(4)) }
func (d *decoder) uint64() uint64 { return binary.LittleEndian.Uint64(d.take(8)) }

func (d *decoder) time(loc *time.Location) time.Time {
	sec := int64(d.uint64())
	return time.Unix(sec, int64(d.uint32())).In(loc)
}

func (d *decoder) text() string { return string(d.take(int(d.byte()))) }

func (d *decoder) addrPort() netip.AddrPort {
	var ip netip.Addr
	switch d.byte() {
	case 4:
		ip = netip.AddrFrom4([4]byte(d.take(4)))
	case 6:
		ip = netip.AddrFrom16([16]byte(d.take(16)))
		ip = ip.WithZone(d.text())
	default:
		return netip.AddrPort{}
	}
	port := uint16(d.byte())
	return netip.AddrPortFrom(ip, port|uint16(d.byte())<<8)
}
