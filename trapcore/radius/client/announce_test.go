package client

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2866"
)

// statuses are the Acct-Status-Types that a peer has seen, without repetitions.
func (p *peer) statuses(t *testing.T) string {
	t.Helper()
	var all []string
	var last []byte
	for _, b := range p.seen() {
		packet, err := radius.Parse(b, []byte(key))
		if err != nil || !radius.IsAuthenticRequest(b, []byte(key)) {
			t.Fatalf("%x: %v", b, err)
		}
		if !slices.Equal(b, last) {
			all = append(all, strings.TrimPrefix(rfc2866.AcctStatusType_Get(packet).String(), "Accounting-"))
		}
		last = b
	}
	return strings.Join(all, " ")
}

func status(s rfc2866.AcctStatusType) (r Request) {
	r.Attributes.Add(rfc2866.AcctStatusType_Type, radius.NewInteger(uint32(s)))
	return r
}

// TestAnnounced: servers are told when the first of them can be and before the last one
// is gone, once each, and before and after all records of sessions.
func TestAnnounced(t *testing.T) {
	account := func(_ int, request []byte) [][]byte {
		return [][]byte{answerTo(request, radius.CodeAccountingResponse, key)}
	}
	type step = func(*testing.T, *Client, *peer)
	start := func(t *testing.T, c *Client, _ *peer) {
		if _, err := c.Account(t.Context(), func() Request { return status(rfc2866.AcctStatusType_Value_Start) }); err != nil {
			t.Error(err)
		}
	}
	change := func(f func(*Server)) func(*testing.T, *Client, *peer) {
		return func(t *testing.T, c *Client, _ *peer) {
			if err := c.Change(Accounting, loopback, f); err != nil {
				t.Error(err)
			}
		}
	}
	add := func(t *testing.T, c *Client, p *peer) {
		if err := c.Add(Accounting, loopback); err != nil {
			t.Error(err)
		}
		change(func(s *Server) { s.Port, s.Timeout, s.Retry = p.port(), 20*time.Second, 0 })(t, c, p)
	}
	setKey := change(func(s *Server) { s.Key = key })
	port := func(n uint16) step {
		return func(t *testing.T, c *Client, p *peer) {
			change(func(s *Server) { s.Port = cmp.Or(n, p.port()) })(t, c, p)
		}
	}
	noKey := change(func(s *Server) { s.Key = "" })
	remove := func(t *testing.T, c *Client, _ *peer) {
		if err := c.Remove(Accounting, loopback); err != nil {
			t.Error(err)
		}
	}
	leave := func(t *testing.T, c *Client, _ *peer) { c.Leave(t.Context()) }
	enter := func(_ *testing.T, c *Client, _ *peer) { c.Enter(status(rfc2866.AcctStatusType_Value_AccountingOn)) }
	for _, tt := range []struct {
		name   string
		refuse bool // nothing is accounted for yet
		answer func(int, []byte) [][]byte
		steps  []step
		want   string
	}{
		{"no key", false, account, []step{add, leave, remove}, ""},
		{"a session", false, account, []step{add, setKey, start, leave}, "On Start Off"},
		{"twice", false, account, []step{add, setKey, setKey, leave, leave, remove}, "On Off"},
		{"removed", false, account, []step{add, setKey, start, remove}, "On Start Off"},
		{"without its key", false, account, []step{add, setKey, noKey, leave}, "On Off"},
		{"back again", false, account, []step{add, setKey, remove, add, setKey, leave}, "On Off On Off"},
		{"its port comes after its key", false, account, []step{add, port(9), setKey, port(0), start, leave}, "On Start Off"},
		{"another port", false, account, []step{add, setKey, start, port(9), port(0), start, leave}, "On Start Start Off"},
		{"a silent one", false, silent, []step{add, setKey, leave}, "On Off"},
		{"nothing to announce", true, account, []step{add, setKey, start, leave}, "Start"},
		{"later", true, account, []step{add, setKey, enter, start, leave}, "On Start Off"},
		{"later, twice", true, account, []step{add, setKey, enter, start, enter, leave, leave}, "On Start Off"},
		{"later, and removed", true, account, []step{add, setKey, enter, start, remove}, "On Start Off"},
		{"later, before there is a key", true, account, []step{add, enter, leave}, ""},
		{"known", false, account, []step{add, setKey, start, enter, leave}, "On Start Off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPeer(t, "127.0.0.1", tt.answer)
			c := New(Options{Announce: func(on bool) (Request, bool) {
				if on {
					return status(rfc2866.AcctStatusType_Value_AccountingOn), !tt.refuse
				}
				return status(rfc2866.AcctStatusType_Value_AccountingOff), true
			}})
			defer c.Close()
			for _, do := range tt.steps {
				do(t, c, p)
			}
			waitFor(t, func() bool { return p.statuses(t) == tt.want || len(p.seen()) > len(tt.steps) })
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			if got := p.statuses(t); got != tt.want {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}

// TestLeaveInTime: a server that has answered is waited for, up to an end.
func TestLeaveInTime(t *testing.T) {
	p := newPeer(t, "127.0.0.1", func(n int, request []byte) [][]byte {
		if n > 0 {
			return nil
		}
		return [][]byte{answerTo(request, radius.CodeAccountingResponse, key)}
	})
	c := newClient(t, Options{Announce: func(bool) (Request, bool) { return status(rfc2866.AcctStatusType_Value_AccountingOff), true }}, Accounting, p)
	c.groups[Accounting].servers[0].Timeout, c.announced.on = time.Hour, true
	if _, err := c.Account(t.Context(), func() Request { return status(rfc2866.AcctStatusType_Value_Start) }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	c.Leave(ctx)
	if ctx.Err() == nil {
		t.Error("it was not waited for")
	}
}
