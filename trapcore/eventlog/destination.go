package eventlog

import (
	"io"
	"net"
	"net/netip"
	"slices"
)

// Kind is where messages can go besides the buffer.
type Kind uint8

const (
	Console Kind = iota // consoles attached with [Log.Attach]
	NVFile              // the file [FileName]
	Syslog              // a syslog server
	Monitor             // sessions attached with [Log.Monitor]
)

// String returns the keyword.
func (k Kind) String() string { return [...]string{"console", "nv-file", "syslog", "monitor"}[k] }

// SyslogPort is the UDP port of syslog servers (RFC 3164 section 2).
const SyslogPort = 514

// Destination is a destination and what became of the messages for it.
type Destination struct {
	Kind     Kind
	Server   netip.AddrPort // of a syslog server
	Facility Facility       // of a syslog server
	On       bool
	Severity Severity // messages with a larger number do not go there
	Sent     uint64   // messages delivered
	Dropped  uint64   // messages for which the queue had no room
	Failed   uint64   // messages that could not be delivered
}

// Destinations returns the console, the nv-file and the syslog servers by address.
func (l *Log) Destinations() []Destination {
	l.mu.Lock()
	defer l.mu.Unlock()
	console := l.console
	for _, o := range l.screens {
		if o.to.Kind != Console {
			continue
		}
		d := o.describe()
		console.Sent, console.Dropped, console.Failed = console.Sent+d.Sent, console.Dropped+d.Dropped, console.Failed+d.Failed
	}
	all := []Destination{console, {Kind: NVFile, Severity: Debug}}
	if l.file != nil {
		all[1] = l.file.describe()
	}
	for _, o := range l.servers {
		all = append(all, o.describe())
	}
	return all
}

// SetConsole lets messages of at least this severity appear on the consoles, or none.
func (l *Log) SetConsole(on bool, s Severity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.console.On, l.console.Severity = on, s
	for _, o := range l.screens {
		if o.to.Kind == Console {
			o.severity = s
		}
	}
}

// SetFile writes messages of at least this severity to [FileName], or ends
// that. The error is [errNoFiles].
func (l *Log) SetFile(on bool, s Severity) error {
	if on && l.opts.Files == nil {
		return errNoFiles
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.file != nil && !on:
		l.file.end()
		l.file = nil
	case l.file != nil:
		l.file.severity = s
	case on && !l.closed:
		l.file = l.start(Destination{Kind: NVFile, Severity: s}, &fileSink{log: l})
	}
	return nil
}

// SetServer sends messages of at least this severity to a syslog server, as those
// of a facility. The error is [errTooManyServers].
func (l *Log) SetServer(to netip.AddrPort, f Facility, s Severity) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := l.server(to); i >= 0 {
		l.servers[i].severity = s
		l.servers[i].facility.Store(uint32(f))
		return nil
	}
	switch {
	case len(l.servers) >= maxServers:
		return errTooManyServers
	case l.closed:
		return nil
	}
	l.servers = append(l.servers, l.start(Destination{Kind: Syslog, Server: to, Facility: f, Severity: s}, &serverSink{log: l, to: to}))
	slices.SortFunc(l.servers, compareServers)
	return nil
}

// RemoveServer ends the sending to a syslog server, or, if port is 0, to all at
// the address. The error is [errNoServer].
func (l *Log) RemoveServer(addr netip.Addr, port uint16) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.servers)
	l.servers = slices.DeleteFunc(l.servers, func(o *outlet) bool {
		gone := o.to.Server.Addr() == addr && (port == 0 || o.to.Server.Port() == port)
		if gone {
			o.end()
		}
		return gone
	})
	if len(l.servers) == n {
		return errNoServer
	}
	return nil
}

func (l *Log) server(to netip.AddrPort) int {
	return slices.IndexFunc(l.servers, func(o *outlet) bool { return o.to.Server == to })
}

// Attach shows the messages for consoles on w, a line each, until detach is
// called. A writer that blocks delays only itself, and [Log.Close], which waits
// for its last line.
func (l *Log) Attach(w io.Writer) (detach func()) { return l.attach(Console, w) }

// Monitor is Attach for a session that sees every message, whatever goes to consoles.
func (l *Log) Monitor(w io.Writer) (detach func()) { return l.attach(Monitor, w) }

func (l *Log) attach(k Kind, w io.Writer) (detach func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return func() {}
	}
	severity := Debug
	if k == Console {
		severity = l.console.Severity
	}
	o := l.start(Destination{Kind: k, Severity: severity}, &screenSink{log: l, w: w})
	l.screens = append(l.screens, o)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if i := slices.Index(l.screens, o); i >= 0 {
			l.screens = slices.Delete(l.screens, i, i+1)
			o.abandon()
		}
	}
}

// start starts the worker of a destination; the caller holds mu.
func (l *Log) start(to Destination, s sink) *outlet {
	to.On = true
	o := newOutlet(to, s)
	if server, ok := s.(*serverSink); ok {
		server.facility = &o.facility
	}
	l.workers.Go(o.run)
	return o
}

// screenSink writes lines to a console.
type screenSink struct {
	log *Log
	w   io.Writer
}

func (s *screenSink) deliver(batch []Entry) (sent, failed int, again bool) {
	for i := range batch {
		if _, err := io.WriteString(s.w, batch[i].Line(s.log.Timestamps())+"\n"); err != nil {
			return i, len(batch) - i, false
		}
	}
	return len(batch), 0, false
}

func (s *screenSink) close() {}

func dialUDP(to netip.AddrPort) (io.WriteCloser, error) {
	return net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(to))
}
