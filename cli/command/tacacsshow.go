package command

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/tacacs"
)

const notSet = "<NOTSET>"

// shownKey is a key as a session may see it.
func shownKey(s *cli.Session, key string) string {
	switch {
	case key == "":
		return notSet
	case s.Level() < cli.LevelSecrets:
		return grammar.Redacted
	}
	return key
}

func showTACACS(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	c := s.Router().TACACS()
	timeout := result.As(seconds(c.Timeout()), fmt.Sprint(seconds(c.Timeout())))
	if c.Timeout() == 0 {
		timeout = result.As(seconds(tacacs.DefaultTimeout), fmt.Sprintf(notSet+", built-in timeout of %d will be used", seconds(tacacs.DefaultTimeout)))
	}
	source := result.As(nil, notSet)
	if a := c.Source(); a.IsValid() {
		source = result.As(a, a.String())
	}
	r := new(result.Record).
		Line("Key = {key}", shownKey(s, c.Key())).
		Line("Timeout = {timeout}", timeout).
		Line("Source-address = {sourceAddress}", source).
		Line("TACACS+ Configuration, (*) denotes inherited").
		Part("servers", tacacsTable(s, c))
	if x, ok := s.Router().Secure(s.Clearance()); ok {
		r.Line("Servers that are told of secure commands").Part("secureServers", tacacsTable(s, x.TACACS()))
	}
	return r, nil
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

func tacacsTable(s *cli.Session, c *tacacs.Client) *result.Table {
	t := &result.Table{Columns: result.Columns("IP Address", "Tcp Port", "Timeout", "Primary", "Key", "Search Order")}
	for i, srv := range tacacs.Ordered(c.Servers()) {
		key, timeout := shownKey(s, srv.Key), seconds(cmp.Or(srv.Timeout, c.Timeout(), tacacs.DefaultTimeout))
		shown := fmt.Sprint(timeout)
		if srv.Timeout == 0 {
			shown += " (*)"
		}
		if srv.Key == "" {
			key = shownKey(s, c.Key()) + " (*)"
		}
		t.Add(srv.Address, srv.Port, result.As(timeout, shown), result.Choose(srv.Primary, "y", "n"), key, i+1)
	}
	return t
}

// tacacsCounters are the rows of the statistics, for each kind of request.
var tacacsCounters = []struct {
	name string
	of   func(tacacs.Counts) uint64
}{
	{"Requests", func(c tacacs.Counts) uint64 { return c.Requests }},
	{"Replies", func(c tacacs.Counts) uint64 { return c.Replies }},
	{"Request Timeouts", func(c tacacs.Counts) uint64 { return c.Silent }},
	{"Errors", func(c tacacs.Counts) uint64 { return c.Errors }},
}

func showTACACSStatistics(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	a := s.Shell().AAA()
	r := new(result.Record).
		Line("               TACACSPLUS Statistics").
		Line("               ---------------------").
		Part("servers", tacacsStatistics(s.Router().TACACS())).
		Line("Acct Records Lost: {lostRecords}", a.Lost())
	if x, ok := s.Router().Secure(s.Clearance()); ok {
		r.Line("Servers that are told of secure commands").
			Part("secureServers", tacacsStatistics(x.TACACS())).
			Line("Acct Records Lost: {secureLostRecords}", a.Secure(x).Lost())
	}
	return r, nil
}

func tacacsStatistics(c *tacacs.Client) *result.Table {
	t := &result.Table{Columns: []result.Column{{Head: "Statistic", Width: 23}}}
	order, port := []any{"Search Order"}, []any{"TCP Port"}
	var counts []tacacs.Counters
	for i, srv := range tacacs.Ordered(c.Servers()) {
		t.Columns = append(t.Columns, result.Column{Head: srv.Address.String(), Name: srv.Address.String()})
		order, port = append(order, i+1), append(port, srv.Port)
		counts = append(counts, c.Counters(srv.Address))
	}
	t.Add(order...)
	t.Add(port...)
	for _, kind := range []struct {
		name string
		of   func(tacacs.Counters) tacacs.Counts
	}{
		{"Auth ", func(c tacacs.Counters) tacacs.Counts { return c.Authentication }},
		{"Author ", func(c tacacs.Counters) tacacs.Counts { return c.Authorization }},
		{"Acct ", func(c tacacs.Counters) tacacs.Counts { return c.Accounting }},
	} {
		for _, counter := range tacacsCounters {
			row := []any{kind.name + counter.name}
			for _, n := range counts {
				row = append(row, counter.of(kind.of(n)))
			}
			t.Add(row...)
		}
	}
	return t
}

func showMethodLists(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	a := s.Shell().AAA()
	t := &result.Table{Columns: result.Columns("Kind", "Level", "List", "Methods")}
	add := func(kind string, level any, name string, methods string) { t.Add(kind, level, name, methods) }
	all := func(kind string, k aaa.Kind, level any, n int) {
		for _, l := range a.Methods(k, n) {
			var names []string
			for _, m := range l.All() {
				names = append(names, m.String())
			}
			add(kind, level, l.Name, strings.Join(names, " "))
		}
	}
	every := orNone("")
	all("authentication login", aaa.Login, every, 0)
	all("authentication enable", aaa.EnableLevel, every, 0)
	all("authorization exec", aaa.AuthorizeExec, every, 0)
	for level := range access.MaxLevel + 1 {
		all("authorization commands", aaa.AuthorizeCommands, level, level)
	}
	for _, l := range a.Accounting(false, 0) {
		add("accounting exec", every, l.Name, l.Record.String()+" tacacs+")
	}
	for level := range access.MaxLevel + 1 {
		for _, l := range a.Accounting(true, level) {
			add("accounting commands", level, l.Name, l.Record.String()+" tacacs+")
		}
	}
	return new(result.Record).Line("AAA new model: {newModel}", able(a.On())).Part("lists", t), nil
}
