package aaa

import (
	"net/netip"
	"strings"
	"testing"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"

	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/radius/radiustest"
	"mirrorsh/trapcore/tacacs"
)

// TestRADIUS: servers decide by name and password, and what they do not answer is left
// to the next method.
func TestRADIUS(t *testing.T) {
	loopback := netip.MustParseAddr("127.0.0.1")
	port := radiustest.Serve(t, loopback, "sesame", func(r *radius.Packet, _ netip.Addr) *radius.Packet {
		code := radius.CodeAccessReject
		if rfc2865.UserName_GetString(r) == "ann" && rfc2865.UserPassword_GetString(r) == "apples" {
			code = radius.CodeAccessAccept
		}
		return r.Response(code)
	})
	a, acc, router := newAAA(t)
	servers := router.Default().RADIUSServers()
	if err := servers.Add(client.Authentication, loopback); err != nil {
		t.Fatal(err)
	}
	if err := servers.Change(client.Authentication, loopback, func(s *client.Server) { s.Port, s.Key = port, "sesame" }); err != nil {
		t.Fatal(err)
	}
	acc.SetEnable(10, 0, hash(t, "level's"))
	a.SetOn(true)
	if err := a.SetMethods(Login, 0, Default, Methods{RADIUS, Enable}); err != nil {
		t.Fatal(err)
	}
	if asks, _ := a.LoginAsks(Who{}.Line); asks != (Asks{Name: true, Password: true}) {
		t.Errorf("asks %+v", asks)
	}
	for _, tt := range []struct {
		user, password string
		want           Outcome
	}{
		{"ann", "apples", Outcome{true, RADIUS}},
		{"ann", "level's", Outcome{false, RADIUS}},
		{"eve", "apples", Outcome{false, RADIUS}},
		{"ann", strings.Repeat("x", 200), Outcome{false, RADIUS}},
	} {
		if got := a.Login(t.Context(), Who{Who: tacacs.Who{User: tt.user}}, tt.password); got != tt.want {
			t.Errorf("%s with %s: %+v, want %+v", tt.user, tt.password, got, tt.want)
		}
	}
	if err := servers.Remove(client.Authentication, loopback); err != nil {
		t.Fatal(err)
	}
	if got := a.Login(t.Context(), Who{}, "level's"); got != (Outcome{true, Enable}) {
		t.Errorf("without a server: %+v", got)
	}
}
