package command

import (
	"context"
	"fmt"
	"path"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
)

var systemCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("license", "The licences of the router")),
		Summary:     "Show the licences of the router",
		Description: "None is needed, and none can be set.",
		Run: cli.Show(cli.None{}, func(context.Context, *cli.Session, cli.None) (result.Value, error) {
			r := new(result.Record)
			for _, of := range []string{"B-RAS", "IPSec-tunnels", "L2TP-session", "MPLS", "NAT", "Service-management"} {
				r.Line(of+" license is {"+result.Name(of)+"}", result.As(false, "not set"))
			}
			return r, nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("reboot-history", "When the router has started, and why")),
		Summary:     "Show when the router has started, and why",
		Description: "What was before this run is not kept.",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			sh := s.Shell()
			return new(result.Record).
				Line("*** Entry 1 ***").
				Field(15, "time of reset:", result.As(sh.Started(), cli.Timestamp(sh.Started()))).
				Field(15, "reset type:", result.Choose(s.Router().Restarted(), "user reboot", "power cycle")).
				Field(15, "image type:", "application").
				Field(15, "location:", fmt.Sprint("slot ", s.Router().Model().SRP().Slot)).
				Field(15, "build date:", sh.Release.BuildDate()), nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("service-management", "Services of subscribers"), kw("service-definition", "What defines services"),
			kw("brief", "A line for each")),
		Summary:     "Show the macro files that could define services",
		Description: "Services are not simulated, so that no definition is cached.",
		Run:         cli.Show(cli.None{}, showServiceDefinitions),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("tech-support", "What support asks for")),
		Summary:     "Show what support asks for: the output of many commands",
		Description: "Commands that the session may not give are left out. Passwords and communities are not in it, nor is anything that mirror-enable shows.",
		Run: cli.Show(cli.None{}, func(ctx context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return s.Collect(ctx, techSupport...)
		}),
	},
}

func showServiceDefinitions(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	list, err := s.Shell().Files().List()
	if err != nil {
		return nil, err
	}
	t := &result.Table{Columns: result.Columns("Service Definition", "Cached", "Reference Count")}
	for _, f := range list {
		if path.Ext(f.Name) == ".mac" {
			t.Add(f.Name, result.Choose(false, "True", "False"), 0)
		}
	}
	return t, nil
}

// techSupport is what show tech-support runs.
var techSupport = []string{
	"show clock", "show version", "show hardware", "show environment all", "show redundancy", "show boot", "show reboot-history",
	"show utilization", "show processes", "show memory", "show license", "show users detail", "show virtual-router",
	"show interfaces", "show ip interface", "show ip route", "show ip route summary", "show arp", "show subscribers summary",
	"show snmp", "show snmp trap", "show radius dynamic-request statistics", "show log configuration", "show log data", "show configuration",
}
