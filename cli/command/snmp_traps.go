package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
)

// severity is a severity by number or name, recorded under "severity".
func severity() grammar.Node {
	names := make([]string, 0, 2*len(mib.Severities))
	for _, s := range mib.Severities {
		names = append(names, s.String(), fmt.Sprintf("Severity %d", s))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number"), words("severity", names...))
}

func severityOf(a grammar.Args) mib.Severity {
	if name := a.Text("severity"); name != "" {
		s, _ := mib.ParseSeverity(name)
		return s
	}
	return mib.Severity(a.Int("severity", int(mib.Debug)))
}

// categories are the trap categories, recorded under "category"; the secure
// one is a secure keyword.
func categories(ordinary, secure bool) []grammar.Node {
	var nodes []grammar.Node
	for _, c := range mib.Categories {
		if c.Secure && !secure || !c.Secure && !ordinary {
			continue
		}
		for _, name := range []string{c.Keyword, c.Alias} {
			if name == "" {
				continue
			}
			k := kw(name, c.Help).As("category")
			if c.Secure {
				k = k.Secure()
			}
			nodes = append(nodes, k)
		}
	}
	return nodes
}

func categoriesOf(a grammar.Args) mib.CategorySet {
	var set mib.CategorySet
	for _, name := range a.All("category") {
		if c, ok := mib.CategoryByKeyword(name); ok {
			set = set.With(c)
		}
	}
	return set
}

var (
	enableWord    = kw("enable", "Enable traps")
	trapsWord     = kw("traps", "Enable traps by category and severity")
	trapFilters   = kw("trapFilters", "The least severity that passes")
	perCategory   = kw("per-category-trapFilters", "The least severity that passes, for one category")
	anyCategory   = alt(append(categories(true, false), categories(false, true)...)...)
	authFailTraps = seq(kw("snmp", "Standard traps").As("authentication"), kw("authentication", "The trap authenticationFailure").As("authentication"))
)

var snmpTrapsCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, enableWord, trapsWord, alt(
			seq(grammar.Any(categories(true, true)...), opt(trapFilters, severity())),
			seq(perCategory, anyCategory, severity()),
			authFailTraps)),
		No: seq(serverKey, kw("enable", "Disable traps"), trapsWord, alt(
			grammar.Any(categories(true, true)...),
			seq(alt(categories(false, true)...), trapFilters),
			trapFilters,
			seq(perCategory, anyCategory),
			authFailTraps)),
		Summary: "Enable traps and set the severities that pass",
		Description: "Without a category it enables every category; with nothing but trapFilters it sets the filter of " +
			"all categories and changes none, and clears the filters of single categories. Its no version disables the " +
			"categories named, or all of them; with trapFilters it restores the default filter. A category without a filter of " +
			"its own has that of all categories. A trap passes a filter when its severity is at least as grave: 0 is the gravest.",
		Examples: []string{"snmp-server enable traps link trapFilters notice", "snmp-server enable traps per-category-trapFilters link debug"},
		Run:      cli.Text(enableTraps),
	},
}

func enableTraps(_ context.Context, s *cli.Session, a grammar.Args) error {
	traps := s.VirtualRouter().Traps()
	set := categoriesOf(a)
	on := a.Form == grammar.Affirmative
	filtered := a.Has("trapFilters")
	switch {
	case a.Has("authentication"):
		traps.SetAuthenticationFailure(on)
		return nil
	case a.Has("per-category-trapFilters"):
		return filterCategory(traps, set, on, a)
	case !on && filtered && set.Empty():
		traps.ResetGlobalFilter()
		return nil
	case !on && filtered:
		return filterCategory(traps, set, on, a)
	}
	switch {
	case !set.Empty() && on:
		traps.Enable(set)
	case !set.Empty():
		traps.Disable(set)
	case !on:
		traps.DisableAll()
	case !filtered:
		traps.EnableAll()
	}
	switch {
	case !filtered:
		return nil
	case set == mib.NewCategorySet(mib.PacketMirror):
		return filterCategory(traps, set, on, a)
	}
	return traps.SetGlobalFilter(severityOf(a))
}

func filterCategory(traps *notify.Originator, set mib.CategorySet, on bool, a grammar.Args) error {
	for _, c := range set.Members() {
		if !on {
			traps.ResetCategoryFilter(c.Category)
		} else if err := traps.SetCategoryFilter(c.Category, severityOf(a)); err != nil {
			return err
		}
	}
	return nil
}

// trapLines are the switches and filters. The global filter comes before those
// of single categories, which it would clear.
func trapLines(vr *trapcore.VirtualRouter) []cli.Line {
	const enable = "snmp-server enable traps"
	set := vr.Traps().Settings()
	var lines []cli.Line
	if on := set.Enabled.Ordinary(); !on.Empty() {
		line := enable
		if on != mib.OrdinaryCategories {
			for _, c := range on.Members() {
				line += " " + c.Keyword
			}
		}
		lines = append(lines, cli.Ordinary(line))
	}
	if set.AuthenticationFailure {
		lines = append(lines, cli.Ordinary(enable+" snmp authentication"))
	}
	if set.GlobalFilter != notify.DefaultGlobalFilter {
		lines = append(lines, cli.Ordinary(enable+" trapFilters "+set.GlobalFilter.String()))
	}
	for _, c := range set.OwnFilters().Members() {
		f, _ := set.CategoryFilter(c.Category)
		lines = append(lines, cli.Ordinary(enable+" per-category-trapFilters "+c.Keyword+" "+f.String()))
	}
	if f, own := set.CategoryFilter(mib.PacketMirror); own {
		lines = append(lines, cli.Secure(enable+" per-category-trapFilters packetMirror "+f.String()))
	}
	if set.Enabled.Has(mib.PacketMirror) {
		lines = append(lines, cli.Secure(enable+" packetMirror"))
	}
	return lines
}
