package metrics

import (
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

var (
	dynamicStrangers = counter("radius_dynamic_requests_invalid_clients_total", "Packets from addresses that may make no dynamic requests.", inRouter)
	dynamicMalformed = counter("radius_dynamic_requests_malformed_total", "Packets of a client that are no dynamic request, by what is wrong.", inRouter, "client", "reason")
	dynamicRequests  = counter("radius_dynamic_requests_total", "Dynamic requests of a client, by type and by what became of them.", inRouter, "client", "type", "outcome")

	radiusRequests  = counter("radius_requests_total", "Requests to a RADIUS server, without retransmissions.", inRouter, "kind", "server")
	radiusRetries   = counter("radius_retransmissions_total", "Requests that a RADIUS server was sent again.", inRouter, "kind", "server")
	radiusTimeouts  = counter("radius_timeouts_total", "Requests to a RADIUS server that were given up.", inRouter, "kind", "server")
	radiusPending   = gauge("radius_requests_pending", "Requests that wait for the answer of a RADIUS server.", inRouter, "kind", "server")
	radiusAnswers   = counter("radius_answers_total", "Authentic answers of a RADIUS server, by type.", inRouter, "kind", "server", "type")
	radiusDiscarded = counter("radius_answers_discarded_total", "Answers of a RADIUS server that count for nothing, by reason.", inRouter, "kind", "server", "reason")
	radiusRoundTrip = each("radius_round_trip_seconds", "How long the answer that came last took.", inRouter, "kind", "server")

	tacacsRequests = counter("tacacs_requests_total", "Requests to a TACACS+ server, by kind and by what became of them.", "kind", "server", "outcome")
)

// dynamicRequests adds what became of the requests that RADIUS clients make.
func (p page) dynamicRequests(r *trapcore.Router, v *trapcore.VirtualRouter) {
	vr, st := v.Name(), r.RADIUS().Statistics(v.Name(), p.c, false)
	if len(st.Clients) > 0 {
		p.add(dynamicStrangers, float64(st.InvalidClients), vr)
	}
	for i := range st.Clients {
		c := &st.Clients[i]
		address := c.Address.String()
		p.add(dynamicMalformed, float64(c.UnknownTypes), vr, address, "unknown_type")
		p.add(dynamicMalformed, float64(c.NoSecret), vr, address, "no_secret")
		p.add(dynamicMalformed, float64(c.BadLengths), vr, address, "bad_length")
		p.dynamicCounters(vr, address, "disconnect", &c.Disconnect)
		p.dynamicCounters(vr, address, "coa", &c.CoA)
		if c.Mirroring != nil {
			p.dynamicCounters(vr, address, "mirroring", c.Mirroring)
		}
	}
}

func (p page) dynamicCounters(vr, address, kind string, c *radius.Counters) {
	p.add(dynamicRequests, float64(c.Accepts), vr, address, kind, "accepted")
	p.add(dynamicRequests, float64(c.Rejects), vr, address, kind, "rejected")
	p.add(dynamicRequests, float64(c.BadAuthenticators), vr, address, kind, "bad_authenticator")
	p.add(dynamicRequests, float64(c.Dropped), vr, address, kind, "dropped")
	p.add(dynamicRequests, float64(c.Retransmissions), vr, address, kind, "retransmission")
}

// radiusServers adds what the RADIUS servers were asked and have answered.
func (p page) radiusServers(v *trapcore.VirtualRouter) {
	for _, k := range []client.Kind{client.Authentication, client.Accounting} {
		all, _ := v.RADIUSServers().Statistics(k, false)
		for i := range all {
			st := &all[i]
			at := []string{v.Name(), k.String(), st.Address.String()}
			with := func(more string) []string { return append(at[:len(at):len(at)], more) }
			p.add(radiusRequests, float64(st.Requests), at...)
			p.add(radiusRetries, float64(st.Retransmissions), at...)
			p.add(radiusTimeouts, float64(st.Timeouts), at...)
			p.add(radiusPending, float64(st.Pending), at...)
			p.add(radiusRoundTrip, st.RoundTrip.Seconds(), at...)
			if k == client.Authentication {
				p.add(radiusAnswers, float64(st.Answers.Accepts), with("accept")...)
				p.add(radiusAnswers, float64(st.Answers.Rejects), with("reject")...)
				p.add(radiusAnswers, float64(st.Answers.Challenges), with("challenge")...)
			} else {
				p.add(radiusAnswers, float64(st.Accounted.Responses.All()), with("response")...)
			}
			p.add(radiusDiscarded, float64(st.Malformed), with("malformed")...)
			p.add(radiusDiscarded, float64(st.BadAuthenticators), with("bad_authenticator")...)
			p.add(radiusDiscarded, float64(st.UnknownTypes), with("unknown_type")...)
			p.add(radiusDiscarded, float64(st.Dropped), with("dropped")...)
		}
	}
}

// tacacs adds what TACACS+ servers were asked on a side.
func (p page) tacacs(c *tacacs.Client, of side.Side) {
	for _, s := range c.Servers() {
		n := c.Counters(s.Address)
		for _, k := range []struct {
			name string
			of   tacacs.Counts
		}{{"authentication", n.Authentication}, {"authorization", n.Authorization}, {"accounting", n.Accounting}} {
			p.addOf(of, tacacsRequests, float64(k.of.Replies), k.name, s.Address.String(), "replied")
			p.addOf(of, tacacsRequests, float64(k.of.Silent), k.name, s.Address.String(), "silent")
			p.addOf(of, tacacsRequests, float64(k.of.Errors), k.name, s.Address.String(), "error")
		}
	}
}
