package metrics

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Bounds of requests: how many run, how long they and their answers may take.
const (
	maxRequests = 128
	maxHeader   = 16 << 10
	readWithin  = 10 * time.Second
	writeWithin = 30 * time.Second
	stopWithin  = time.Second
)

// Serve answers requests until ctx ends; it closes l. It returns when none is
// served any more. The error is nil unless l failed by itself.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	running := make(chan struct{}, maxRequests)
	srv := &http.Server{
		ReadTimeout: readWithin, WriteTimeout: writeWithin, MaxHeaderBytes: maxHeader,
		ErrorLog:    slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case running <- struct{}{}:
				defer func() { <-running }()
			case <-r.Context().Done():
				return
			}
			if ctx.Err() == nil {
				h.ServeHTTP(w, r)
			}
		}),
	}
	srv.SetKeepAlivesEnabled(false) // so that a connection has its place no longer than its request
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if srv.Shutdown(last) != nil {
			_ = srv.Close() // who takes no answer gets none
		}
	})
	err := srv.Serve(l)
	if stop() {
		_ = srv.Close()
	} else {
		<-ended
	}
	for range maxRequests {
		running <- struct{}{} // nobody is left who has one
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
