package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// results are measurements by benchmark and unit, such as
// "BenchmarkTrap/gosnmp traps/s".
type results map[string]float64

// add reads the output of go test -bench.
func (r results) add(text string) {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := f[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 { // GOMAXPROCS
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		for i := 2; i+1 < len(f); i += 2 {
			if v, err := strconv.ParseFloat(f[i], 64); err == nil {
				r[name+" "+f[i+1]] = v
			}
		}
	}
}

// has reports whether there is anything of a benchmark.
func (r results) has(name string) bool {
	for key := range r {
		if got, _, _ := strings.Cut(key, " "); got == name || strings.HasPrefix(got, name+"/") {
			return true
		}
	}
	return false
}

// most returns the largest of the measurements whose names begin so.
func (r results) most(prefix, unit string) (v float64, ok bool) {
	for name, got := range r {
		if strings.HasPrefix(name, prefix) && strings.HasSuffix(name, " "+unit) {
			v, ok = max(v, got), true
		}
	}
	return v, ok
}

// row is a row of the table: what is measured, and against what.
type row struct {
	work       string
	ours, base string // keys of results; base "" if the number itself is the measure
	unit       string
	scale      float64 // of the numbers shown, 0 is 1
	must       float64
	aim        string
	least      bool // the ratio or number must be at least must; else at most
}

var rows = []row{
	{"secure trap, event to datagram: gosnmp", "BenchmarkTrap/mirrorsh traps/s", "BenchmarkTrap/gosnmp traps/s", "traps/s", 0, 8, "15", true},
	{"the same: net-snmp C library", "BenchmarkTrap/mirrorsh traps/s", "BenchmarkTrap/net-snmp traps/s", "traps/s", 0, 2.5, "5", true},
	{"the same: the loopback alone, of ready datagrams", "BenchmarkTrap/mirrorsh traps/s", "BenchmarkLoopback traps/s", "traps/s", 0, 0.25, "all it takes", true},
	{"the same to four hosts: to one", "BenchmarkHosts traps/s", "BenchmarkTrap/mirrorsh traps/s", "traps/s", 0, 1, "1.5", true},
	{"encoding, all of it: cipher and MAC alone", "BenchmarkSealOverFloor x-floor", "", "x", 0, 1.2, "1.10", false},
	{"encoding, list shared by hosts: the same", "BenchmarkSealOverFloor list-x-floor", "", "x", 0, 1.2, "1.10", false},
	{"event to wire", "BenchmarkTrap/mirrorsh allocs/op", "", "allocs", 0, 1, "0", false},
	{"informs to snmptrapd: gosnmp", "BenchmarkInform/mirrorsh informs/s", "BenchmarkInform/gosnmp informs/s", "acks/s", 0, 1.5, "all it takes", true},
	{"GETs answered, authPriv: snmpd", "BenchmarkGet/mirrorsh gets/s", "BenchmarkGet/snmpd gets/s", "GETs/s", 0, 2.5, "5", true},
	{"mirrored packets of 200 octets: plain sendmmsg", "BenchmarkMirror/mirrorsh packets/s", "BenchmarkMirror/sendmmsg packets/s", "packets/s", 0, 0.7, "0.8", true},
	{"the same, to one analyzer", "BenchmarkMirror/mirrorsh packets/s", "", "packets/s", 0, 300_000, "all it takes", true},
	{"the same", "BenchmarkMirror/mirrorsh allocs/op", "", "allocs", 0, 0, "0", false},
	{"longest way of a trap beside 300 000 of them a second", "BenchmarkTrapBesideMirror max-ms", "", "ms", 0, 10, "1", false},
	{"secure log append, a reader running", "BenchmarkAppend/readers=1 ns/op", "", "ns", 0, 300, "100", false},
	{"the same", "BenchmarkAppend/readers=1 allocs/op", "", "allocs", 0, 0, "0", false},
	{"batch, mixed script of 10 000 lines", "BenchmarkBatch/tables commands/s", "", "lines/s", 0, 100_000, "200 000", true},
	{"the same without tables", "BenchmarkBatch/plain commands/s", "", "lines/s", 0, 400_000, "500 000", true},
	{"? and Tab, slowest place", "BenchmarkKeystroke ns/op", "", "us", 1e-3, 1000, "100", false},
	{"start to first prompt, ephemeral", "program start ms", "", "ms", 0, 50, "10", false},
	{"start to first prompt: an empty Go program", "program start ms", "program empty ms", "ms", 0, 12, "4", false},
	{"8 hosts, 30 SSH sessions, for a minute", "BenchmarkVolume datagrams/s", "", "datagrams/s", 0, 79_000, "80 000", true},
	{"the same: lost on the way", "BenchmarkVolume lost", "", "traps", 0, 0, "0", false},
	{"the same: memory growth, 20 s to 20 s", "BenchmarkVolume growth-MB", "", "MB", 0, 1, "0", false},
	{"fleet of 10 000 routers, start", "BenchmarkFleet/start start-s", "", "s", 0, 10, "5", false},
	{"the same: resident, by router", "BenchmarkFleet/start KB/router", "", "KB", 0, 200, "50", false},
	{"200 000 informs of them to receive", "BenchmarkFleet/receive informs/s", "", "acks/s", 0, 2000, "10 000", true},
	{"the same: lost", "BenchmarkFleet/receive lost", "", "informs", 0, 0, "0", false},
	{"200 000 traps of them to receive, 2000 a second", "BenchmarkFleet/receive-traps traps/s", "", "traps/s", 0, 1900, "2000", true},
	{"the same: lost", "BenchmarkFleet/receive-traps lost", "", "traps", 0, 0, "0", false},
	{"200 000 informs of them to snmptrapd", "BenchmarkFleet/snmptrapd informs/s", "", "acks/s", 0, 2000, "10 000", true},
	{"the same: lost", "BenchmarkFleet/snmptrapd lost", "", "informs", 0, 0, "0", false},
	{"200 000 traps of them to snmptrapd, 2000 a second", "BenchmarkFleet/snmptrapd-traps traps/s", "", "traps/s", 0, 1900, "2000", true},
	{"the same: lost", "BenchmarkFleet/snmptrapd-traps lost", "", "traps", 0, 0, "0", false},
	{"full chassis: 48 000 interfaces, 100 000 routes, 1000 virtual routers, restart", "BenchmarkChassis restart-s", "", "s", 0, 5, "2", false},
	{"the same with 32 000 mirrored subscribers: heap", "BenchmarkChassis MB", "", "MB", 0, 500, "250", false},
	{"the same: a keystroke", "BenchmarkChassis key-ms", "", "ms", 0, 10, "1", false},
	{"the same: a change, saved", "BenchmarkChassis change-ms", "", "ms", 0, 10, "1", false},
	{"the same: walk of a column of ifTable", "BenchmarkChassis rows/s", "", "rows/s", 0, 20_000, "100 000", true},
	{"the same: mirrored logins with their logouts", "BenchmarkChassis logins/s", "", "logins/s", 0, 20_000, "50 000", true},
	{"idle router, resident", "program memory MB", "", "MB", 0, 30, "15", false},
}

// parts are where the time of a secure trap goes, in nanoseconds.
var parts = []struct{ what, key string }{
	{"varbind list, once for all hosts", "BenchmarkList ns/op"},
	{"message around it", ""}, // seal less cipher and MAC
	{"cipher, AES-128, of several messages in turns", "BenchmarkParts cipher-ns"},
	{"MAC, HMAC-SHA-96", "BenchmarkParts mac-ns"},
	{"send, a 64th of a batch, with the loopback", "BenchmarkSend ns/trap"},
}

// find returns a measurement: the one of that name, or the largest among its
// sub-benchmarks.
func (r results) find(key string) (float64, error) {
	if v, ok := r[key]; ok {
		return v, nil
	}
	name, unit, _ := strings.Cut(key, " ")
	if v, ok := r.most(name+"/", unit); ok {
		return v, nil
	}
	return 0, fmt.Errorf("no measurement %q", key)
}

// measured reports whether the benchmark of a key was to be run.
func measured(key string, chosen []benchmark) bool {
	name, _, _ := strings.Cut(key, " ")
	name, _, _ = strings.Cut(name, "/")
	return slices.ContainsFunc(chosen, func(b benchmark) bool { return b.name == name })
}

// report prints the tables of benchmarks. A row that misses what it must reach is
// marked, and that is all: a busy machine is no error. So is one that failed.
func (r results) report(out io.Writer, chosen []benchmark) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Work\tours\tother\tunit\tratio\tmust\taim\t")
	for _, row := range rows {
		if measured(row.ours, chosen) && (row.base == "" || measured(row.base, chosen)) {
			fmt.Fprintln(w, row.line(r))
		}
	}
	_ = w.Flush()
	if !measured("BenchmarkParts", chosen) {
		return
	}
	fmt.Fprintln(out, "\nWhere the time of a secure trap goes")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range parts {
		if !measured(cmp.Or(p.key, "BenchmarkParts"), chosen) {
			continue
		}
		if ns, err := r.part(p.key); err != nil {
			fmt.Fprintf(w, "%s\t%s\t\n", p.what, noMeasure)
		} else {
			fmt.Fprintf(w, "%s\t%.0f ns\t\n", p.what, max(ns, 0))
		}
	}
	_ = w.Flush()
}

// part is the time of a part of a trap; that of "" is what the others leave of sealing.
func (r results) part(key string) (ns float64, err error) {
	if key != "" {
		return r.find(key)
	}
	if ns, err = r.find("BenchmarkParts seal-ns"); err != nil {
		return 0, err
	}
	return ns - r["BenchmarkParts cipher-ns"] - r["BenchmarkParts mac-ns"], nil
}

// noMeasure stands where a benchmark failed.
const noMeasure = "FAILED"

func (row *row) line(r results) string {
	ours, err := r.find(row.ours)
	base := 0.0
	if err == nil && row.base != "" {
		base, err = r.find(row.base)
	}
	if err != nil {
		return strings.Join([]string{row.work, "", "", row.unit, "", number(row.must), row.aim, noMeasure}, "\t")
	}
	scale := cmp.Or(row.scale, 1)
	measure, other, ratio := ours*scale, "", ""
	if row.base != "" {
		measure = ours / base
		other, ratio = number(base*scale), fmt.Sprintf("%.1f x", measure)
	}
	missed := ""
	if row.least && measure < row.must || !row.least && measure > row.must {
		missed = "MISSED"
	}
	return strings.Join([]string{
		row.work, number(ours * scale), other, row.unit, ratio, number(row.must), row.aim, missed,
	}, "\t")
}

// number writes three digits or more, thousands apart.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) && v < 1000:
		return strconv.FormatInt(int64(v), 10)
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 1000:
		return fmt.Sprintf("%.0f", v)
	}
	digits := strconv.FormatInt(int64(v), 10)
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append(groups, digits[len(digits)-3:])
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return strings.Join(groups, " ")
}
