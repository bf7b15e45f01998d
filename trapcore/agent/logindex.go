package agent

import (
	"slices"
	"sort"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// logIndex finds rows in the content of a notification log, which may be long.
// It is made anew when that has changed.
type logIndex struct {
	*notify.LogContent
	names []mib.OID // of each log, as an index
	// variables are where those of each type are, in order; under 0 all.
	variables map[snmp.Tag][]logPlace
}

// logPlace is a variable of an entry of a log, each counted from 0.
type logPlace struct{ log, entry, variable int }

func (a *Agent) logIndex(sc *scope) *logIndex {
	content := a.log.Content()
	if x := a.logged.Load(); x != nil && x.LogContent == content {
		return x
	}
	x := &logIndex{LogContent: content, variables: map[snmp.Tag][]logPlace{}}
	for l := range content.Logs {
		x.names = append(x.names, counted(content.Logs[l].Name))
		for e := range content.Entries[l] {
			for v, vb := range content.Entries[l][e].Varbinds {
				at := logPlace{l, e, v}
				x.variables[0] = append(x.variables[0], at)
				x.variables[vb.Value.Tag()] = append(x.variables[vb.Value.Tag()], at)
			}
		}
	}
	sc.spend(len(x.variables[0]))
	a.logged.Store(x)
	return x
}

// entry is the index of an entry.
func (x *logIndex) entry(log, entry int) mib.OID {
	return x.names[log].Sub(x.Entries[log][entry].Index)
}

func (x *logIndex) variable(at logPlace) mib.OID {
	return x.entry(at.log, at.entry).Sub(uint32(at.variable + 1))
}

func findLogEntry(sc *scope, _ uint32, from mib.OID) (row[logEntry], bool) {
	x := sc.logIndex(sc)
	for l, entries := range x.Entries {
		sc.spend(1)
		i := sort.Search(len(entries), func(i int) bool { return x.entry(l, i).Compare(from) >= 0 })
		if i < len(entries) {
			return row[logEntry]{x.entry(l, i), entries[i]}, true
		}
	}
	return row[logEntry]{}, false
}

func findLogVariable(sc *scope, n uint32, from mib.OID) (row[snmp.Varbind], bool) {
	x := sc.logIndex(sc)
	var tag snmp.Tag // of a column that every variable has
	if i := slices.IndexFunc(logVariableTypes, func(t logVariableType) bool { return t.n == n }); i >= 0 {
		tag = logVariableTypes[i].tag
	}
	places := x.variables[tag]
	i := sort.Search(len(places), func(i int) bool { return x.variable(places[i]).Compare(from) >= 0 })
	if i == len(places) {
		return row[snmp.Varbind]{}, false
	}
	at := places[i]
	return row[snmp.Varbind]{x.variable(at), x.Entries[at.log][at.entry].Varbinds[at.variable]}, true
}
