package notify

import "sync"

// Ports are the UDP ports from which the hosts of the secure side of a router
// are sent to. The system has chosen them, and somebody of the ordinary side may
// want to listen at one: it is given up then, so that no port is ever in use for
// a reason that must not show. The zero value is ready; mu guards all.
type Ports struct {
	mu    sync.Mutex
	conns map[Conn]uint16
}

func (p *Ports) add(c Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conns == nil {
		p.conns = map[Conn]uint16{}
	}
	p.conns[c] = c.Local().Port()
}

func (p *Ports) remove(c Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// Yield closes the sockets at a port, and reports whether there were any. Their
// workers go on from another port, and lose nothing.
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
