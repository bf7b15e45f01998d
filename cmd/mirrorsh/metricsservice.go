package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

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
	tcpPort
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
	s.lend(ctx, func(l *lease) {
		if err := metrics.Serve(ctx, remote.Bound(l), handler); err != nil {
			slog.Error(s.name+" are no longer served", "error", err)
		}
	})
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
