package sshd

import (
	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli"
)

// Bounds of what a client may ask of its session, in octets.
const (
	MaxTerm    = 64          // name of a terminal
	MaxCommand = cli.MaxLine // list of commands
	// maxModes is every opcode of RFC 4254 section 8 once, and the end.
	maxModes = 255*5 + 1
)

// maxRejecting is how many rejections of channels may be on their way: a client
// that asks for more, and reads none of the answers, is cut off.
const maxRejecting = 64

// session serves a channel of type "session" (RFC 4254 section 6.1): one on a
// connection. The library gets to see what filter lets through.
func (s *Server) session(srv *ssh.Server, sc *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	if !c.openSession() {
		c.reject(ch)
		return
	}
	defer c.tasks.Done()
	ssh.DefaultSessionHandler(srv, sc, &filtered{NewChannel: ch, conn: c}, ctx)
}

func (c *conn) reject(ch gossh.NewChannel) {
	defer c.rejecting.Add(-1)
	if c.rejecting.Add(1) > maxRejecting {
		_ = c.Close()
		return
	}
	_ = ch.Reject(gossh.ResourceShortage, "one session per connection")
}

// filtered is a channel whose requests go through a filter.
type filtered struct {
	gossh.NewChannel
	conn *conn
}

func (f *filtered) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	ch, in, err := f.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	out := make(chan *gossh.Request)
	// It ends with the channel, and that with the connection: the library takes
	// every request, since none that is passed on makes it wait.
	f.conn.tasks.Go(func() {
		defer close(out)
		filter := filter{conn: f.conn}
		for req := range in {
			switch filter.judge(req.Type, req.Payload) {
			case pass:
				out <- req
			case grant:
				_ = req.Reply(true, nil)
			default:
				_ = req.Reply(false, nil)
			}
		}
	})
	return ch, out, nil
}

// filter judges the requests on the channel of a session, in their order.
type filter struct {
	conn    *conn
	pty     bool // a terminal was asked for
	started bool // shell or commands were
}

// verdict is what becomes of a request.
type verdict int

const (
	refuse verdict = iota
	grant          // done here
	pass           // to the library
)

// ptyRequest, windowChange and execRequest are what RFC 4254 sections 6.2, 6.7
// and 6.5 say that a request carries.
type (
	ptyRequest struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	windowChange struct{ Columns, Rows, Width, Height uint32 }
	execRequest  struct{ Command string }
)

// judge refuses what is malformed, out of bounds, out of turn, or of no use
// here: environment, signals, forwarding, subsystems, and whatever is unknown.
// The library trusts lengths and keeps all that it is sent, so that only a
// terminal and the start of a session reach it, once each. Windows, which it
// would wait for somebody to take, do not.
func (f *filter) judge(kind string, payload []byte) verdict {
	switch kind {
	case "pty-req":
		var p ptyRequest
		if f.pty || f.started || gossh.Unmarshal(payload, &p) != nil || len(p.Term) > MaxTerm || len(p.Modes) > maxModes {
			return refuse
		}
		f.pty = true
		f.conn.setWindow(p.Columns, p.Rows)
		return pass
	case "window-change":
		var w windowChange
		if !f.pty || gossh.Unmarshal(payload, &w) != nil {
			return refuse
		}
		f.conn.setWindow(w.Columns, w.Rows)
		return grant
	case "exec":
		var e execRequest
		if f.started || gossh.Unmarshal(payload, &e) != nil || len(e.Command) > MaxCommand {
			return refuse
		}
		f.started = true
		return pass
	case "shell":
		if f.started || len(payload) != 0 {
			return refuse
		}
		f.started = true
		return pass
	}
	return refuse
}
