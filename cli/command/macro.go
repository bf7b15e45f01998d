package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// macroArgs name a macro.
type macroArgs struct {
	File    string `cli:"file"`
	Name    string `cli:"MACRO"`
	Test    bool   `cli:"test"`
	Verbose bool   `cli:"verbose"`
}

var macroCommands = []cli.Command{{
	Modes: inExec, Level: levelConfigure,
	Syntax: seq(kw("macro", "Run a macro"), fileName("file", "The macro file, which ends in .mac"), param("MACRO", grammar.Name("NAME", 64), "Which macro of the file"),
		opt(alt(kw("test", "Show the commands, and run none"), kw("verbose", "Show the commands, and run them")))),
	Summary: "Run a macro of a file as though typed at the terminal",
	Description: "A macro begins with <# NAME #> and ends with <# endtmpl #>, each on a line of its own; between them stand commands. Other control " +
		"expressions than comments are refused. It ends at the first command that is refused.",
	Examples: []string{"macro test.mac m1"},
	Run: cli.Do(macroArgs{}, func(ctx context.Context, s *cli.Session, a macroArgs) error {
		return s.RunMacro(ctx, a.File, a.Name, a.Test, a.Verbose)
	}),
}}
