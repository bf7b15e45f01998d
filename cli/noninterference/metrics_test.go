package noninterference

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mirrorsh/cli/metrics"
)

// bearer is the token of the page that has the secure side.
const bearer = "0123456789abcdef"

// token is bearer as the product reads it.
func (w *twin) token() metrics.Token {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(bearer+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	token, err := metrics.ReadToken(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// get is the answer to a request, all of it.
func get(h http.Handler, method, path, authorization string) string {
	r := httptest.NewRequest(method, path, nil)
	if r.RemoteAddr = manager.String() + ":9"; authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return fmt.Sprintf("%d %v\n%s", w.Code, w.Result().Header, w.Body)
}

// pages are what Prometheus may be led to.
var pages = map[string]func(w *twin) http.Handler{
	"anybody": func(w *twin) http.Handler { return w.page },
	"secured": func(w *twin) http.Handler { return w.secured },
	"fleet":   func(w *twin) http.Handler { return w.fleet },
}

// scraped compares what Prometheus finds at all addresses without the token.
func (p *pair) scraped() error {
	p.t.Helper()
	for _, r := range []struct{ page, method, path, authorization string }{
		{"anybody", http.MethodGet, metrics.Path, ""},
		{"anybody", http.MethodGet, metrics.Path, "Bearer " + bearer},
		{"anybody", http.MethodGet, "/", ""},
		{"anybody", http.MethodPost, metrics.Path, ""},
		{"fleet", http.MethodGet, metrics.Path, ""},
		{"secured", http.MethodGet, metrics.Path, ""},
		{"secured", http.MethodGet, "/", "Bearer wrong"},
		{"secured", http.MethodGet, metrics.Path, "Basic " + bearer},
	} {
		p.did("%s %s %s %q", r.page, r.method, r.path, r.authorization)
		var text [2]string
		for i, w := range p.twins() {
			if text[i] = get(pages[r.page](w), r.method, r.path, r.authorization); w.plant.page != nil && r.page == "anybody" {
				text[i] = w.plant.page(w, text[i])
			}
		}
		p.settle() // wrong tokens are alerts
		if err := p.differs("metrics", text[0], text[1]); err != nil {
			return err
		}
		if err := p.emitted(); err != nil {
			return err
		}
	}
	return nil
}

// noiseMetrics asks for the page of the secure side, with its token.
func (p *pair) noiseMetrics() {
	p.t.Helper()
	if got := get(p.busy.secured, http.MethodGet, metrics.Path, "Bearer "+bearer); !strings.HasPrefix(got, "200 ") || !strings.Contains(got, "mirrorsh_mirror_rules ") {
		p.t.Fatalf("the page of the secure side: %.200s", got)
	}
}

// TestMetrics: what is scraped of a router is the same while the secure side sends,
// mirrors and is scraped itself.
func TestMetrics(t *testing.T) {
	t.Parallel()
	p := newPair(t, 14, plant{})
	for i := range 8 {
		for range 3 {
			p.noise()
		}
		if err := p.give(i%len(kinds), "show version\nconfigure terminal\nhostname h\nend"); err != nil {
			t.Fatal(err)
		}
		if err := p.scraped(); err != nil {
			t.Fatal(err)
		}
	}
	page := get(p.empty.page, http.MethodGet, metrics.Path, "") + get(p.empty.fleet, http.MethodGet, metrics.Path, "")
	for _, want := range []string{"mirrorsh_host_notifications_sent_total{", "mirrorsh_host_notifications_sent_total ", "mirrorsh_subscribers", "mirrorsh_fleet_routers", "mirrorsh_snmp_in_pkts_total"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %.100s", want, page)
		}
	}
	for _, not := range []string{"mirror_", "secure", "side=", "go_", "process_", "promhttp_"} {
		for line := range strings.Lines(page) {
			if strings.Contains(line, not) && !strings.Contains(line, "build_info") {
				t.Errorf("%s in the page for anybody: %s", not, line)
			}
		}
	}
}
