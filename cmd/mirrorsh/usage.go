package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// printFlags lists the flags, one in two lines.
func printFlags(fs *pflag.FlagSet, w io.Writer) {
	visitFlags(fs, func(tag, text string) { fmt.Fprintf(w, "  %s\n        %s\n", tag, text) })
}

// visitFlags says of each flag how it is written and what it does.
func visitFlags(fs *pflag.FlagSet, visit func(tag, text string)) {
	fs.VisitAll(func(f *pflag.Flag) {
		value, text := pflag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" && !strings.Contains(text, "(default") {
			text += " (default " + f.DefValue + ")"
		}
		visit(strings.TrimRight(strings.Join(dashes(f), ", ")+" "+value, " "), text)
	})
}
