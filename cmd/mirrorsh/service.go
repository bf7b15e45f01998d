package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"mirrorsh/cli"
)

// service is something of a router that listens or runs, beside its console or
// scripts. What it needs of the system it keeps from one router to the next.
type service interface {
	// Name is what its messages call it.
	Name() string
	// Open takes what the service needs of the system, for good; it does nothing
	// if it has that already or is switched off. The error says what to do.
	Open(ctx context.Context, shell *cli.Shell) error
	// Start serves a router until ctx ends; it cannot fail. What it serves ctx
	// ends, Stop waits for.
	Start(ctx context.Context, shell *cli.Shell)
	// Addrs is where the service can be reached; none if it is switched off.
	Addrs() []string
	// Stop returns when nothing is served any more.
	Stop()
	// Close gives back what Open took.
	Close()
}

// services are all that a process runs, in the order in which they start.
type services []service

// start opens what is not open yet, all before anything is served, and serves a
// router. stop ends that.
func (all services) start(ctx context.Context, shell *cli.Shell) (stop func(), err error) {
	for _, s := range all {
		if err := s.Open(ctx, shell); err != nil {
			return nil, err
		}
	}
	serving, cancel := context.WithCancelCause(ctx)
	for _, s := range all {
		s.Start(serving, shell)
	}
	return sync.OnceFunc(func() {
		cancel(context.Cause(ctx)) // sessions ask why
		for _, s := range all {
			s.Stop()
		}
	}), nil
}

func (all services) close() {
	for _, s := range all {
		s.Close()
	}
}

// say prints where services can be reached, those that which picks.
func (all services) say(which func(service) bool) {
	for _, s := range all {
		for _, addr := range s.Addrs() {
			if which(s) {
				say("%s on %s", s.Name(), addr)
			}
		}
	}
}

// say prints a line about the program.
func say(format string, a ...any) { fmt.Fprintf(os.Stderr, "mirrorsh: "+format+"\n", a...) }
