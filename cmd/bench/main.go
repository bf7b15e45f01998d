// Command bench measures what the project promises about speed and size and
// prints one table with both sides of each ratio: make bench.
//
// It runs the benchmarks of the packages with go test, so that each number can
// be had by itself, and times the built program. It imports nothing of ours.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	binary := flag.String("binary", "bin/mirrorsh", "the program, built")
	benchtime := flag.String("benchtime", "2s", "how long each benchmark runs")
	plot := flag.String("plot", "", "a file for a picture of traps per second and growth (SVG)")
	flag.Parse()
	if err := run(os.Stdout, *binary, *benchtime, *plot); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// packages are the benchmarks of each package that the table needs; benchtime is
// that of all others if it is empty.
var packages = []struct{ path, benchmarks, benchtime string }{
	{"./trapcore/notify", "^Benchmark(Trap|Hosts|Inform|Send|List|Loopback)$", ""},
	{"./trapcore", "^Benchmark(Mirror|TrapBesideMirror)$", ""},
	{"./trapcore/agent", "^BenchmarkGet$", ""},
	{"./trapcore/snmp", "^BenchmarkSealOverFloor$/^sha-aes$", ""},
	{"./trapcore/snmp", "^BenchmarkParts$", ""},
	{"./securelog", "^BenchmarkAppend$/^readers=1$", ""},
	{"./cli/command", "^Benchmark(Batch|Keystroke)$", ""},
	{"./cli/command", "^Benchmark(Growth|Walk)$", "1x"},
	{"./cmd/mirrorsh", "^BenchmarkVolume$", "1x"}, // a minute
	{"./cmd/mirrorsh", "^BenchmarkFleet$", "1x"},  // minutes
}

func run(out io.Writer, binary, benchtime, plot string) error {
	r := results{}
	for _, p := range packages {
		fmt.Fprintln(os.Stderr, "measuring", p.path)
		cmd := exec.Command("go", "test", "-tags", "interop", "-run", "^$", "-bench", p.benchmarks, "-benchmem", "-benchtime", cmp.Or(p.benchtime, benchtime), p.path)
		var text bytes.Buffer
		cmd.Stdout, cmd.Stderr = &text, &text
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, text.String())
		}
		r.add(text.String())
	}
	fmt.Fprintln(os.Stderr, "measuring", binary)
	if err := r.program(binary); err != nil {
		return err
	}
	if err := report(out, r); err != nil {
		return err
	}
	if err := r.growth(out); err != nil || plot == "" {
		return err
	}
	return os.WriteFile(plot, r.picture(), 0o644)
}
