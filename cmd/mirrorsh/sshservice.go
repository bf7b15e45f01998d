package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/remote/sshd"
)

// defaultSSH is where serve listens unless told otherwise; off says that
// something does not listen at all.
const (
	defaultSSH = "127.0.0.1:2222"
	off        = "off"
)

const sshName = "ssh"

// sshService lets operators in.
type sshService struct {
	*machine
	listener net.Listener // nil: off, or not open yet
	hosts    []gossh.AlgorithmSigner
	keys     *sshd.Keys // nil: none
	someKeys bool
	serving  sync.WaitGroup
	lease    *lease // of the server that runs, or ran last
}

func (s *sshService) Name() string { return sshName }

func (s *sshService) Open(ctx context.Context, shell *cli.Shell) (err error) {
	addr := s.ssh
	if s.isServe {
		addr = cmp.Or(addr, defaultSSH)
	}
	if s.listener != nil || addr == "" || addr == off {
		return nil
	}
	if err := s.openKeys(); err != nil {
		return err
	}
	if s.isServe && !s.admits(shell) {
		return errNobody
	}
	if s.hosts, err = sshd.HostKeys(s.store); err != nil {
		return err
	}
	if s.listener, err = sshd.Listen(ctx, addr); err != nil {
		return &listenError{s.Name(), addr, "--ssh", err}
	}
	return nil
}

var errNobody = errors.New("nobody could log in over SSH: put a key into ~/.ssh/authorized_keys, name a file of keys with " +
	"--ssh-authorized-keys, set a password in a script (line vty 0 4, then password TEXT), or give --ssh off")

// openKeys opens the authorized keys, if there are any.
func (s *sshService) openKeys() (err error) {
	path := cmp.Or(s.sshKeys, sshd.DefaultKeys())
	if path == "" {
		return nil
	}
	s.keys, s.someKeys, err = sshd.OpenKeys(path)
	if err != nil && s.sshKeys == "" {
		slog.Warn("authorized keys are not used", "error", err)
		return nil
	}
	return err
}

// admits reports whether anybody could log in.
func (s *sshService) admits(shell *cli.Shell) bool { return s.someKeys || shell.Access().Usable() }

func (s *sshService) Start(ctx context.Context, shell *cli.Shell) {
	if s.listener == nil {
		return
	}
	if !s.admits(shell) {
		slog.Warn("SSH: nobody can log in until a vty line has a password")
	}
	server := sshd.New(sshd.Options{Shell: shell, HostKeys: s.hosts, Keys: s.keys})
	s.lease = newLease(ctx, s.listener, s.lease)
	s.serving.Go(func() {
		if err := server.Serve(ctx, s.lease); err != nil {
			slog.Error("SSH no longer listens", "error", err)
		}
	})
}

func (s *sshService) Addrs() []string {
	if s.listener == nil {
		return nil
	}
	return []string{s.listener.Addr().String()}
}

func (s *sshService) Stop() {
	s.serving.Wait()
	if s.lease != nil {
		s.lease.end()
	}
}

func (s *sshService) Close() {
	if s.listener == nil {
		return
	}
	_ = s.listener.Close() // who is not accepted yet is turned away
	if s.lease != nil && s.lease.late != nil {
		_ = s.lease.late.Close()
	}
}
