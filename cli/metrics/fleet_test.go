package metrics

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"mirrorsh/cli"
)

// members are routers of a fleet: the last one sends an inform that nobody
// acknowledges, and has a subscriber.
func members(t *testing.T, n int, more, raise string) []*cli.Shell {
	t.Helper()
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sink.Close() })
	port := fmt.Sprint(sink.LocalAddr().(*net.UDPAddr).Port)
	var all []*cli.Shell
	for i := range n {
		options := ""
		if i == n-1 {
			options = "informs retries 10 timeout 60 "
		}
		sh := newShell(t, fmt.Sprintf(`configure terminal
snmp-server community public ro
snmp-server host 127.0.0.%d version v2c public udp-port %s %s
snmp-server enable traps snmp
radius authentication server 127.0.0.9
exit
radius accounting server 127.0.0.9
exit
tacacs-server host 127.0.0.9
radius dynamic-request server 127.0.0.9
exit
virtual-router vr%d
virtual-router default
end
`, 1+i, port, options, i)+strings.ReplaceAll(more, "PORT", port))
		sh.Router.ColdStart()
		all = append(all, sh)
	}
	run(t, all[n-1], "test subscriber login ann ip-address 10.0.0.6\n")
	for _, sh := range all[:n-1] {
		sh.Router.Drain(t.Context())
	}
	run(t, all[0], raise)
	return all
}

// TestFleet: the page of a fleet has sums, and is as long however many routers
// there are.
func TestFleet(t *testing.T) {
	all := members(t, 5, "", "show clock\n")
	problems, err := testutil.GatherAndLint(registry(fleet{all}))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	_, page := get(Fleet(all), "")
	for _, line := range []string{
		`mirrorsh_fleet_routers{state="settled"} 4`,
		`mirrorsh_fleet_routers{state="waiting"} 1`,
		`mirrorsh_host_notifications_pending 1`,
		`mirrorsh_notifications_sent_total 4`,
		`mirrorsh_notifications_received_total{origin="proxy"} 0`,
		`mirrorsh_host_notifications_discarded_total{reason="filter"} 0`,
		`mirrorsh_subscribers 1`,
		`mirrorsh_fleet_router_subscribers{quantile="0.5"} 0`,
		`mirrorsh_fleet_router_subscribers{quantile="1"} 1`,
		`mirrorsh_fleet_router_notifications_sent{quantile="0"} 0`,
		`mirrorsh_fleet_router_notifications_sent{quantile="0.5"} 1`,
		`mirrorsh_fleet_router_notifications_sent_sum 4`,
		`mirrorsh_fleet_router_notifications_sent_count 5`,
		`mirrorsh_fleet_router_notifications_pending{quantile="0.9"} 1`,
	} {
		if !strings.Contains(page, "\n"+line+"\n") {
			t.Errorf("no %s in\n%s", line, page)
		}
	}
	if n := strings.Count(page, "\nmirrorsh_build_info{"); n != 1 {
		t.Errorf("build_info: %d", n)
	}
	// What a label may be is bounded, whatever is configured.
	bounded := []string{"counter", "goversion", "kind", "origin", "outcome", "quantile", "reason", "state", "type", "version"}
	for _, m := range regexp.MustCompile(`[{,](\w+)="`).FindAllStringSubmatch(page, -1) {
		if !slices.Contains(bounded, m[1]) {
			t.Errorf("a label is %s", m[1])
		}
	}
	if _, few := get(Fleet(all[3:]), ""); strings.Count(few, "\n") != strings.Count(page, "\n") {
		t.Errorf("5 routers have\n%s, 2 have\n%s", page, few)
	}
}

var starts = regexp.MustCompile(`(?m)^(mirrorsh_start_time_seconds) \S+$`)

// TestFleetTellsNothing: the page is the same beside secure sides that are busy.
func TestFleetTellsNothing(t *testing.T) {
	const secure = `mirror-enable
configure terminal
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
snmp-server host 127.0.0.1 version v3 tap udp-port PORT packetMirror
snmp-server host 127.0.0.9 version v3 tap udp-port PORT informs retries 10 timeout 60 packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
tacacs-server secure host 127.0.0.9
end
`
	const raise = "mirror-enable\ntest mirror traps sessionStart count 3\n"
	var pages [2]string
	for i, side := range [][2]string{{"", "show clock\n"}, {secure, raise}} {
		_, page := get(Fleet(members(t, 3, side[0], side[1])), "")
		pages[i] = starts.ReplaceAllString(page, "$1 MOMENT")
	}
	if d := cmp.Diff(pages[0], pages[1]); d != "" {
		t.Errorf("the page differs: %s", d)
	}
}

// TestSpread: a quantile is the least value that so many are not above.
func TestSpread(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	for _, c := range []struct {
		values []float64
		want   map[float64]float64
	}{
		{[]float64{7}, map[float64]float64{0: 7, 0.5: 7, 0.9: 7, 0.99: 7, 1: 7}},
		{[]float64{3, 1, 2}, map[float64]float64{0: 1, 0.5: 2, 0.9: 3, 0.99: 3, 1: 3}},
		{hundred, map[float64]float64{0: 1, 0.5: 50, 0.9: 90, 0.99: 99, 1: 100}},
	} {
		if d := cmp.Diff(c.want, spread(c.values).quantiles); d != "" {
			t.Error(d)
		}
	}
}
