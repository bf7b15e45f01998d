// Command bench measures what the project promises about speed and size and
// prints one table with both sides of each ratio: make bench.
//
// It runs the benchmarks of the packages one after the other, so that each number can
// be had by itself with go test -bench, and times the built program. What fails or takes
// too long says so in its rows, and the others go on. It imports nothing of ours.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
)

func main() {
	if slices.Contains(os.Args[1:], promptOnly) {
		justPrompt()
		return
	}
	o := options{progress: os.Stderr}
	flag.StringVar(&o.binary, "binary", "bin/mirrorsh", "the program, built")
	flag.StringVar(&o.benchtime, "benchtime", "2s", "how long each benchmark runs")
	flag.StringVar(&o.plot, "plot", "", "a file for a picture of traps per second and growth (SVG)")
	flag.StringVar(&o.from, "from", "", "a file with what go test -bench has printed, to be shown instead of measuring")
	only := flag.String("run", "", "a regular expression of the benchmarks to run; without it, all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if o.only, err = regexp.Compile(*only); err == nil {
		err = o.run(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	binary, benchtime, plot, from string
	only                          *regexp.Regexp
	progress                      io.Writer
}

// run prints the tables of what was asked for. The error has all that failed.
func (o *options) run(ctx context.Context, out io.Writer) (failed error) {
	r, chosen := results{}, o.chosen()
	if o.from != "" {
		text, err := os.ReadFile(o.from)
		if err != nil {
			return err
		}
		r.add(string(text))
		chosen = slices.DeleteFunc(chosen, func(b benchmark) bool { return !r.has(b.name) })
	} else {
		fmt.Fprintln(o.progress, plan(chosen))
		r, failed = o.measure(ctx, chosen)
	}
	if ctx.Err() != nil {
		return errors.Join(failed, ctx.Err())
	}
	r.report(out, chosen)
	r.growth(out, chosen)
	if o.plot != "" {
		failed = errors.Join(failed, os.WriteFile(o.plot, r.picture(), 0o644))
	}
	return failed
}
