package command

import (
	"context"
	"errors"
	"io"
	"math"
	"net/netip"
	"slices"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/packet"
)

// trafficLine is packets of a subscriber that pass.
type trafficLine struct {
	Name      string `cli:"NAME"`
	Router    string `cli:"ROUTER"`
	Count     int    `cli:"COUNT"` // 0: all of a capture
	Rate      int    `cli:"RATE"`  // 0: as fast as they pass
	Direction string `cli:"direction value"`
}

// flowLine makes them up.
type flowLine struct {
	trafficLine
	Protocol string `cli:"protocol"`
	V6       bool   `cli:"ipv6"`
	Size     int    `cli:"SIZE"`
}

// replayLine has them from a capture.
type replayLine struct {
	trafficLine
	File string     `cli:"FILE"`
	Host netip.Addr `cli:"HOST"`
}

var (
	trafficWords   = seq(testWord, subscriberWord, kw("traffic", "Packets of a subscriber"), subscriberName)
	trafficOptions = []grammar.Node{
		seq(kw("direction", "Which way they go, both if none is given"),
			words("direction value", "both", "From and to the subscriber", "downstream", "To the subscriber", "upstream", "From the subscriber")),
		seq(kw("rate", "How many packets a second, of both directions together"), param("RATE", grammar.Int(1, maxTestRate), "Packets a second")),
		seq(routerWord, routerName),
	}
)

// count is an option of how many packets pass.
func count(help string) grammar.Node {
	return seq(kw("count", help), param("COUNT", grammar.Int(1, maxTestCount), "How many"))
}

var trafficCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(trafficWords, words("protocol", "icmp", "Echo requests and replies", "tcp", "TCP segments", "udp", "UDP datagrams"),
			grammar.Any(append([]grammar.Node{
				count("How many packets of each direction, 1 if none is given"),
				kw("ipv6", "IPv6 packets"),
				seq(kw("size", "Octets of a packet with its IP header, 200 if none is given"), param("SIZE", grammar.Int(packet.MinSize, packet.MaxSize), "The size")),
			}, trafficOptions...)...)),
		Summary: "Let made-up packets of a subscriber pass",
		Description: "The other end is 192.0.2.1, or 2001:db8::1, where the subscriber is 2001:db8:0:1:: with its IPv4 address at the end; " +
			"its port is 9, that of the subscriber 49152. The interface of the subscriber counts the packets, and so does the one it came in over. " +
			"They go nowhere.",
		Examples: []string{"test subscriber traffic jwbooth@isptheatre.com udp count 1000 rate 100 direction upstream"},
		Run:      cli.Show(flowLine{trafficLine: trafficLine{Count: 1}, Size: packet.DefaultSize}, testFlow),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(trafficWords, kw("pcap", "The packets of a capture"), fileName("FILE", "The name of the capture file"),
			grammar.Any(append([]grammar.Node{
				count("How many packets of the capture, all if none is given"),
				seq(kw("host", "Whose place the subscriber takes"), param("HOST", grammar.IPv4(), "The address of a host in the capture")),
			}, trafficOptions...)...)),
		Summary: "Replay a capture as packets of a subscriber",
		Description: "A pcap or pcapng file, which may be compressed by gzip and as large as it likes. It is looked for beside the script that was given " +
			"on the command line of this program, then in the folder in which the program was started, for its console, its scripts and -c alone, then " +
			"among the router's files, which disk0: stands for. The subscriber takes the place of the host that sent the first IPv4 packet, and of the " +
			"one that sent the first IPv6 packet, with the addresses that made-up packets have; checksums are mended. Packets of others, and those that " +
			"the capture has only the beginning of, are left out. The interface of the subscriber counts the packets, and so does the one it came in over. " +
			"They go nowhere.",
		Examples: []string{"test subscriber traffic jwbooth@isptheatre.com pcap call.pcapng", "test subscriber traffic jwbooth@isptheatre.com pcap call.pcapng host 10.1.2.3 rate 50"},
		Run:      cli.Show(replayLine{}, testReplay),
	},
}

// ways are the directions that packets go, in turn.
func (l *trafficLine) ways() []packet.Direction {
	switch l.Direction {
	case "upstream":
		return []packet.Direction{packet.Upstream}
	case "downstream":
		return []packet.Direction{packet.Downstream}
	}
	return []packet.Direction{packet.Upstream, packet.Downstream}
}

// passing opens the stream that the packets pass.
func (l *trafficLine) passing(s *cli.Session) (*passing, error) {
	r, err := routerNamed(s, l.Router)
	if err != nil {
		return nil, err
	}
	stream, err := s.Router().Stream(r, l.Name)
	if err != nil {
		return nil, err
	}
	return &passing{stream: stream, ways: l.ways(), pace: pace{rate: l.Rate, start: time.Now()}}, nil
}

func testFlow(ctx context.Context, s *cli.Session, l flowLine) (result.Value, error) {
	p, err := l.passing(s)
	if err != nil {
		return nil, err
	}
	f := packet.Flow{Subscriber: p.stream.Address(), Protocol: l.Protocol, V6: l.V6, Size: l.Size}
	run := trafficBatch
	if l.Rate > 0 {
		run = min(max(l.Rate/1000, 1), run) // in a millisecond
	}
	err = p.flow(ctx, f, l.Count, run)
	return p.done(err)
}

// flow passes count packets of each direction, run of one and then of the other.
func (p *passing) flow(ctx context.Context, f packet.Flow, count, run int) error {
	var b []byte
	for first := 0; first < count; first += run {
		for _, d := range p.ways {
			for n := first; n < min(first+run, count); n++ {
				b = f.Append(b[:0], d, uint32(n))
				if err := p.add(ctx, d, b); err != nil {
					return err
				}
			}
		}
	}
	return p.flush(ctx)
}

func testReplay(ctx context.Context, s *cli.Session, l replayLine) (result.Value, error) {
	p, err := l.passing(s)
	if err != nil {
		return nil, err
	}
	file, err := s.OpenCapture(l.File)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	capture, err := packet.NewReplay(file, p.stream.Address(), l.Host)
	if err != nil {
		return nil, err
	}
	limit := l.Count
	if limit == 0 {
		limit = math.MaxInt
	}
	err = p.replay(ctx, capture, limit)
	p.left = capture.Left.String()
	return p.done(err)
}

// replay passes packets of a capture, limit at most.
func (p *passing) replay(ctx context.Context, c *packet.Replay, limit int) error {
	for n := 0; n < limit; {
		b, d, err := c.Next()
		switch {
		case err == io.EOF:
			return p.flush(ctx)
		case err != nil:
			return errors.Join(p.flush(ctx), err)
		case ctx.Err() != nil:
			return ctx.Err()
		case !slices.Contains(p.ways, d):
			continue
		}
		if err := p.add(ctx, d, b); err != nil {
			return err
		}
		n++
	}
	return p.flush(ctx)
}
