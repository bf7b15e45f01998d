package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"mirrorsh/cli"
	"mirrorsh/cli/metrics"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore/state"
)

// metricsPage is a page for Prometheus, and a row of the services.
type metricsPage struct {
	name string
	flag string // that sets its address
	addr string // "" or off: none
	// check is called before the page is first served; nil: nothing can be wrong.
	check   func() error
	handler func(sh *cli.Shell) http.Handler
}

// metricsService serves one page.
type metricsService struct {
	*machine
	metricsPage
	listener net.Listener // nil: off, or not open yet
	serving  sync.WaitGroup
	lease    *lease // of the page that is served, or was last
}

func (s *metricsService) Name() string { return s.name }

func (s *metricsService) Open(ctx context.Context, _ *cli.Shell) error {
	if s.listener != nil || s.addr == "" || s.addr == off {
		return nil
	}
	if s.check != nil {
		if err := s.check(); err != nil {
			return err
		}
	}
	l, err := remote.Listen(ctx, s.addr)
	if err != nil {
		return &listenError{s.name, s.addr, s.flag, err}
	}
	s.listener = l
	return nil
}

func (s *metricsService) Start(ctx context.Context, shell *cli.Shell) {
	if s.listener == nil {
		return
	}
	handler := s.handler(shell)
	s.lease = newLease(ctx, s.listener, s.lease)
	s.serving.Go(func() {
		if err := metrics.Serve(ctx, remote.Bound(s.lease), handler); err != nil {
			slog.Error(s.name+" are no longer served", "error", err)
		}
	})
}

func (s *metricsService) Addrs() []string {
	if s.listener == nil {
		return nil
	}
	return []string{s.listener.Addr().String()}
}

func (s *metricsService) Stop() {
	s.serving.Wait()
	if s.lease != nil {
		s.lease.end()
	}
}

func (s *metricsService) Close() {
	if s.listener == nil {
		return
	}
	_ = s.listener.Close() // who is not accepted yet is turned away
	if s.lease != nil && s.lease.late != nil {
		_ = s.lease.late.Close()
	}
}

// metrics is the page for anybody.
func (m *machine) metrics() metricsPage {
	return metricsPage{name: "metrics", flag: "--metrics", addr: m.metricsAt, handler: metrics.Ordinary}
}

var errTokenInside = errors.New("it is in the state directory, where operators of the router may read it: name another file")

// secureMetrics is the page of both sides, for who has the token.
func (m *machine) secureMetrics() metricsPage {
	var token metrics.Token
	return metricsPage{
		name: "secure metrics", flag: "--secure-metrics", addr: m.secureMetricsAt,
		check: func() (err error) {
			if dir, ok := m.store.(*state.Dir); ok {
				inside, err := isInside(m.metricsToken, dir.Path(""))
				if err == nil && inside {
					err = fmt.Errorf("%s: %w", m.metricsToken, errTokenInside)
				}
				if err != nil {
					return fmt.Errorf("--metrics-token: %w", err)
				}
			}
			if token, err = metrics.ReadToken(m.metricsToken); err != nil {
				return fmt.Errorf("--metrics-token: %w", err)
			}
			return nil
		},
		handler: func(sh *cli.Shell) http.Handler { return metrics.Secure(sh, m.remotes.of(sh), token) },
	}
}
