package eventlog

import (
	"fmt"
	"io"
	"net/netip"
	"sync/atomic"
)

// Facility is local use 0 to 7 (RFC 3164 section 4.1.1).
type Facility uint8

// MaxFacility is local use 7, the default one.
const MaxFacility Facility = 7

// String returns the keyword.
func (f Facility) String() string { return fmt.Sprint("local", uint8(f)) }

// code is the number of the facility.
func (f Facility) code() int { return 16 + int(f) }

// maxDatagram is the most octets of a syslog message (RFC 3164 section 4.1).
const maxDatagram = 1024

// datagram frames an entry as a BSD syslog message (RFC 3164 section 4.1): PRI,
// TIMESTAMP, HOSTNAME, the category as TAG, and the router and text as CONTENT.
func datagram(e Entry, f Facility, hostname string) []byte {
	return []byte(display(fmt.Sprintf("<%d>%s %s %s (%s): %s", f.code()*8+int(e.Severity),
		e.Time.Format("Jan _2 15:04:05"), hostname, e.Category, e.Router, e.Text), maxDatagram))
}

// serverSink sends to a syslog server. Nobody acknowledges a datagram, and one
// that fails is not repeated.
type serverSink struct {
	log  *Log
	to   netip.AddrPort
	conn io.WriteCloser
	// facility is that of the outlet, which may change.
	facility *atomic.Uint32
}

func (s *serverSink) deliver(batch []Entry) (sent, failed int, again bool) {
	for _, e := range batch {
		if err := s.send(datagram(e, Facility(s.facility.Load()), s.log.opts.Hostname())); err != nil {
			failed++
		} else {
			sent++
		}
	}
	return sent, failed, false
}

func (s *serverSink) send(msg []byte) error {
	if s.conn == nil {
		conn, err := s.log.opts.Dial(s.to)
		if err != nil {
			return err
		}
		s.conn = conn
	}
	_, err := s.conn.Write(msg)
	if err != nil {
		// The refusal of an earlier datagram is reported with the next, which did not leave.
		_, err = s.conn.Write(msg)
	}
	return err
}

func (s *serverSink) close() {
	if s.conn != nil {
		_ = s.conn.Close() // nothing is buffered
	}
}
