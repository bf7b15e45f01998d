package command

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mirrorsh/cli"
)

// toldRow counts the lines that were asked for of a setting.
type toldRow struct {
	name string
	told *atomic.Int64
}

// told has every setting, those of blocks included, unless something is measured.
var told []toldRow

// TestMain has lines counted from the start, since shells read the settings at any time.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		told = countLines()
	}
	os.Exit(m.Run())
}

func countLines() (all []toldRow) {
	seen := map[any]bool{}
	var add func(row cli.Row)
	add = func(row cli.Row) {
		if seen[row] {
			return
		}
		seen[row] = true
		x := reflect.ValueOf(row).Elem()
		for _, name := range []string{"Block", "Rows"} {
			if below := x.FieldByName(name); below.IsValid() {
				for _, row := range below.Interface().([]cli.Row) {
					add(row)
				}
			}
		}
		lines := x.FieldByName("Lines")
		if !lines.IsValid() || lines.IsNil() {
			return
		}
		n := new(atomic.Int64)
		count := func(f reflect.Value, lines func(out []reflect.Value) int) {
			of := reflect.ValueOf(f.Interface())
			f.Set(reflect.MakeFunc(f.Type(), func(in []reflect.Value) []reflect.Value {
				out := of.Call(in)
				n.Add(int64(lines(out)))
				return out
			}))
		}
		count(lines, func(out []reflect.Value) int { return out[0].Len() })
		if crowd := x.FieldByName("Crowd"); !crowd.IsNil() {
			count(crowd.Elem().Elem().FieldByName("Line"), func([]reflect.Value) int { return 1 })
			count(crowd.Elem().Elem().FieldByName("Keys"), func(out []reflect.Value) int { return out[0].Len() })
		}
		all = append(all, toldRow{x.FieldByName("Summary").String(), n})
	}
	for _, section := range Sections() {
		for _, row := range section.Rows {
			add(row)
		}
	}
	return all
}

// toldOf is how many lines of each setting f asks for.
func toldOf(f func()) []int64 {
	before := make([]int64, len(told))
	for i, row := range told {
		before[i] = row.told.Load()
	}
	f()
	for i, row := range told {
		before[i] = row.told.Load() - before[i]
	}
	return before
}

// TestOthersAreNotTold: a change and its save ask for as many lines where there are
// twice as many things of a kind, be it a change of one of them or its removal.
func TestOthersAreNotTold(t *testing.T) {
	for _, m := range slices.Concat(crowds, fewer) {
		t.Run(m.name, func(t *testing.T) {
			o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
			do := func(script string) {
				for line := range strings.Lines(script + "virtual-router default\n") {
					o.do(t, strings.TrimSpace(line))
				}
			}
			save := func() {
				if err := o.Save(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			const n = 8
			var asked [2][]int64
			do(m.setup)
			for i := range 2 * n {
				do(m.each(i))
				if i%n == n-1 {
					save()
					asked[i/n] = toldOf(func() {
						do(fmt.Sprintf("snmp-server contact Joe %d\n", i))
						save()
					})
					for at, own := range toldOf(func() {
						do(m.each(2*n + i/n))
						save()
						if m.remove != nil {
							first := i + 1 - n
							do(m.remove(first))
							save()
							do(m.each(first))
						}
					}) {
						if few[told[at].name] == "" {
							asked[i/n][at] += own
						}
					}
				}
			}
			for i, row := range told {
				if once, twice := asked[0][i], asked[1][i]; twice > once {
					t.Errorf("of %d asked for %d lines of %q, of %d for %d", n, once, row.name, 2*n, twice)
				}
			}
		})
	}
}

// few are settings whose lines, or those of one list, are all made again when one of
// them changes, and how many of them there can be.
var few = map[string]string{
	"Configure a community":                         "32 in a virtual router",
	"Configure a group of users":                    "32 in a virtual router",
	"Configure an SNMPv3 user":                      "32 in a virtual router",
	"Send traps to a host":                          "8 in a virtual router",
	"Mirror the subscribers that a trigger matches": "100",
	"Configure a classifier group":                  "512 of a list",
	"Set the mirror rule of the classifier group":   "1 of a classifier group",
	privileges.Summary:                              "the commands",
}

// fewer are kinds besides [crowds] of which there can be a hundred or more.
var fewer = []many{
	{name: "trigger rules", each: func(i int) string { return fmt.Sprintf("mirror username sub%d ip secure-policy-list p\n", i) }},
	{name: "views of virtual routers", each: func(i int) string {
		return fmt.Sprintf("virtual-router v%d\nsnmp-server view v 1.3.6.1 included\n", i)
	}},
	{name: "IPv6 classifier lists", each: func(i int) string {
		return fmt.Sprintf("ipv6 classifier-list six%d tcp\nsecure ipv6 classifier-list six%d tcp\n", i, i)
	}},
	{name: "privilege levels", each: func(i int) string {
		return fmt.Sprintf("privilege exec level 12 show %s\n", []string{"arp", "clock", "users", "version", "history", "alias", "hardware", "line",
			"access-list", "interfaces", "subscribers", "snmp", "policy-list", "classifier-list", "utilization", "terminal"}[i%16])
	}},
	{name: "communities, users, groups", each: func(i int) string {
		return fmt.Sprintf("snmp-server community c%d view everything\nsnmp-server group g%d priv\nsnmp-server user u%d group public\n", i, i, i)
	}},
}
