package radius

import (
	"time"

	"mirrorsh/trapcore/internal/udp"
	"mirrorsh/trapcore/side"
)

// Handover is what one server leaves to the next: its open ports, so that nobody
// else can take them meanwhile, and the requests it has carried out, so that the
// next one does not carry them out again. The zero value has nothing.
type Handover struct {
	sockets  map[uint16]*udp.Conn
	answered [side.Count]memory
}

// Close closes the ports.
func (h Handover) Close() {
	for _, conn := range h.sockets {
		_ = conn.Close() // nothing is lost with it
	}
}

// Leave ends the server as Close does, but leaves its ports open, for
// [Server.Take] of another one.
func (s *Server) Leave() Handover {
	s.mu.Lock()
	s.stop()
	left := Handover{sockets: map[uint16]*udp.Conn{}}
	for number, conn := range s.kept {
		left.sockets[number] = conn
	}
	for number, p := range s.ports {
		if p.conn != nil {
			left.sockets[number] = p.conn
			_ = p.conn.SetReadDeadline(time.Unix(1, 0)) // wakes its reader
		}
	}
	s.kept, s.ports = nil, map[uint16]*port{}
	s.groups, s.clients, s.byOrigin = map[string]*group{}, 0, nil
	s.mu.Unlock()
	s.done.Wait()
	left.answered = s.answered // nobody changes it any more
	return left
}

// Take goes on where another server has left off. It is called before the ports
// are opened.
func (s *Server) Take(left Handover) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = left.sockets
	if left.sockets != nil {
		s.answered = left.answered
	}
}

// socket opens a port, unless it was left open. mu is held.
func (s *Server) socket(number uint16) (*udp.Conn, error) {
	conn := s.kept[number]
	if conn == nil || conn.SetReadDeadline(time.Time{}) != nil {
		return s.listen(number)
	}
	delete(s.kept, number)
	return conn, nil
}
