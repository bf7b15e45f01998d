// Package tacacstest is a TACACS+ server for tests: that of tacquito, with users and
// what they may do in a few fields. Only tests import it.
package tacacstest

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	tq "github.com/facebookincubator/tacquito"
)

// Request is what a router has asked or told.
type Request struct {
	User, Port, From string
	Level            int
	Enable           bool   // an authentication for enable
	Kind             string // authentication, authorization, start or stop
	Args             []string
}

// Command is the command of an authorization or record, as it would be typed.
func (r Request) Command() string {
	var words []string
	for _, a := range r.Args {
		for _, prefix := range []string{"cmd=", "cmd-arg="} {
			if word, ok := strings.CutPrefix(a, prefix); ok && word != "" && word != "<cr>" {
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, " ")
}

// Policy is what a server knows.
type Policy struct {
	Key    string
	Users  map[string]string // passwords
	Enable map[string]string // passwords for enable
	// Denies reports whether a command is not allowed; nil: none.
	Denies func(r Request) bool
	// Level is the privilege level that a user begins at; 0: none is sent.
	Level int
}

// Server is one that runs.
type Server struct {
	Policy
	Addr     netip.AddrPort
	listener *net.TCPListener

	mu   sync.Mutex
	seen []Request
	told chan struct{} // has a place for each change of seen
}

// Start starts a server on a port of its own, until the test ends.
func Start(t testing.TB, p Policy) *Server { return StartAt(t, "127.0.0.1:0", p) }

// StartAt starts a server at an address.
func StartAt(t testing.TB, addr string, p Policy) *Server {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Policy: p, listener: l.(*net.TCPListener), told: make(chan struct{}, 1)}
	s.Addr = netip.MustParseAddrPort(l.Addr().String())
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() { _ = tq.NewServer(quiet{}, s).Serve(ctx, s.listener) })
	t.Cleanup(func() {
		cancel()
		s.Stop()
		serving.Wait()
	})
	return s
}

// Stop takes no more connections.
func (s *Server) Stop() { _ = s.listener.Close() }

// Requests returns what came, in its order.
func (s *Server) Requests(kinds ...string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Request
	for _, r := range s.seen {
		if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
			all = append(all, r)
		}
	}
	return all
}

// Records returns the accounting records.
func (s *Server) Records() []Request { return s.Requests("start", "stop") }

// Await waits until the requests of some kinds are as many.
func (s *Server) Await(ctx context.Context, n int, kinds ...string) []Request {
	for {
		if all := s.Requests(kinds...); len(all) >= n || ctx.Err() != nil {
			return all
		}
		select {
		case <-s.told:
		case <-ctx.Done():
		}
	}
}

func (s *Server) note(r Request) {
	s.mu.Lock()
	s.seen = append(s.seen, r)
	s.mu.Unlock()
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// Get implements [tq.SecretProvider].
func (s *Server) Get(context.Context, net.Addr) ([]byte, tq.Handler, error) {
	return []byte(s.Key), tq.HandlerFunc(s.handle), nil
}

func (s *Server) handle(w tq.Response, r tq.Request) {
	switch r.Header.Type {
	case tq.Authenticate:
		s.authenticate(w, r)
	case tq.Authorize:
		s.authorize(w, r)
	case tq.Accounting:
		s.account(w, r)
	}
}

func (s *Server) authenticate(w tq.Response, r tq.Request) {
	var start tq.AuthenStart
	if err := tq.Unmarshal(r.Body, &start); err != nil {
		return
	}
	enable := start.Service == tq.AuthenServiceEnable
	user := string(start.User)
	password := func(w tq.Response, r tq.Request) {
		var c tq.AuthenContinue
		if err := tq.Unmarshal(r.Body, &c); err != nil {
			return
		}
		s.note(Request{User: user, Port: string(start.Port), From: string(start.RemAddr), Level: int(start.PrivLvl), Enable: enable, Kind: "authentication"})
		status := tq.AuthenStatusFail
		known := s.Users
		if enable {
			known = s.Enable
		}
		if p, ok := known[user]; ok && p == string(c.UserMessage) {
			status = tq.AuthenStatusPass
		}
		_, _ = w.Reply(tq.NewAuthenReply(tq.SetAuthenReplyStatus(status)))
	}
	ask := func(w tq.Response) {
		w.Next(tq.HandlerFunc(password))
		_, _ = w.Reply(tq.NewAuthenReply(tq.SetAuthenReplyStatus(tq.AuthenStatusGetPass), tq.SetAuthenReplyServerMsg("Password: ")))
	}
	if user != "" {
		ask(w)
		return
	}
	w.Next(tq.HandlerFunc(func(w tq.Response, r tq.Request) {
		var c tq.AuthenContinue
		if err := tq.Unmarshal(r.Body, &c); err == nil {
			user = string(c.UserMessage)
			ask(w)
		}
	}))
	_, _ = w.Reply(tq.NewAuthenReply(tq.SetAuthenReplyStatus(tq.AuthenStatusGetUser)))
}

func (s *Server) authorize(w tq.Response, r tq.Request) {
	var a tq.AuthorRequest
	if err := tq.Unmarshal(r.Body, &a); err != nil {
		return
	}
	req := Request{User: string(a.User), Port: string(a.Port), From: string(a.RemAddr), Level: int(a.PrivLvl), Kind: "authorization", Args: texts(a.Args)}
	s.note(req)
	if s.Denies != nil && s.Denies(req) {
		_, _ = w.Reply(tq.NewAuthorReply(tq.SetAuthorReplyStatus(tq.AuthorStatusFail)))
		return
	}
	opts := []tq.AuthorReplyOption{tq.SetAuthorReplyStatus(tq.AuthorStatusPassAdd)}
	if req.Command() == "" && s.Level > 0 {
		opts = append(opts, tq.SetAuthorReplyArgs("priv-lvl="+strconv.Itoa(s.Level)))
	}
	_, _ = w.Reply(tq.NewAuthorReply(opts...))
}

func (s *Server) account(w tq.Response, r tq.Request) {
	var a tq.AcctRequest
	if err := tq.Unmarshal(r.Body, &a); err != nil {
		return
	}
	kind := "stop"
	if a.Flags.Has(tq.AcctFlagStart) {
		kind = "start"
	}
	s.note(Request{User: string(a.User), Port: string(a.Port), From: string(a.RemAddr), Level: int(a.PrivLvl), Kind: kind, Args: texts(a.Args)})
	_, _ = w.Reply(tq.NewAcctReply(tq.SetAcctReplyStatus(tq.AcctReplyStatusSuccess)))
}

func texts(args tq.Args) (all []string) {
	for _, a := range args {
		all = append(all, string(a))
	}
	return all
}

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) Infof(context.Context, string, ...any)                {}
func (quiet) Errorf(context.Context, string, ...any)               {}
func (quiet) Debugf(context.Context, string, ...any)               {}
func (quiet) Record(context.Context, map[string]string, ...string) {}
