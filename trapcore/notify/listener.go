package notify

import (
	"errors"
	"net"
	"slices"
)

// listener receives what a host answers.
type listener struct {
	in, free chan []byte
	closed   chan struct{} // by the worker
	moved    chan struct{} // closed when the port was given up
}

// maxAnswer is the octets of an answer that are read: a Response repeats the
// varbinds of its inform.
const maxAnswer = 16 << 10

// answersAtOnce is how many answers are taken from the system with one call where as
// many come together.
const answersAtOnce = 8

// listen receives from conn until it is closed.
func (w *worker) listen(conn Conn) *listener {
	l := &listener{in: make(chan []byte, 16), free: make(chan []byte, 16), closed: make(chan struct{}), moved: make(chan struct{})}
	w.o.workers.Go(func() { l.run(conn) })
	return l
}

func (l *listener) run(conn Conn) {
	var bufs [][]byte
	for n := 1; ; {
		for len(bufs) < n {
			bufs = append(bufs, l.fresh())
		}
		got, err := receiveAll(conn, bufs)
		if err != nil {
			if passing(err) {
				continue
			}
			if errors.Is(err, net.ErrClosed) {
				close(l.moved)
			}
			return
		}
		for _, b := range bufs[:got] {
			select {
			case l.in <- b:
			case <-l.closed:
				return
			}
		}
		if bufs = slices.Delete(bufs, 0, got); len(bufs) == 0 {
			n = min(2*n, answersAtOnce)
		} else {
			n = 1
		}
	}
}

// receiveAll is that of a connection that can, else [Conn.Receive].
func receiveAll(conn Conn, into [][]byte) (int, error) {
	if c, ok := conn.(*udpConn); ok && len(into) > 1 {
		return c.receiveAll(into)
	}
	n, err := conn.Receive(into[0])
	if err != nil {
		return 0, err
	}
	into[0] = into[0][:n]
	return 1, nil
}

// fresh returns a buffer.
func (l *listener) fresh() []byte {
	select {
	case b := <-l.free:
		return b[:maxAnswer]
	default:
		return make([]byte, maxAnswer)
	}
}

// recycle gives a buffer back to the listener.
func (l *listener) recycle(b []byte) {
	select {
	case l.free <- b:
	default:
	}
}
