package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/packet"
)

// trafficLine is plain packets of a subscriber.
type trafficLine struct {
	Name      string `cli:"NAME"`
	Router    string `cli:"ROUTER"`
	Protocol  string `cli:"protocol"`
	V6        bool   `cli:"ipv6"`
	Size      int    `cli:"SIZE"`
	Count     int    `cli:"COUNT"`
	Rate      int    `cli:"RATE"` // 0: as fast as they pass
	Direction string `cli:"direction value"`
}

// directions are the ways that packets go, in turn.
func (l *trafficLine) directions() []packet.Direction {
	switch l.Direction {
	case "upstream":
		return []packet.Direction{packet.Upstream}
	case "downstream":
		return []packet.Direction{packet.Downstream}
	}
	return []packet.Direction{packet.Upstream, packet.Downstream}
}

var trafficCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(testWord, subscriberWord, kw("traffic", "Packets of a subscriber"), subscriberName,
			words("protocol", "icmp", "Echo requests and replies", "tcp", "TCP segments", "udp", "UDP datagrams"),
			grammar.Any(
				seq(kw("count", "How many packets of each direction, 1 if none is given"), param("COUNT", grammar.Int(1, maxTestCount), "How many")),
				seq(kw("direction", "Which way they go, both if none is given"),
					words("direction value", "both", "As many of each", "downstream", "To the subscriber", "upstream", "From the subscriber")),
				kw("ipv6", "IPv6 packets"),
				seq(kw("rate", "How many packets a second, of both directions together"), param("RATE", grammar.Int(1, maxTestRate), "Packets a second")),
				seq(kw("size", "Octets of a packet with its IP header, 200 if none is given"), param("SIZE", grammar.Int(packet.MinSize, packet.MaxSize), "The size")),
				seq(routerWord, routerName))),
		Summary: "Let made-up packets of a subscriber pass",
		Description: "The other end is 192.0.2.1, or 2001:db8::1, where the subscriber is 2001:db8:0:1:: with its IPv4 address at the end; " +
			"its port is 9, that of the subscriber 49152. The interface of the subscriber counts the packets, and so does the one it came in over. " +
			"They go nowhere.",
		Examples: []string{"test subscriber traffic jwbooth@isptheatre.com udp count 1000 rate 100 direction upstream"},
		Run:      cli.Show(trafficLine{Count: 1, Size: packet.DefaultSize}, testTraffic),
	},
}

// trafficBatch is how many packets pass at once where no rate is given.
const trafficBatch = 64

func testTraffic(ctx context.Context, s *cli.Session, l trafficLine) (result.Value, error) {
	r, err := routerNamed(s, l.Router)
	if err != nil {
		return nil, err
	}
	stream, err := s.Router().Stream(r, l.Name)
	if err != nil {
		return nil, err
	}
	f := flowing{stream: stream, ways: l.directions(), flow: packet.Flow{
		Subscriber: stream.Address(), Protocol: l.Protocol, V6: l.V6, Size: l.Size,
	}}
	size := 1
	if l.Rate == 0 {
		size = min(trafficBatch, l.Count)
	}
	f.batch = make([][]byte, size)
	total := l.Count * len(f.ways)
	if size == 1 {
		err = paced(ctx, total, l.Rate, func(n int) error { return f.pass(n/len(f.ways), 1, f.ways[n%len(f.ways)]) })
	} else {
		err = f.passAll(ctx, l.Count)
	}
	if f.passed == 0 && err != nil {
		return nil, err
	}
	return new(result.Record).Line("{packets} passed, {octets} octets", counted(f.passed, "packet"), f.passed*l.Size), err
}

// flowing is a flow while it passes.
type flowing struct {
	stream *trapcore.Stream
	flow   packet.Flow
	ways   []packet.Direction
	batch  [][]byte // buffers, which are used again
	passed int
}

// passAll takes count packets of each direction over the router, in batches of a
// direction.
func (f *flowing) passAll(ctx context.Context, count int) error {
	for first := 0; first < count; first += len(f.batch) {
		for _, d := range f.ways {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := f.pass(first, min(len(f.batch), count-first), d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *flowing) pass(first, n int, d packet.Direction) error {
	for i := range n {
		f.batch[i] = f.flow.Append(f.batch[i][:0], d, uint32(first+i))
	}
	if err := f.stream.Pass(d, f.batch[:n]); err != nil {
		return err
	}
	f.passed += n
	return nil
}
