package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// mostGrowth is the most exponent of what is done with all things of a kind, and
// mostOfOne that of one change among them.
const (
	mostGrowth = 1.1
	mostOfOne  = 0.3
)

// growths are the columns of the growth table: what is done with the things of a
// kind, and the unit of what one of them costs.
var growths = []struct {
	title, key, unit string
	most             float64
}{
	{"configure", "configure", "ns/one", mostGrowth},
	{"one change", "change", "ns/one", mostOfOne},
	{"show configuration", "configuration", "ns/one", mostGrowth},
	{"show", "show", "ns/one", mostGrowth},
	{"restore", "restore", "ns/one", mostGrowth},
	{"remove", "remove", "ns/one", mostGrowth},
	{"memory", "memory", "B/one", mostGrowth},
}

// below returns the names of sub-benchmarks, one level down.
func (r results) below(benchmark string) []string {
	found := map[string]bool{}
	for key := range r {
		if rest, ok := strings.CutPrefix(key, benchmark+"/"); ok {
			name, _, _ := strings.Cut(rest, " ")
			name, _, _ = strings.Cut(name, "/")
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// growth prints how what work takes grows with the number of things there are.
// Exponents are of the processor time at n, 2n and 4n, the collector's shared out by
// what is allocated; 1 is in proportion.
func (r results) growth(out io.Writer, chosen []benchmark) {
	kinds, walks := r.below("BenchmarkGrowth"), r.below("BenchmarkWalk")
	if !measured("BenchmarkGrowth", chosen) && !measured("BenchmarkWalk", chosen) {
		return
	}
	fmt.Fprintf(out, "\nGrowth: exponent (at most %.1f, of one change %.1f) and what one costs\n", mostGrowth, mostOfOne)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "Many\t")
	for _, c := range growths {
		fmt.Fprint(w, c.title, "\t")
	}
	fmt.Fprintln(w)
	for _, kind := range kinds {
		fmt.Fprint(w, strings.ReplaceAll(kind, "_", " "), "\t")
		for _, c := range growths {
			fmt.Fprint(w, r.grown("BenchmarkGrowth/"+kind+"/"+c.key, c.unit, c.most), "\t")
		}
		fmt.Fprintln(w)
	}
	for _, table := range walks {
		fmt.Fprintf(w, "walk of %s\t%s\t\n", table, r.grown("BenchmarkWalk/"+table, "ns/row", mostGrowth))
	}
	if len(kinds) == 0 && measured("BenchmarkGrowth", chosen) || len(walks) == 0 && measured("BenchmarkWalk", chosen) {
		fmt.Fprintln(w, noMeasure)
	}
	_ = w.Flush()
}

// grown is a cell of the growth table.
func (r results) grown(key, unit string, most float64) string {
	exponent, err := r.find(key + " exponent")
	one, wrong := r.find(key + " " + unit)
	if err != nil || wrong != nil {
		return noMeasure
	}
	of, _, _ := strings.Cut(unit, "/")
	if of == "ns" {
		one, of = one/1000, "us"
	}
	exponent = math.Round(exponent*100) / 100 // more digits are noise
	cell := fmt.Sprintf("%.2f  %s %s", exponent, number(one), of)
	if exponent > most {
		cell += "  MISSED"
	}
	return cell
}
