package metrics

import (
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// collector reads a router for one kind of reader.
type collector struct {
	shell *cli.Shell
	c     side.Clearance
}

// Describe tells nothing beforehand: what there is, is configured.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect is for package prometheus to call.
func (x collector) Collect(out chan<- prometheus.Metric) {
	page{x.c, metrics(out)}.whole(x.shell)
}

// whole adds all that the reader sees of a router.
func (p page) whole(sh *cli.Shell) {
	p.router(sh)
	for _, v := range sh.Router.VirtualRouters() {
		p.virtualRouter(v)
		p.traps(v)
		p.dynamicRequests(sh.Router, v)
		p.radiusServers(v)
	}
	p.tacacs(sh.Router.TACACS(), side.Ordinary)
	if s, ok := sh.Router.Secure(p.c); ok {
		p.tacacs(s.TACACS(), side.Secure)
		p.mirroring(s)
	}
}

const inRouter = "virtual_router"

var (
	buildInfo = each("build_info", "1, for the software that runs.", "version", "goversion")
	info      = each("router_info", "1, for the name of the router and its chassis.", "hostname", "model")
	started   = each("start_time_seconds", "When the router came up, by its own clock, in seconds since 1970.")
	operators = gauge("operators", "Sessions of operators, console and scripts included.")

	boots       = each("snmp_engine_boots", "snmpEngineBoots of SNMP-FRAMEWORK-MIB.", inRouter)
	engineTime  = each("snmp_engine_time_seconds", "snmpEngineTime of SNMP-FRAMEWORK-MIB.", inRouter)
	interfaces  = gauge("interfaces", "Interfaces that exist, up or down.", inRouter)
	subscribers = gauge("subscribers", "Subscribers that are logged in.", inRouter)
	reportsSent = counter("snmp_reports_sent_total", "Reports sent, by the counter that they tell.", inRouter, "counter")
	stats       = statFamilies()
)

// statFamilies are the counters of the SNMP engine by the names of their objects.
func statFamilies() []*family {
	all := make([]*family, len(snmp.AllStats()))
	for _, st := range snmp.AllStats() {
		name := strings.ReplaceAll(st.String(), "SecLevel", "SecurityLevel") // sec is a unit, by convention
		all[st] = counter(snake(name)+"_total", st.String()+" of the SNMP engine.", inRouter)
	}
	return all
}

// snake writes snmpInPkts as snmp_in_pkts, and usmStatsUnknownEngineIDs as
// usm_stats_unknown_engine_ids.
func snake(name string) string {
	var b strings.Builder
	for i := range len(name) {
		big := func(i int) bool { return i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
		if i > 0 && big(i) && (!big(i-1) || i+2 < len(name) && !big(i+1)) {
			b.WriteByte('_')
		}
		b.WriteByte(name[i])
	}
	return strings.ToLower(b.String())
}

// router adds what is one for all virtual routers.
func (p page) router(sh *cli.Shell) {
	r := sh.Router
	p.add(buildInfo, 1, r.Release().Version, runtime.Version())
	p.add(info, 1, r.Hostname(), r.Model().Name)
	p.add(started, seconds(sh.Started()))
	p.add(operators, float64(len(sh.Access().Users())))
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func (p page) virtualRouter(v *trapcore.VirtualRouter) {
	stamp := v.EngineTime()
	p.add(boots, float64(stamp.Boots), v.Name())
	p.add(engineTime, float64(stamp.Time), v.Name())
	p.add(interfaces, float64(v.Network().InterfaceCount()), v.Name())
	p.add(subscribers, float64(v.Network().SubscriberCount()), v.Name())
	c := v.Agent().As(p.c).Counters()
	for _, st := range snmp.AllStats() {
		p.add(stats[st], float64(c.Values[st]), v.Name())
		if n := c.Reports[st]; n > 0 {
			p.add(reportsSent, float64(n), v.Name(), st.String())
		}
	}
}
