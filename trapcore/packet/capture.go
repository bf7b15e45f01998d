package packet

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// Errors of captures.
var (
	errNoCapture = errors.New("neither a pcap nor a pcapng file")
	errTruncated = errors.New("the capture ends within a packet")
)

// maxBlock is how much of a file is read for one packet; a longer block is
// damage, or nothing that holds a packet.
const maxBlock = 16 << 20

// Magic numbers of the formats: pcap with microseconds and nanoseconds, pcapng.
const (
	pcapMicroseconds = 0xa1b2c3d4
	pcapNanoseconds  = 0xa1b23c4d
	pcapng           = 0x0a0d0d0a
)

// Capture reads the IP packets of a pcap or pcapng file, which may be compressed
// by gzip, one after the other.
type Capture struct {
	file   budget
	source gopacket.ZeroCopyPacketDataSource
	link   layers.LinkType // of a pcap; pcapng says it of each packet
	mixed  bool
	failed error
}

// newCapture begins to read a capture. The error is [errNoCapture] if it is none,
// [errTruncated] if it ends within its head.
func newCapture(r io.Reader) (*Capture, error) {
	c := &Capture{file: budget{left: maxBlock}}
	if err := c.open(r); err != nil {
		return nil, c.told(err)
	}
	return c, nil
}

func (c *Capture) open(r io.Reader) (err error) {
	file := bufio.NewReader(r)
	if head, _ := file.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b { // RFC 1952 section 2.3.1
		plain, err := gzip.NewReader(file)
		if err != nil {
			return err
		}
		file = bufio.NewReader(plain)
	}
	head, err := file.Peek(4)
	switch {
	case len(head) == 0 && err == io.EOF:
		return errNoCapture
	case err != nil:
		return err
	}
	c.file.r = file
	little, big := binary.LittleEndian.Uint32(head), binary.BigEndian.Uint32(head)
	switch {
	case little == pcapng:
		c.mixed = true
		c.source, err = pcapgo.NewNgReader(&c.file, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		return err
	case little == pcapMicroseconds, little == pcapNanoseconds, big == pcapMicroseconds, big == pcapNanoseconds:
		pcap, err := pcapgo.NewReader(&c.file)
		if err != nil {
			return err
		}
		c.source, c.link = pcap, pcap.LinkType()
		return nil
	}
	return errNoCapture
}

// Next returns the next packet, from its IP header on, which is valid until the
// next call. It is nil for one that is not IP; whole says that the capture has
// all of it. The error is [io.EOF] at the end.
func (c *Capture) Next() (p []byte, whole bool, err error) {
	if c.failed != nil {
		return nil, false, c.failed
	}
	c.file.left = maxBlock
	frame, info, err := c.source.ZeroCopyReadPacketData()
	if err == io.EOF && info.CaptureLength > 0 { // between the head of a packet and the packet
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		link := c.link
		if c.mixed {
			link = info.AncillaryData[0].(layers.LinkType)
		}
		p, err = inFrame(link, frame)
	}
	if err != nil {
		c.failed = c.told(err)
		return nil, false, c.failed
	}
	p, whole = trim(p)
	return p, whole, nil
}

// told says what is wrong with the file.
func (c *Capture) told(err error) error {
	switch {
	case err == io.EOF && c.source != nil, errors.Is(err, errNoCapture), errors.As(err, new(linkError)):
		return err
	case c.file.spent:
		return fmt.Errorf("the capture is damaged: a block of more than %d octets", maxBlock)
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return errTruncated
	}
	return fmt.Errorf("the capture cannot be read: %w", err)
}

// budget bounds what is read at a time, whatever lengths the file claims.
type budget struct {
	r     io.Reader
	left  int
	spent bool
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.spent = true
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// trim cuts an IP packet to its length, without the padding of the frame. It is
// nil for one that is none.
func trim(p []byte) (ip []byte, whole bool) {
	length := 0
	switch {
	case len(p) >= minHeader4 && p[0]>>4 == 4 && p[0]&15 >= 5:
		length = int(binary.BigEndian.Uint16(p[2:]))
		if length == 0 { // segmentation was left to the network card
			length = len(p)
		}
		if length < int(p[0]&15)*4 || length >= 1<<16 {
			return nil, false
		}
		binary.BigEndian.PutUint16(p[2:], uint16(length))
	case len(p) >= header6 && p[0]>>4 == 6:
		length = int(binary.BigEndian.Uint16(p[4:])) + header6
		if length == header6 && p[6] != noNextHeader && len(p) < 1<<16+header6 {
			length = len(p)
		}
		binary.BigEndian.PutUint16(p[4:], uint16(length-header6))
	default:
		return nil, false
	}
	if length > len(p) {
		return p, false
	}
	return p[:length], true
}
