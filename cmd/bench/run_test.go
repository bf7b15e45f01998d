package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMeasure: what fails or does not end is told, keeps what it has measured, and does
// not keep the others from being measured.
func TestMeasure(t *testing.T) {
	sample := func(name string, most time.Duration) benchmark {
		return benchmark{name, "./testdata/sample", "", "1x", 0, most}
	}
	var progress strings.Builder
	o := options{progress: &progress, binary: filepath.Join(t.TempDir(), "missing")}
	r, err := o.measure(t.Context(), []benchmark{
		{"BenchmarkNowhere", "./testdata/nowhere", "", "1x", 0, time.Minute},
		sample("BenchmarkFails", time.Hour),
		sample("BenchmarkEndless", time.Millisecond),
		{ofProgram, "", "", "", 0, time.Minute},
		sample("BenchmarkWell", time.Hour),
	})
	if r["BenchmarkWell things"] != 7 || r["BenchmarkFails/first things"] != 7 {
		t.Errorf("measured: %v", r)
	}
	for _, name := range []string{"BenchmarkNowhere", "BenchmarkFails", "BenchmarkEndless", ofProgram} {
		if err == nil || !strings.Contains(err.Error(), name+" failed") {
			t.Errorf("%s is not in the error %v", name, err)
		}
	}
	for _, want := range []string{"does not build", "as it should", "took more than 1ms"} {
		if !strings.Contains(progress.String(), want) {
			t.Errorf("no %q in\n%s", want, progress.String())
		}
	}
}

// TestBenchmarks: what the tables need is run, and is there.
func TestBenchmarks(t *testing.T) {
	for _, b := range benchmarks {
		if b.most < 2*b.usual {
			t.Errorf("%s may take %v, and takes %v", b.name, b.most, b.usual)
		}
		if b.name == ofProgram {
			continue
		}
		files, err := filepath.Glob(filepath.Join("../..", b.pkg, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found, header := false, regexp.MustCompile(`(?m)^func `+b.name+`\(`)
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found = found || header.Match(text)
		}
		if !found {
			t.Errorf("no %s in %s", b.name, b.pkg)
		}
	}
	var keys []string
	for _, row := range rows {
		keys = append(keys, row.ours)
		if row.base != "" {
			keys = append(keys, row.base)
		}
	}
	for _, p := range parts {
		if p.key != "" {
			keys = append(keys, p.key)
		}
	}
	for _, key := range keys {
		if !measured(key, benchmarks) {
			t.Errorf("nothing measures %q", key)
		}
	}
	if text := plan(benchmarks); !strings.Contains(text, "about") || !strings.Contains(text, "never more than") {
		t.Error(text)
	}
}

// TestFrom: tables and picture are made of what was measured before, too.
func TestFrom(t *testing.T) {
	dir := t.TempDir()
	o := options{from: filepath.Join(dir, "measured"), plot: filepath.Join(dir, "picture.svg")}
	text := "BenchmarkTrap/mirrorsh-2 \t 9 \t 4683 ns/op \t 213527 traps/s\t 0 allocs/op\nBenchmarkTrap/gosnmp-2 \t 9 \t 78007 ns/op \t 20000 traps/s\n"
	if err := os.WriteFile(o.from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := o.run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "213 527") || strings.Contains(out.String(), "GETs") {
		t.Error(out.String())
	}
	if picture, err := os.ReadFile(o.plot); err != nil || !strings.Contains(string(picture), "213 527") {
		t.Errorf("%s %v", picture, err)
	}
}
