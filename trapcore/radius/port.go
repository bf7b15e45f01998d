package radius

import (
	"context"
	"errors"
	"net"
	"time"

	"layeh.com/radius"

	"mirrorsh/trapcore/internal/udp"
)

// port is a UDP port of the server with the goroutine that reads it. conn is
// guarded by Server.mu.
type port struct {
	number uint16
	ctx    context.Context // done once no client needs the port
	cancel context.CancelFunc
	opened chan struct{} // has room for one: conn was set by another goroutine
	conn   *udp.Conn     // nil while the port cannot be opened
}

// acquire opens a port if it is not open. mu is held.
func (s *Server) acquire(number uint16) *portError {
	p := s.ports[number]
	if p != nil && p.conn != nil {
		return nil
	}
	conn, err := s.socket(number)
	if err != nil {
		return &portError{number, err}
	}
	if p == nil {
		s.start(number, conn)
		return nil
	}
	p.conn = conn
	select {
	case p.opened <- struct{}{}:
	default:
	}
	return nil
}

// listen opens a socket.
func (s *Server) listen(number uint16) (*udp.Conn, error) {
	plain, err := s.opts.Listen(number)
	if err != nil {
		return nil, err
	}
	conn, err := udp.New(plain)
	if err != nil {
		return nil, errors.Join(err, plain.Close())
	}
	return conn, nil
}

// keepTrying opens a port as soon as that can be done.
func (s *Server) keepTrying(number uint16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() == nil && s.ports[number] == nil && s.wanted()[number] {
		s.start(number, nil)
	}
}

// start runs a port; without a socket, until there is one. mu is held.
func (s *Server) start(number uint16, conn *udp.Conn) {
	p := &port{number: number, opened: make(chan struct{}, 1), conn: conn}
	p.ctx, p.cancel = context.WithCancel(s.ctx)
	s.ports[number] = p
	s.done.Add(1)
	go s.run(p, conn == nil)
}

// release closes a port. mu is held.
func (s *Server) release(number uint16) {
	p := s.ports[number]
	delete(s.ports, number)
	p.cancel()
	if p.conn != nil {
		_ = p.conn.Close() // nothing is lost with it
	}
}

func (s *Server) run(p *port, failed bool) {
	defer s.done.Done()
	for {
		conn := s.await(p)
		if conn == nil {
			return
		}
		if failed {
			s.opts.Report(p.number, nil)
		}
		err := s.serve(p, conn)
		if p.ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		_ = conn.Close()
		p.conn = nil
		s.mu.Unlock()
		s.opts.Report(p.number, &portError{p.number, err})
		failed = true
	}
}

// await returns the socket of a port once there is one; nil if the port is
// released before.
func (s *Server) await(p *port) *udp.Conn {
	tick := time.NewTicker(s.opts.Retry)
	defer tick.Stop()
	for {
		if conn := s.attempt(p); conn != nil || p.ctx.Err() != nil {
			return conn
		}
		select {
		case <-p.ctx.Done():
			return nil
		case <-p.opened:
		case <-tick.C:
		}
	}
}

// attempt returns the socket of a port, opened if need be; nil if that fails.
func (s *Server) attempt(p *port) *udp.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ctx.Err() != nil {
		return nil
	}
	if p.conn == nil {
		// The reason was reported when the port was lost, or not opened at first.
		p.conn, _ = s.socket(p.number)
	}
	return p.conn
}

// serve answers requests until the socket fails or is closed.
func (s *Server) serve(p *port, conn *udp.Conn) error {
	bound := conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	buffer := make([]byte, radius.MaxPacketLength)
	for {
		n, from, err := conn.Receive(buffer)
		if err != nil {
			return err
		}
		a := arrival{from.AddrPort().Addr(), bound, p.number}
		if from.Asked().IsValid() {
			a.asked = from.Asked()
		}
		if answer := s.handle(a, buffer[:n]); answer != nil {
			// As good as lost on the way if it fails: the client asks again.
			_ = conn.Answer(answer, from)
		}
	}
}
