package metrics

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// script makes every family have values.
const script = `mirror-enable
configure terminal
snmp-server community public ro
snmp-server user ops group admin authentication sha passphrase privacy aes passphrase
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
snmp-server host 127.0.0.1 version v2c public udp-port 9
snmp-server host 127.0.0.1 version v3 tap udp-port PORT packetMirror
snmp-server host 127.0.0.2 version v3 ops udp-port 9
snmp-server enable traps
snmp-server enable traps packetMirror
mirror trap-enable
radius dynamic-request server 127.0.0.9
exit
radius authentication server 127.0.0.9
exit
radius accounting server 127.0.0.9
exit
tacacs-server host 127.0.0.9
virtual-router red
virtual-router default
end
test mirror traps sessionStart count 3
`

func newShell(t *testing.T, script string) *cli.Shell {
	t.Helper()
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	shell, err := cli.New(cli.Options{Router: router, Commands: command.All(), Sections: command.Sections(), Store: state.NewMemory(nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Close() })
	run(t, shell, script)
	router.Drain(t.Context())
	return shell
}

func run(t *testing.T, sh *cli.Shell, script string) {
	t.Helper()
	s := sh.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})
	defer s.Close()
	for line := range strings.Lines(script) {
		if err := s.Execute(t.Context(), strings.TrimSpace(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// tokenFile writes a file with a mode.
func tokenFile(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

const bearer = "a-token-of-a-test"

func newSecured(t *testing.T, sh *cli.Shell) *secured {
	t.Helper()
	token, err := ReadToken(tokenFile(t, bearer+"\n", 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return Secure(sh, remote.New(remote.Options{Shell: sh, Penalty: time.Nanosecond}), token).(*secured)
}

func get(h http.Handler, authorization string) (int, string) {
	r := httptest.NewRequest(http.MethodGet, Path, nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// TestPages: what the pages say, and to whom. Their names keep the conventions.
func TestPages(t *testing.T) {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	sh := newShell(t, strings.ReplaceAll(script, "PORT", fmt.Sprint(sink.LocalAddr().(*net.UDPAddr).Port)))
	x := newSecured(t, sh)
	for _, c := range []side.Clearance{{}, side.Clear(true)} {
		reg := registry(collector{sh, c})
		if c.Sees(side.Secure) {
			reg.MustRegister(x.process...)
		}
		problems, err := testutil.GatherAndLint(reg)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	_, anybody := get(Ordinary(sh), "")
	status, all := get(x, "Bearer "+bearer)
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	for line, on := range map[string]struct{ anybody, all bool }{
		`mirrorsh_host_notifications_pending{host="127.0.0.1",virtual_router="default"} 0`:                  {true, false},
		`mirrorsh_host_notifications_sent_total{host="127.0.0.1",side="secure",virtual_router="default"} 3`: {false, true},
		`mirrorsh_notifications_sent_total{side="secure",virtual_router="default"} 3`:                       {false, true},
		`mirrorsh_snmp_engine_boots{virtual_router="red"} 7`:                                                {true, true},
		`mirrorsh_mirror_traps_enabled 1`:                                                                   {false, true},
		`mirrorsh_secure_metrics_requests_total{token="right"} 1`:                                           {false, true},
		`mirrorsh_secure_metrics_requests_total{token="wrong"} 0`:                                           {false, true},
	} {
		for _, page := range []struct {
			text string
			has  bool
		}{{anybody, on.anybody}, {all, on.all}} {
			if got := strings.Contains(page.text, "\n"+line+"\n"); got != page.has {
				t.Errorf("%s is there: %v", line, got)
			}
		}
	}
	// Every family has values, but for those that need an answer.
	for _, f := range append(slices.Clone(stats), info, hostPending, dynamicRequests, radiusDiscarded, tacacsRequests, mirrorOctets, mirrorLogLost) {
		name, _, _ := strings.Cut(strings.TrimPrefix(f.plain.String(), `Desc{fqName: "`), `"`)
		if !strings.Contains(all, "\n"+name) {
			t.Errorf("no %s", name)
		}
	}
	for given, want := range map[string]int{"": 401, "Bearer": 401, "Bearer wrong-token-of-test": 401, "Basic " + bearer: 401, "bearer " + bearer: 200, "Bearer " + bearer + "x": 401} {
		if got, _ := get(x, given); got != want {
			t.Errorf("%q: status %d, want %d", given, got, want)
		}
	}
}

func TestToken(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ path, says string }{
		"right":           {tokenFile(t, bearer, 0o600), ""},
		"read only":       {tokenFile(t, bearer+"\r\n", 0o400), ""},
		"for the group":   {tokenFile(t, bearer, 0o640), "has mode 0640: others must not read or write it"},
		"for others":      {tokenFile(t, bearer, 0o602), "has mode 0602"},
		"too short":       {tokenFile(t, "short\n", 0o600), "has no token: a line of 16 to 1024"},
		"too long":        {tokenFile(t, strings.Repeat("x", 1025), 0o600), "has no token"},
		"much too long":   {tokenFile(t, strings.Repeat("x", 1<<20), 0o600), "has no token"},
		"two lines":       {tokenFile(t, bearer+"\n"+bearer+"\n", 0o600), "has no token"},
		"a blank":         {tokenFile(t, bearer+" "+bearer, 0o600), "has no token"},
		"not of ASCII":    {tokenFile(t, bearer+"ü", 0o600), "has no token"},
		"empty":           {tokenFile(t, "", 0o600), "has no token"},
		"missing":         {filepath.Join(t.TempDir(), "none"), "no such file"},
		"a directory":     {t.TempDir(), "is not a regular file"},
		"a FIFO, at once": {fifo, "is not a regular file"},
	} {
		token, err := ReadToken(c.path)
		if c.says == "" {
			if err != nil || !token.is(bearer) || token.is("") || token.is(bearer+"\n") {
				t.Errorf("%s: %v", what, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
