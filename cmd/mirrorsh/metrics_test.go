package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const metricsToken = "0123456789abcdef0123456789abcdef"

var (
	metricsOn       = regexp.MustCompile(`mirrorsh: metrics on (127\.0\.0\.1:\d+)\n`)
	secureMetricsOn = regexp.MustCompile(`mirrorsh: secure metrics on (127\.0\.0\.1:\d+)\n`)
)

// scrapeLab starts a router with both pages.
func scrapeLab(t *testing.T, script string) (l *lab, anybody, secured string) {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(metricsToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l = startLab(t, script, "--metrics", "127.0.0.1:0", "--secure-metrics", "127.0.0.1:0", "--metrics-token", token)
	said := l.stderr.String()
	return l, "http://" + metricsOn.FindStringSubmatch(said)[1] + "/metrics", "http://" + secureMetricsOn.FindStringSubmatch(said)[1] + "/metrics"
}

// scrape returns the head and the body of an answer, less what is a moment.
func scrape(t *testing.T, url, token string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.Header.Del("Date")
	// Its length has digits of the time in it.
	a.Header.Del("Content-Length")
	head := fmt.Sprint(a.Status, a.Header, "\n")
	return a.StatusCode, head + string(body)
}

// settled scrapes until no notification waits.
func settled(t *testing.T, url string) string {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if _, text := scrape(t, url, ""); !metricPending.MatchString(text) {
			return text
		}
		if time.Now().After(deadline) {
			t.Fatal("notifications wait")
		}
	}
}

var metricPending = regexp.MustCompile(`(?m)^mirrorsh_host_notifications_pending\S* [1-9]`)

var metricMoments = regexp.MustCompile(`(?m)^(mirrorsh_(?:start|snmp_engine)_time_seconds\S*) \S+$`)

// TestMetricsTellNothing: what anybody scrapes of a process is the same beside a
// secure side that is large, busy and scraped itself.
func TestMetricsTellNothing(t *testing.T) {
	// As many digits as a time has are its own.
	fixed := func(text string) string { return metricMoments.ReplaceAllString(text, "$1 MOMENT") }
	const logins = "virtual-router default\ntest subscriber login ann ip-address 10.0.0.6 interface fastEthernet 1/0\nlogout subscriber all\n"
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	ordinary := strings.ReplaceAll(ordinaryState, "udp-port 9", fmt.Sprint("udp-port ", sink.LocalAddr().(*net.UDPAddr).Port))
	_, empty, _ := scrapeLab(t, ordinary+"end\n"+strings.Repeat(logins, 20))
	_, busy, busySecured := scrapeLab(t, ordinary+"end\nvirtual-router default\n"+secureState+"end\n"+strings.Repeat(logins, 20))
	for range 3 {
		if status, text := scrape(t, busySecured, metricsToken); status != http.StatusOK || !strings.Contains(text, "go_goroutines ") ||
			!regexp.MustCompile(`mirrorsh_notifications_received_total\{origin="local",side="secure",virtual_router="default"\} [1-9]`).MatchString(text) {
			t.Errorf("status %d: %.200s", status, text)
		}
		a, b := settled(t, empty), settled(t, busy)
		if d := cmp.Diff(fixed(a), fixed(b)); d != "" {
			t.Errorf("the page differs: %s", d)
		}
	}
}

// TestMetricsAfterReload: the pages are at the same addresses, of the next router;
// who asks meanwhile waits.
func TestMetricsAfterReload(t *testing.T) {
	l, anybody, secured := scrapeLab(t, "show clock\n")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	o, err := l.login(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	if status, _ := scrape(t, secured, "wrong"); status != http.StatusUnauthorized {
		t.Errorf("status %d", status)
	}
	if _, text := scrape(t, anybody, ""); !strings.Contains(text, "\nmirrorsh_operators 1\n") || !strings.Contains(text, `mirrorsh_snmp_engine_boots{virtual_router="default"} 1`) {
		t.Errorf("before: %.500s", text)
	}
	if _, err := io.WriteString(o.in, "enable 15\rreload\ry\r"); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		_, text := scrape(t, anybody, "")
		if strings.Contains(text, `mirrorsh_snmp_engine_boots{virtual_router="default"} 2`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("after: %.500s", text)
		}
	}
	if status, text := scrape(t, secured, metricsToken); status != http.StatusOK || !strings.Contains(text, `mirrorsh_secure_metrics_requests_total{token="wrong"} 0`) {
		t.Errorf("status %d: %.200s", status, text)
	}
	if status := l.stop(); status != 0 {
		t.Errorf("status %d: %s", status, l.stderr.String())
	}
}

// TestMetricsRefuseToStart: what is wrong with addresses and token is said.
func TestMetricsRefuseToStart(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	state := filepath.Join(dir, "state")
	mirrorsh(t, 0, "show clock\n", "--state", state)
	if err := os.MkdirAll(filepath.Join(state, "files"), 0o700); err != nil {
		t.Fatal(err)
	}
	inside := file("state/files/token", metricsToken, 0o600)
	for what, c := range map[string]struct {
		status int
		args   []string
		says   string
	}{
		"address":     {4, []string{"--metrics", "127.0.0.1:99999"}, "metrics on 127.0.0.1:99999: invalid port: give --metrics another address, or off"},
		"no token":    {2, []string{"--secure-metrics", "127.0.0.1:0"}, "--secure-metrics needs --metrics-token FILE: see --help"},
		"open token":  {4, []string{"--secure-metrics", "127.0.0.1:0", "--metrics-token", file("open", metricsToken, 0o644)}, "--metrics-token: " + filepath.Join(dir, "open") + " has mode 0644: others must not read or write it (chmod 600)"},
		"short token": {4, []string{"--secure-metrics", "127.0.0.1:0", "--metrics-token", file("short", "secret", 0o600)}, "has no token"},
		"inside":      {4, []string{"--state", state, "--secure-metrics", "127.0.0.1:0", "--metrics-token", inside}, "operators of the router may read it"},
		"off":         {0, []string{"--metrics", "off", "--secure-metrics", "off"}, ""},
	} {
		_, stderr := mirrorsh(t, c.status, "", append(c.args, "-c", "show clock")...)
		if !strings.Contains(stderr, c.says) || strings.Contains(stderr, metricsToken) {
			t.Errorf("%s: standard error %q", what, stderr)
		}
	}
}
