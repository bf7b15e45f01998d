package metrics

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mirrorsh/cli"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore/side"
)

// Path is where a page is.
const Path = "/metrics"

// maxPages is how many pages are made at a time; who asks for more waits.
const maxPages = 8

// Ordinary serves the page for anybody.
func Ordinary(sh *cli.Shell) http.Handler {
	return ordinary(collector{sh, side.Clearance{}}, maxPages)
}

// Fleet serves the page for anybody of many routers: sums, and how routers
// differ. One is made at a time, since it takes as long as all their own.
func Fleet(all []*cli.Shell) http.Handler {
	return ordinary(fleet{all}, 1)
}

func ordinary(x prometheus.Collector, pages int) http.Handler {
	reg, room := registry(x), make(room, pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { room.serve(w, r, reg) })
}

// Secure serves the page of both sides, to who has the token.
func Secure(sh *cli.Shell, guard *remote.Server, token Token) http.Handler {
	x := &secured{shell: sh, guard: guard, token: token, room: make(room, maxPages), asked: prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "secure_metrics_requests_total", Help: "Requests for this page, by whether they had the token.",
	}, []string{"token"})}
	for _, verdict := range verdicts {
		x.asked.WithLabelValues(verdict)
	}
	x.process = []prometheus.Collector{x.asked, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})}
	return x
}

// registry has what a collector gives. It is one of its own: that of package
// prometheus has whatever somebody puts there.
func registry(x prometheus.Collector) *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(x)
	return reg
}

// room is for pages that are made at the same time.
type room chan struct{}

// serve serves the page of what a registry has.
func (all room) serve(w http.ResponseWriter, r *http.Request, reg *prometheus.Registry) {
	switch {
	case r.URL.Path != Path:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "405 method not allowed", http.StatusMethodNotAllowed)
		return
	}
	select {
	case all <- struct{}{}:
		defer func() { <-all }()
		promhttp.HandlerFor(reg, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}

// secured is the page behind the token.
type secured struct {
	shell   *cli.Shell
	guard   *remote.Server
	token   Token
	room    room
	asked   *prometheus.CounterVec
	process []prometheus.Collector // of what is no router's: memory, processor, requests for this page
}

// verdicts are what becomes of requests.
var verdicts = []string{missing, wrong, right}

const (
	missing = "missing"
	wrong   = "wrong"
	right   = "right"
)

// ServeHTTP is for package http to call. Nobody without the token learns which
// paths there are.
func (x *secured) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	verdict := x.verdict(r)
	x.asked.WithLabelValues(verdict).Inc()
	c := clearance(verdict)
	if !c.Sees(side.Secure) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "401 unauthorized", http.StatusUnauthorized)
		return
	}
	reg := registry(collector{x.shell, c})
	reg.MustRegister(x.process...)
	x.room.serve(w, r, reg)
}

// clearance is what a request may see: all, if it has the token.
func clearance(verdict string) side.Clearance { return side.Clear(verdict == right) }

// verdict says whether a request has the token (RFC 6750 section 2.1). A wrong one
// is a login that has failed, like a wrong password.
func (x *secured) verdict(r *http.Request) string {
	given := r.Header.Get("Authorization")
	if given == "" {
		return missing
	}
	scheme, token, _ := strings.Cut(given, " ")
	known := strings.EqualFold(scheme, "Bearer") && x.token.is(token)
	from, _ := netip.ParseAddrPort(r.RemoteAddr) // zero: somebody
	if x.guard.Prove(r.Context(), from.Addr().Unmap().WithZone(""), known) != nil {
		return wrong
	}
	return right
}
