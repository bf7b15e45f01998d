package notify

import "sync"

// Ports are the UDP ports from which the hosts and analyzers of the secure side of
// a router are sent to. Somebody of the ordinary side may want to listen at one:
// it is given up then, so that no port is ever in use for
// a reason that must not show. The zero value is ready; mu guards all.
type Ports struct {
	mu    sync.Mutex
	conns map[Conn]uint16
}

// Add makes the port of a socket one that is given up.
func (p *Ports) Add(c Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns == nil {
		p.conns = map[Conn]uint16{}
	}
	p.conns[c] = c.Local().Port()
}

// Remove is for a socket that is closed.
func (p *Ports) Remove(c Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// Yield closes the sockets at a port, and reports whether there were any. Who
// sends with them goes on from another port, and lose nothing.
func (p *Ports) Yield(port uint16) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	any := false
	for c, at := range p.conns {
		if at == port {
			_ = c.Close()
			delete(p.conns, c)
			any = true
		}
	}
	return any
}
