package command

import (
	"context"

	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/packet"
)

// trafficBatch is how many packets pass at once where no rate is given.
const trafficBatch = 64

// passing is packets of a subscriber while they pass.
type passing struct {
	stream *trapcore.Stream
	ways   []packet.Direction // that are wanted
	pace   pace

	batch   [trafficBatch][]byte // copies of those that wait, in buffers that are used again
	waiting int
	way     packet.Direction // theirs
	packets int              // that have passed
	octets  int
	left    string // what was left out
}

// add lets a copy of a packet pass at its time, with others of its direction whose
// time has come.
func (p *passing) add(ctx context.Context, d packet.Direction, b []byte) error {
	early := p.pace.early(p.packets+p.waiting) > 0
	if early || p.waiting == len(p.batch) || d != p.way {
		if err := p.flush(ctx); err != nil {
			return err
		}
	}
	if early {
		if err := p.pace.wait(ctx, p.packets); err != nil {
			return err
		}
	}
	p.batch[p.waiting] = append(p.batch[p.waiting][:0], b...)
	p.waiting, p.way = p.waiting+1, d
	return nil
}

// flush lets those that wait pass.
func (p *passing) flush(ctx context.Context) error {
	batch := p.batch[:p.waiting]
	p.waiting = 0
	if len(batch) == 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	if err := p.stream.Pass(p.way, batch); err != nil {
		return err
	}
	for _, b := range batch {
		p.octets += len(b)
	}
	p.packets += len(batch)
	return nil
}

// done says how many have passed before an error, if there was one.
func (p *passing) done(err error) (result.Value, error) {
	if p.packets == 0 && err != nil {
		return nil, err
	}
	r := new(result.Record).Line("{packets} passed, {octets} octets", counted(p.packets, "packet"), p.octets)
	if p.left != "" {
		r.Line("left out: {left}", p.left)
	}
	return r, err
}
