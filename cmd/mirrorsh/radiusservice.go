package main

import (
	"context"
	"log/slog"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/trapcore/radius"
)

// radiusService takes dynamic requests at the ports that are configured.
type radiusService struct {
	*machine
	server *radius.Server  // nil: not started
	left   radius.Handover // by the router before
}

func (s *radiusService) Name() string { return "radius" }

// Open opens nothing: which ports there are, the configuration says.
func (s *radiusService) Open(context.Context, *cli.Shell) error { return nil }

// Start opens the ports. The router goes on trying one that is taken.
func (s *radiusService) Start(_ context.Context, shell *cli.Shell) {
	s.server = shell.Router.RADIUS()
	s.server.Take(s.left)
	s.left = radius.Handover{}
	if err := s.server.Open(); err != nil {
		slog.Warn("dynamic requests", "error", err)
	}
}

func (s *radiusService) Addrs() (addrs []string) {
	if s.server == nil {
		return nil
	}
	for _, port := range s.server.Ports() {
		addrs = append(addrs, netip.AddrPortFrom(s.radius, port).String())
	}
	return addrs
}

func (s *radiusService) Stop() { s.left = s.server.Leave() }

func (s *radiusService) Close() { s.left.Close() }
