package radius

import (
	"net"
	"time"
)

// Sockets are open UDP ports, which one server leaves to the next so that nobody
// else can take them meanwhile.
type Sockets map[uint16]*net.UDPConn

// Close closes all of them.
func (s Sockets) Close() {
	for _, conn := range s {
		_ = conn.Close() // nothing is lost with it
	}
}

// Leave ends the server as Close does, but leaves its ports open, for
// [Server.Take] of another one.
func (s *Server) Leave() Sockets {
	s.mu.Lock()
	s.stop()
	left := s.kept
	if left == nil {
		left = Sockets{}
	}
	for number, p := range s.ports {
		if p.conn != nil {
			left[number] = p.conn
			_ = p.conn.SetReadDeadline(time.Unix(1, 0)) // wakes its reader
		}
	}
	s.kept, s.ports = nil, map[uint16]*port{}
	s.groups, s.clients, s.byOrigin = map[string]*group{}, 0, nil
	s.mu.Unlock()
	s.done.Wait()
	return left
}

// Take gives the server open ports, before Open, which closes those that no
// client needs.
func (s *Server) Take(left Sockets) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = left
}

// socket opens a port, unless it was left open. mu is held.
func (s *Server) socket(number uint16) (*net.UDPConn, error) {
	conn := s.kept[number]
	if conn == nil || conn.SetReadDeadline(time.Time{}) != nil {
		return s.opts.Listen(number)
	}
	delete(s.kept, number)
	return conn, nil
}
