package sshd

import (
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/sshd/internal/ssh"
)

// Bounds of what a client may ask of its session, in octets.
const (
	maxTerm    = 64          // name of a terminal
	maxCommand = cli.MaxLine // list of commands
	// maxModes is every opcode of RFC 4254 section 8 once, and the end.
	maxModes = 255*5 + 1
)

// maxRejecting is how many rejections of channels may be on their way: a client
// that asks for more, and reads none of the answers, is cut off.
const maxRejecting = 64

// serve serves a channel: one of type "session" (RFC 4254 section 6.1), on which
// start is called when the client has asked for a shell or for commands.
func (c *conn) serve(ch ssh.NewChannel, start func(*session)) {
	switch {
	case ch.ChannelType() != "session":
		c.reject(ch, ssh.UnknownChannelType, "only sessions are served")
		return
	case !c.OpenChannel():
		c.reject(ch, ssh.ResourceShortage, fmt.Sprintf("%d sessions are open on the connection", remote.MaxSessions))
		return
	}
	defer c.CloseChannel()
	channel, requests, err := ch.Accept()
	if err != nil {
		return
	}
	sess := newSession(c, channel)
	defer sess.gone()
	running := false
	// The requests end with the channel, and that with the connection.
	for req := range requests {
		granted := sess.judge(req.Type, req.Payload)
		_ = req.Reply(granted, nil)
		if sess.started && !running {
			running = true
			c.spawn(func() { start(sess) })
		}
	}
}

func (c *conn) reject(ch ssh.NewChannel, reason ssh.RejectionReason, message string) {
	defer c.rejecting.Add(-1)
	if c.rejecting.Add(1) > maxRejecting {
		_ = c.Close()
		return
	}
	_ = ch.Reject(reason, message)
}

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

// judge grants a request or refuses it, in the order in which they come: what is
// malformed, out of bounds, out of turn, or of no use here is refused. That is
// environment, signals, forwarding, subsystems, and whatever is unknown.
func (s *session) judge(kind string, payload []byte) bool {
	switch kind {
	case "pty-req":
		var p ptyRequest
		if s.terminal || s.started || ssh.Unmarshal(payload, &p) != nil || len(p.Term) > maxTerm || len(p.Modes) > maxModes {
			return false
		}
		s.terminal, s.term = true, p.Term
		s.setWindow(p.Columns, p.Rows)
		return true
	case "window-change":
		var w windowChange
		if !s.terminal || ssh.Unmarshal(payload, &w) != nil {
			return false
		}
		s.setWindow(w.Columns, w.Rows)
		return true
	case "exec":
		var e execRequest
		if s.started || ssh.Unmarshal(payload, &e) != nil || len(e.Command) > maxCommand {
			return false
		}
		s.command, s.started = e.Command, true
		return true
	case "shell":
		if s.started || len(payload) != 0 {
			return false
		}
		s.started = true
		return true
	}
	return false
}

// maxWindow is how many columns and rows a client may claim.
const maxWindow = 1 << 16

// setWindow takes a size; of a dimension that is 0, the last one holds (RFC 4254
// section 6.2).
func (s *session) setWindow(columns, rows uint32) {
	width, height := s.size()
	if columns != 0 {
		width = int(min(columns, maxWindow))
	}
	if rows != 0 {
		height = int(min(rows, maxWindow))
	}
	s.window.Store(uint64(width)<<32 | uint64(height))
}

// size returns columns and rows, 0 where unknown.
func (s *session) size() (width, height int) {
	w := s.window.Load()
	return int(w >> 32), int(w & 0xffffffff)
}
