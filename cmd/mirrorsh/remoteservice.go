package main

import (
	"cmp"
	"context"
	"log/slog"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
)

// off is the address of what does not listen at all.
const off = "off"

// protocol is a way in for operators, and a row of the services.
type protocol struct {
	name   string // of its messages
	flag   string // that sets its address
	asked  string // address that was given, "" for none
	served string // address of serve if none was given
	nobody error  // refuses a serve that nobody could log in to
	// credentials reports whether anybody could log in without the password of a
	// line. It is called before open, once; nil: nobody could.
	credentials func() (bool, error)
	lines       func(*access.Access) bool // whether some line lets in who has none
	open        func() (remote.Transport, error)
}

// remoteService lets operators in over one protocol.
type remoteService struct {
	*machine
	protocol
	tcpPort
	transport remote.Transport
	known     bool // somebody could log in without the password of a line
}

func (s *remoteService) Name() string { return s.name }

func (s *remoteService) Open(ctx context.Context, shell *cli.Shell) (err error) {
	addr := s.asked
	if s.isServe {
		addr = cmp.Or(addr, s.served)
	}
	if s.listener != nil || addr == "" || addr == off {
		return nil
	}
	if s.credentials != nil {
		if s.known, err = s.credentials(); err != nil {
			return err
		}
	}
	if s.isServe && !s.admits(shell) {
		return s.nobody
	}
	if s.transport, err = s.open(); err != nil {
		return err
	}
	if s.listener, err = remote.Listen(ctx, addr); err != nil {
		return &listenError{s.name, addr, s.flag, err}
	}
	return nil
}

// admits reports whether anybody could log in.
func (s *remoteService) admits(shell *cli.Shell) bool {
	return s.known || s.lines(shell.Access()) || shell.AAA().LetsIn()
}

func (s *remoteService) Start(ctx context.Context, shell *cli.Shell) {
	if s.listener == nil {
		return
	}
	name := s.transport.Name()
	if !s.admits(shell) {
		slog.Warn(name + ": nobody can log in until a vty line has a password")
	}
	server := s.remotes.of(shell)
	s.lend(ctx, func(l *lease) {
		if err := server.Serve(ctx, l, s.transport); err != nil {
			slog.Error(name+" no longer listens", "error", err)
		}
	})
}

// remotes is the server of the router that runs, one for all protocols: a wrong
// password counts whichever way it comes in.
type remotes struct {
	shell  *cli.Shell
	server *remote.Server
}

func (r *remotes) of(shell *cli.Shell) *remote.Server {
	if r.shell != shell {
		r.shell, r.server = shell, remote.New(remote.Options{Shell: shell})
	}
	return r.server
}
