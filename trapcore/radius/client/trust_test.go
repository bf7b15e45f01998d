package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2866"
)

// TestMessageAuthenticator: an answer without one is not taken where one is required,
// nor of a server that has sent one before with the same key.
func TestMessageAuthenticator(t *testing.T) {
	required := func(s *Server) { s.Signed = true }
	for _, tt := range []struct {
		name     string
		change   func(*Server) // before the last answer; nil: nothing changes
		required bool          // from the first on
		answers  string        // s: signed, p: plain, for each login
		want     string        // y: taken
	}{
		{"never signed", nil, false, "ppp", "yyy"},
		{"signed once", nil, false, "psps", "yyny"},
		{"required", nil, true, "psp", "nyn"},
		{"required later", required, false, "pp", "yn"},
		{"another key", func(s *Server) { s.Key = "new key" }, false, "spp", "yny"},
		{"another port", func(s *Server) { s.Port++ }, false, "spp", "yny"},
		{"another timeout", func(s *Server) { s.Retry = 0 }, false, "spp", "ynn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()            // most of it waits
			var secret atomic.Value // string
			secret.Store(key)
			var asked atomic.Int64 // which login it is
			p := newPeer(t, "127.0.0.1", func(_ int, request []byte) [][]byte {
				if tt.answers[asked.Load()] == 's' {
					return [][]byte{signed(request, radius.CodeAccessAccept, false)}
				}
				return [][]byte{answerTo(request, radius.CodeAccessAccept, secret.Load().(string))}
			})
			c := newClient(t, Options{}, Authentication, p)
			s := c.groups[Authentication].servers[0]
			s.Retry, s.Timeout, s.Signed = 0, 20*time.Second, tt.required
			var got strings.Builder
			for n := range tt.answers {
				asked.Store(int64(n))
				if n == len(tt.answers)-1 && tt.change != nil {
					if err := c.Change(Authentication, loopback, tt.change); err != nil {
						t.Fatal(err)
					}
					secret.Store(c.Servers(Authentication)[0].Key)
					s.Port = p.port()
				}
				refused := c.stats(Authentication)[0].BadAuthenticators
				if tt.want[n] == 'n' {
					s.Timeout = 50 * time.Millisecond
				}
				_, err := c.Authenticate(context.Background(), login("joe", "x"))
				for tt.want[n] == 'n' && err != nil && c.stats(Authentication)[0].BadAuthenticators == refused {
					s.Timeout *= 2 // of a busy machine: the answer comes in it, and does not count
					_, err = c.Authenticate(context.Background(), login("joe", "x"))
				}
				got.WriteByte("ny"[bit(err == nil)])
				if err != nil && (!errors.Is(err, ErrSilent) || !strings.Contains(err.Error(), "127.0.0.1: its answers are not authentic")) {
					t.Error(err)
				}
				s.Timeout = 20 * time.Second
			}
			if got.String() != tt.want {
				t.Errorf("taken: %s, want %s", &got, tt.want)
			}
			if refused := c.stats(Authentication)[0].BadAuthenticators; refused != uint64(strings.Count(tt.want, "n")) {
				t.Errorf("%d bad authenticators", refused)
			}
		})
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestAlgorithm: who is asked first, of servers that are there and silent ones.
func TestAlgorithm(t *testing.T) {
	for _, tt := range []struct {
		roundRobin bool
		dead       int // server that is left alone, 0: none
		want       string
	}{
		{false, 0, "1111111"},
		{false, 1, "2222222"},
		{true, 0, "1231231"},
		{true, 2, "1313131"},
	} {
		t.Run(fmt.Sprint(tt.roundRobin, tt.dead), func(t *testing.T) {
			c := newClient(t, Options{}, Authentication, newPeer(t, "127.0.0.1", accept), newPeer(t, "127.0.0.2", accept), newPeer(t, "127.0.0.3", accept))
			c.SetRoundRobin(tt.roundRobin)
			if c.RoundRobin() != tt.roundRobin {
				t.Error("it is not as it was set")
			}
			if tt.dead > 0 {
				c.groups[Authentication].servers[tt.dead-1].dead = time.Now().Add(time.Hour)
			}
			got := ""
			for range tt.want {
				answer, err := c.Authenticate(context.Background(), login("joe", "x"))
				if err != nil {
					t.Fatal(err)
				}
				got += fmt.Sprint(answer.Server.Addr().As4()[3])
			}
			if got != tt.want {
				t.Errorf("asked %s, want %s", got, tt.want)
			}
		})
	}
}

// TestBackOff: how long is waited after each transmission, by what is asked.
func TestBackOff(t *testing.T) {
	for _, tt := range []struct {
		kind    Kind
		status  rfc2866.AcctStatusType
		timeout int
		want    []int // seconds
	}{
		{Authentication, 0, 3, []int{3, 3, 3, 3, 3, 3, 3}},
		{Accounting, rfc2866.AcctStatusType_Value_AccountingOn, 3, []int{3, 3, 3, 3, 3, 3, 3}},
		{Accounting, rfc2866.AcctStatusType_Value_Start, 3, []int{3, 3, 3, 3, 6, 12, 24, 48, 96, 192, 384, 768, 1000, 1000}},
		{Accounting, rfc2866.AcctStatusType_Value_Stop, 1000, []int{1000, 1000, 1000, 1000, 1000, 1000}},
		{Accounting, rfc2866.AcctStatusType_Value_InterimUpdate, 1, []int{1, 1, 1, 1, 2, 4}},
	} {
		p := &pending{server: &server{kind: tt.kind}, as: Server{Timeout: time.Duration(tt.timeout) * time.Second}, status: uint32(tt.status)}
		var got []int
		for n := range tt.want {
			got = append(got, int(p.patience(n)/time.Second))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v %v: %v, want %v", tt.kind, tt.status, got, tt.want)
		}
		if d := p.patience(MaxRetry); d < p.as.Timeout || d > MaxTimeout*time.Second {
			t.Errorf("%v %v: %v after %d retransmissions", tt.kind, tt.status, d, MaxRetry)
		}
	}
}
