package metrics

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// TestServe: requests are answered one a connection; at the end those that run are
// waited for, and no more are served.
func TestServe(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/slow" {
				entered <- struct{}{}
				<-leave
			}
			_, _ = io.WriteString(w, "done")
		}))
	}()
	ask := func(path string) string {
		resp, err := http.Get("http://" + l.Addr().String() + path)
		if err != nil {
			return err.Error()
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return fmt.Sprint(resp.StatusCode, resp.Close, string(text))
	}
	if got := ask("/"); got != "200 truedone" {
		t.Error(got)
	}
	slow := make(chan string, 1)
	go func() { slow <- ask("/slow") }()
	<-entered
	stop()
	select {
	case err := <-served:
		t.Fatalf("it ends while a request runs: %v", err)
	default:
	}
	close(leave)
	if got := <-slow; got != "200 truedone" {
		t.Error(got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if got := ask("/"); !strings.Contains(got, "refused") {
		t.Error(got)
	}
}

// TestServeFails: a listener that fails by itself is an error, and all has ended.
func TestServeFails(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Serve(t.Context(), l, http.NotFoundHandler()); err == nil {
		t.Error("no error")
	}
}
