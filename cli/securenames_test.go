package cli

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// mentions reports whether a name is in a text, on its own.
func mentions(text, name string) bool {
	for from := 0; name != "" && from <= len(text); {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(name):])
		if !wordRune(before) && !wordRune(after) {
			return true
		}
		from += i + 1
	}
	return false
}

// TestStanding: what is given out of a text are all names that are mentioned in it.
func TestStanding(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	random := func(most int) string {
		var b strings.Builder
		for range rng.IntN(most + 1) {
			b.WriteString([]string{"a", "b", "7", ".", "@", " ", "\u00fc", "\u2026", "\xfc", "\x80"}[rng.IntN(10)])
		}
		return b.String()
	}
	for range 20_000 {
		texts := []string{random(8), random(4)}
		all := slices.Collect(standing(texts))
		for range 20 {
			name := random(3)
			want := slices.ContainsFunc(texts, func(s string) bool { return mentions(s, name) })
			if got := slices.Contains(all, name); got != want {
				t.Fatalf("%q in %q: %v, want %v", name, texts, got, want)
			}
		}
		for _, name := range all {
			if !mentions(texts[0], name) && !mentions(texts[1], name) {
				t.Fatalf("%q is not mentioned in %q", name, texts)
			}
		}
	}
	n := 0
	for range standing([]string{strings.Repeat(".", 4*network.MaxValue)}) {
		n++
	}
	if most := 4 * network.MaxValue * network.MaxValue; n > most {
		t.Errorf("%d parts of a text", n)
	}
}

// newSecretive is a shell of a router that has nothing yet, and what ends the test at an
// error.
func newSecretive(t *testing.T) (sh *Shell, must func(error)) {
	must = func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	must(err)
	t.Cleanup(func() { must(r.Close()) })
	return &Shell{Options: Options{Router: r}}, must
}

// TestSecureInCrowd: the log asks for the names in a command, however many subscribers
// are mirrored.
func TestSecureInCrowd(t *testing.T) {
	sh, must := newSecretive(t)
	r := sh.Router
	x, _ := r.Secure(keeper(side.Secure))
	vr := r.Default().Network()
	must(x.Mirror().CreatePolicyList(mirror.IP, "everybody"))
	must(x.Mirror().SetRule(vr, mirror.CallingStationID, "6175551212", mirror.IP, "everybody"))
	logins := 0
	login := func(n int) {
		for range n {
			logins++
			must(vr.Login(network.Subscriber{Name: fmt.Sprint("sub", logins), CallingStationID: "6175551212"}, nil))
		}
	}
	cost := func() float64 {
		return testing.AllocsPerRun(5, func() {
			for _, c := range []struct {
				text string
				want bool
			}{{"sub1", true}, {"(sub7)", true}, {"to 6175551212", true}, {"everybody", true}, {"sub", false}, {"sub1x", false}, {"0", false}} {
				if got := sh.secureIn([]string{c.text}); got != c.want {
					t.Errorf("%q: %v", c.text, got)
				}
			}
		})
	}
	login(20)
	few := cost()
	login(180)
	many := cost()
	for deadline := time.Now().Add(10 * time.Second); many > few && time.Now().Before(deadline); {
		many = cost() // beside goroutines that still have the logins to do with
	}
	if many > few {
		t.Errorf("%v allocations beside 200 mirrored subscribers, %v beside 20", many, few)
	}
	must(vr.Logout("sub7", network.UserRequest))
	if sh.secureIn([]string{"sub7"}) {
		t.Error("a subscriber that has logged out is a name of the secure side")
	}
}

// TestSecureInRouters: nor is it asked of every virtual router.
func TestSecureInRouters(t *testing.T) {
	sh, must := newSecretive(t)
	r := sh.Router
	key, err := snmp.MasterKey(snmp.SHA, "watchword1")
	must(err)
	all, made := keeper(side.Secure), 0
	cost := func(more int) float64 {
		for range more {
			made++
			v, err := r.Create(fmt.Sprint("vr", made))
			must(err)
			must(v.Users(all).SetUser(snmp.User{Name: "tap", Group: snmp.GroupMirror, Auth: snmp.SHA, AuthKey: key, Priv: snmp.AES, PrivKey: key}))
			h := notify.NewHost(netip.AddrFrom4([4]byte{127, 0, 2, byte(made)}), "tap")
			h.Version, h.Categories = snmp.Version3, mib.NewCategorySet(mib.PacketMirror)
			must(v.Traps().As(all).SetHost(h))
		}
		last := fmt.Sprint("ask 127.0.2.", made)
		return testing.AllocsPerRun(5, func() {
			if sh.secureIn([]string{"ask the desk"}) || !sh.secureIn([]string{"ask tap"}) || !sh.secureIn([]string{last}) {
				t.Error("a name is taken for another")
			}
		})
	}
	few, many := cost(4), cost(36)
	for deadline := time.Now().Add(10 * time.Second); many > few && time.Now().Before(deadline); {
		many = cost(0) // beside goroutines of hosts that still begin
	}
	if many > few {
		t.Errorf("%v allocations beside 40 virtual routers, %v beside 4", many, few)
	}
}
