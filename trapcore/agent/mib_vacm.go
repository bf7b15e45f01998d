package agent

import (
	"slices"
	"sort"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// usm is the security model of the users (RFC 3411).
const usm = 3

var vacmObjects = mib.MustOID("1.3.6.1.6.3.16.1")

// vacmMIB is SNMP-VIEW-BASED-ACM-MIB (RFC 3415), read-only.
var vacmMIB = []branch{
	&table[string]{
		entry: vacmObjects.Sub(1, 1),
		find:  findContext,
		columns: []column[string]{
			{n: 1, name: "vacmContextName", get: func(_ *scope, name *string) snmp.Value { return text(*name) }},
		},
	},
	&table[snmp.User]{
		entry: vacmObjects.Sub(2, 1),
		rows:  securityToGroupRows,
		columns: []column[snmp.User]{
			{n: 3, name: "vacmGroupName", get: func(_ *scope, u *snmp.User) snmp.Value { return text(u.Group) }},
			{n: 4, name: "vacmSecurityToGroupStorageType", get: func(*scope, *snmp.User) snmp.Value { return storage(false) }},
			{n: 5, name: "vacmSecurityToGroupStatus", get: activeRow[snmp.User]},
		},
	},
	&table[snmp.Group]{
		entry: vacmObjects.Sub(4, 1),
		rows:  accessRows,
		columns: []column[snmp.Group]{
			// The context prefix of the index is empty: any context matches.
			{n: 4, name: "vacmAccessContextMatch", get: func(*scope, *snmp.Group) snmp.Value { return snmp.Integer(2) }},
			{n: 5, name: "vacmAccessReadViewName", get: accessView(snmp.Read)},
			{n: 6, name: "vacmAccessWriteViewName", get: accessView(snmp.Write)},
			{n: 7, name: "vacmAccessNotifyViewName", get: accessView(snmp.Notify)},
			{n: 8, name: "vacmAccessStorageType", get: func(_ *scope, g *snmp.Group) snmp.Value { return storage(g.Predefined()) }},
			{n: 9, name: "vacmAccessStatus", get: activeRow[snmp.Group]},
		},
	},
	testAndIncr("vacmViewSpinLock", "1.3.6.1.6.3.16.1.5.1", vacmViewSpinLock),
	&table[familyRow]{
		entry: vacmObjects.Sub(5, 2, 1),
		find:  findFamily,
		columns: []column[familyRow]{
			{n: 3, name: "vacmViewTreeFamilyMask", get: func(_ *scope, f *familyRow) snmp.Value { return text(string(f.Mask)) }},
			{n: 4, name: "vacmViewTreeFamilyType", get: func(_ *scope, f *familyRow) snmp.Value { return truth(f.Included) }}, // included(1), excluded(2)
			{n: 5, name: "vacmViewTreeFamilyStorageType", get: func(_ *scope, f *familyRow) snmp.Value { return storage(f.predefined) }},
			{n: 6, name: "vacmViewTreeFamilyStatus", get: activeRow[familyRow]},
		},
	},
}

// findContext finds the contexts of all virtual routers in that of the default one,
// whose engine they are reached through, and its own in any other. The default context
// has no name, and is first.
func findContext(sc *scope, _ uint32, from mib.OID) (row[string], bool) {
	sc.spend(1)
	if index := counted(""); index.Compare(from) >= 0 {
		return row[string]{index, ""}, true
	}
	name, ok := sc.r.nextContext(sc.Agent, from)
	if !ok {
		return row[string]{}, false
	}
	return row[string]{counted(name), name}, true
}

func securityToGroupRows(sc *scope) []row[snmp.User] {
	users := sc.cfg.Users.As(side.Clearance{}).Users()
	slices.SortFunc(users, func(a, b *snmp.User) int { return byCount(a.Name, b.Name) })
	rows := make([]row[snmp.User], len(users))
	for i, u := range users {
		rows[i] = row[snmp.User]{join(mib.OID{usm}, counted(u.Name)), *u}
	}
	return rows
}

func accessRows(sc *scope) []row[snmp.Group] {
	groups := sc.cfg.Users.As(side.Clearance{}).Groups()
	slices.SortFunc(groups, func(a, b *snmp.Group) int { return byCount(a.Name, b.Name) })
	rows := make([]row[snmp.Group], len(groups))
	for i, g := range groups {
		rows[i] = row[snmp.Group]{join(counted(g.Name), counted(""), mib.OID{usm, uint32(g.Level)}), *g}
	}
	return rows
}

func accessView(op snmp.Operation) func(*scope, *snmp.Group) snmp.Value {
	return func(_ *scope, g *snmp.Group) snmp.Value { return text(g.Views[op]) }
}

type familyRow struct {
	snmp.Family
	predefined bool
}

const viewsByIndex = "views"

func sortedViews(sc *scope) []*snmp.View {
	views := sc.users.As(side.Clearance{}).Views()
	slices.SortFunc(views, func(a, b *snmp.View) int { return byCount(a.Name, b.Name) })
	return views
}

// findFamily finds the first view with a family at or after an index. The families of
// a view are in that order; few views have none.
func findFamily(sc *scope, _ uint32, from mib.OID) (row[familyRow], bool) {
	views := listed(sc, viewsByIndex, sortedViews)
	at := sort.Search(len(views), func(i int) bool { return counted(views[i].Name).Compare(from) >= 0 })
	if at > 0 && from.HasPrefix(counted(views[at-1].Name)) {
		at--
	}
	for _, v := range views[at:] {
		sc.spend(1)
		name, i := counted(v.Name), 0
		if from.HasPrefix(name) {
			rest := from[len(name):]
			i = sort.Search(v.Size(), func(i int) bool { return compareCounted(v.FamilyAt(i).Subtree, rest) >= 0 })
		}
		if i < v.Size() {
			f := v.FamilyAt(i)
			return row[familyRow]{join(name, countedOID(f.Subtree)), familyRow{f, v.Predefined}}, true
		}
	}
	return row[familyRow]{}, false
}
