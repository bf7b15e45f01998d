package command

import (
	"context"
	"fmt"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// severity is a severity by number or name, recorded under "severity".
func severity() grammar.Node {
	var names []grammar.Node
	for _, s := range mib.Severities {
		names = append(names, kw(s.String(), fmt.Sprintf("Severity %d", s)).As("severity").Is(s))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number").Alias(), alt(names...))
}

// categories are the trap categories of some sides, recorded under "category";
// the secure one is a secure keyword.
func categories(of ...side.Side) []grammar.Node {
	var nodes []grammar.Node
	for _, c := range mib.Categories {
		if !slices.Contains(of, side.Of(c.Secure)) {
			continue
		}
		k := kw(c.Keyword, c.Help).As("category").Is(c.Category)
		if c.Secure {
			k = k.Secure()
		}
		nodes = append(nodes, k)
		if c.Alias != "" {
			nodes = append(nodes, kw(c.Alias, c.Help).As("category").Is(c.Category).Alias())
		}
	}
	return nodes
}

// membersOf are the categories of a set in the order of their keywords.
func membersOf(set mib.CategorySet) (all []mib.Category) {
	for _, c := range set.Members() {
		all = append(all, c.Category)
	}
	return all
}

var (
	enableWord    = kw("enable", "Enable traps")
	trapsWord     = kw("traps", "Enable traps by category and severity")
	trapFilters   = kw("trapFilters", "The least severity that passes")
	perCategory   = kw("per-category-trapFilters", "The least severity that passes, for one category")
	anyCategory   = alt(append(categories(side.Ordinary), categories(side.Secure)...)...)
	authFailTraps = seq(kw("snmp", "Standard traps").As("authentication"), kw("authentication", "The trap authenticationFailure").As("authentication"))
)

// trapsLine switches traps, or sets a filter.
type trapsLine struct {
	Categories     []mib.Category `cli:"category"`
	Filters        bool           `cli:"trapFilters"`
	PerCategory    bool           `cli:"per-category-trapFilters"`
	Authentication bool           `cli:"authentication"`
	Severity       *mib.Severity  `cli:"severity"`
}

func (l *trapsLine) set() mib.CategorySet { return mib.NewCategorySet(l.Categories...) }

var trapSettings = &cli.Setting[*trapcore.VirtualRouter, trapsLine]{
	Place: ofVirtualRouter,
	Syntax: seq(serverKey, enableWord, trapsWord, alt(
		seq(grammar.Any(categories(side.Both[:]...)...), opt(trapFilters, severity())),
		seq(perCategory, anyCategory, severity()),
		authFailTraps)),
	No: seq(serverKey, kw("enable", "Disable traps"), trapsWord, alt(
		grammar.Any(categories(side.Both[:]...)...),
		seq(alt(categories(side.Secure)...), trapFilters),
		trapFilters,
		seq(perCategory, anyCategory),
		authFailTraps)),
	Summary: "Enable traps and set the severities that pass",
	Description: "Without a category it enables every category; with nothing but trapFilters it sets the filter of " +
		"all categories and changes none, and clears the filters of single categories. Its no version disables the " +
		"categories named, or all of them; with trapFilters it restores the default filter. A category without a filter of " +
		"its own has that of all categories. A trap passes a filter when its severity is at least as grave: 0 is the gravest.",
	Examples: []string{"snmp-server enable traps link trapFilters notice", "snmp-server enable traps per-category-trapFilters link debug"},
	Set: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l trapsLine) error {
		return enableTraps(vr.Traps(), trapsOf(s), &l)
	},
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l trapsLine) error {
		disableTraps(vr.Traps(), trapsOf(s), &l)
		return nil
	},
	Lines: func(vr *trapcore.VirtualRouter, c side.Clearance) []trapsLine {
		return trapLines(vr.Traps().As(c).Settings())
	},
}

func enableTraps(traps *notify.Originator, seen notify.Visible, l *trapsLine) error {
	set := l.set()
	switch {
	case l.Authentication:
		traps.SetAuthenticationFailure(true)
		return nil
	case l.PerCategory:
		return filterCategories(seen, l)
	case !set.Empty():
		seen.Enable(set)
	case !l.Filters:
		traps.EnableAll()
	}
	switch {
	case !l.Filters:
		return nil
	case set == mib.NewCategorySet(mib.PacketMirror):
		return filterCategories(seen, l)
	}
	return traps.SetGlobalFilter(*l.Severity)
}

func filterCategories(seen notify.Visible, l *trapsLine) error {
	for _, c := range l.Categories {
		if err := seen.SetCategoryFilter(c, *l.Severity); err != nil {
			return err
		}
	}
	return nil
}

func disableTraps(traps *notify.Originator, seen notify.Visible, l *trapsLine) {
	set := l.set()
	switch {
	case l.Authentication:
		traps.SetAuthenticationFailure(false)
	case l.Filters && set.Empty():
		traps.ResetGlobalFilter()
	case l.Filters, l.PerCategory:
		for _, c := range l.Categories {
			seen.ResetCategoryFilter(c)
		}
	case set.Empty():
		traps.DisableAll()
	default:
		seen.Disable(set)
	}
}

// trapLines are the switches and filters. The global filter comes before those
// of single categories, which it would clear.
func trapLines(set notify.Settings) []trapsLine {
	var lines []trapsLine
	switch on := set.Enabled.Ordinary(); on {
	case 0:
	case mib.OrdinaryCategories:
		lines = append(lines, trapsLine{})
	default:
		lines = append(lines, trapsLine{Categories: membersOf(on)})
	}
	if set.AuthenticationFailure {
		lines = append(lines, trapsLine{Authentication: true})
	}
	if set.GlobalFilter != notify.DefaultGlobalFilter {
		lines = append(lines, trapsLine{Filters: true, Severity: &set.GlobalFilter})
	}
	for _, f := range set.Filters() {
		if f.Own {
			lines = append(lines, trapsLine{PerCategory: true, Categories: []mib.Category{f.Category.Category}, Severity: &f.Severity})
		}
	}
	if set.Enabled.Has(mib.PacketMirror) {
		lines = append(lines, trapsLine{Categories: []mib.Category{mib.PacketMirror}})
	}
	return lines
}
