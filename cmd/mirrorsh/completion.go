package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// shells write the completion of a shell from the tables of flags.
var shells = map[string]func(io.Writer, []completed){"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}

func shellNames() []string { return slices.Sorted(maps.Keys(shells)) }

func completionCommand() *subcommand {
	return &subcommand{
		name: "completion", args: "SHELL", words: shellNames(),
		help: "Prints what makes the SHELL, " + strings.Join(shellNames(), ", ") + ", complete the command line of mirrorsh.\n\n" +
			"  source <(mirrorsh completion bash)        # in ~/.bashrc\n" +
			"  source <(mirrorsh completion zsh)         # in ~/.zshrc, after compinit\n" +
			"  mirrorsh completion fish | source         # in ~/.config/fish/config.fish",
		flags: func(*pflag.FlagSet) {},
		run: func(args []string) int {
			if len(args) != 1 || shells[args[0]] == nil {
				say("%v", subcommandError{"completion", "completion takes one of " + strings.Join(shellNames(), ", ")})
				return exitUsage
			}
			shells[args[0]](os.Stdout, allCompleted())
			return exitDone
		},
	}
}

// completed is a command line that is completed: that of a word at the
// beginning, or the one without.
type completed struct {
	name, summary string
	words         []string // of its arguments; nil: files
	flags         []*pflag.Flag
}

// allCompleted has the one without a word first.
func allCompleted() []completed {
	list := func(fs *pflag.FlagSet) (all []*pflag.Flag) {
		fs.BoolP("help", "h", false, "print help")
		fs.VisitAll(func(f *pflag.Flag) { all = append(all, f) })
		return all
	}
	router := list((&config{}).flags())
	all := []completed{{flags: router}, {name: "serve", summary: serveSummary, flags: router}}
	for _, s := range subcommands() {
		all = append(all, completed{s.name, s.summary(), s.words, list(s.flagSet())})
	}
	return all
}

// takes is what a flag takes: nothing, words of its own, files, folders, or
// what only the user knows.
type takes int

const (
	takesNothing takes = iota
	takesWords
	takesFiles
	takesFolders
	takesText
)

func taken(f *pflag.Flag) takes {
	value, _ := pflag.UnquoteUsage(f)
	switch {
	case f.NoOptDefVal != "":
		return takesNothing
	case len(f.Annotations[wordsOf]) > 0:
		return takesWords
	case value == "FILE":
		return takesFiles
	case value == "DIR":
		return takesFolders
	}
	return takesText
}

// dashes are the ways to write a flag.
func dashes(f *pflag.Flag) []string {
	if f.Shorthand != "" {
		return []string{"-" + f.Shorthand, "--" + f.Name}
	}
	return []string{"--" + f.Name}
}

// told is the usage of a flag in one line without marks.
func told(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	return text
}

// single quotes a text for any of the shells.
func single(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func bashCompletion(w io.Writer, all []completed) {
	fmt.Fprint(w, bashHead)
	var names []string
	for _, c := range all[1:] {
		names = append(names, c.name)
	}
	fmt.Fprintf(w, "\tcase $command in\n\t%s) ;;\n\t*) command= ;;\n\tesac\n\tcase $command/$prev in\n", strings.Join(names, "|"))
	for _, c := range all {
		for _, f := range c.flags {
			var kind string
			switch taken(f) {
			case takesNothing:
				continue
			case takesWords:
				kind = "-W " + single(strings.Join(f.Annotations[wordsOf], " "))
			case takesFiles:
				kind = "-f"
			case takesFolders:
				kind = "-d"
			case takesText:
				kind = "-W ''"
			}
			var at []string
			for _, d := range dashes(f) {
				at = append(at, c.name+"/"+d)
			}
			fmt.Fprintf(w, "\t%s) COMPREPLY=($(compgen %s -- \"$cur\")); return ;;\n", strings.Join(at, "|"), kind)
		}
	}
	fmt.Fprint(w, "\tesac\n\tcase $command/$cur in\n")
	for _, c := range all {
		var flags []string
		for _, f := range c.flags {
			flags = append(flags, dashes(f)...)
		}
		fmt.Fprintf(w, "\t%s/-*) COMPREPLY=($(compgen -W %s -- \"$cur\")) ;;\n", c.name, single(strings.Join(flags, " ")))
		switch {
		case c.name == "":
			fmt.Fprintf(w, "\t/*)\n\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"+
				"\t\t[[ $COMP_CWORD -eq 1 ]] && COMPREPLY+=($(compgen -W %s -- \"$cur\")) ;;\n", single(strings.Join(names, " ")))
		case c.words != nil:
			fmt.Fprintf(w, "\t%s/*) COMPREPLY=($(compgen -W %s -- \"$cur\")) ;;\n", c.name, single(strings.Join(c.words, " ")))
		default:
			fmt.Fprintf(w, "\t%s/*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n", c.name)
		}
	}
	fmt.Fprint(w, "\tesac\n}\ncomplete -o filenames -F _mirrorsh mirrorsh\n")
}

// bashHead undoes that bash takes = for a word of its own.
const bashHead = `# bash completion for mirrorsh
_mirrorsh() {
	local IFS=$' \t\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	[[ $COMP_CWORD -eq 1 ]] && command=
	COMPREPLY=()
`

func zshCompletion(w io.Writer, all []completed) {
	fmt.Fprint(w, "#compdef mirrorsh\n# zsh completion for mirrorsh\n_mirrorsh() {\n\tlocal -a commands=(\n")
	for _, c := range all[1:] {
		fmt.Fprintf(w, "\t\t%s\n", single(c.name+":"+c.summary))
	}
	fmt.Fprint(w, "\t)\n\tlocal command=${words[2]}\n\t(( CURRENT == 2 )) && command=\n"+
		"\tif [[ -n ${commands[(r)$command:*]} ]]; then\n\t\tshift words\n\t\t(( CURRENT-- ))\n\telse\n\t\tcommand=\n\tfi\n\tcase $command in\n")
	for _, c := range all {
		fmt.Fprintf(w, "\t%s)\n\t\t_arguments -S", single(c.name))
		for _, f := range c.flags {
			fmt.Fprintf(w, " \\\n\t\t\t%s", zshSpec(f))
		}
		switch {
		case c.name == "":
			fmt.Fprint(w, " \\\n\t\t\t'1: :{ _describe command commands; _files }' '*:script:_files'")
		case c.words != nil:
			fmt.Fprintf(w, " \\\n\t\t\t%s", single("1: :("+strings.Join(c.words, " ")+")"))
		default:
			fmt.Fprint(w, " \\\n\t\t\t'*:file:_files'")
		}
		fmt.Fprint(w, "\n\t\t;;\n")
	}
	fmt.Fprint(w, "\tesac\n}\nif [[ $funcstack[1] == _mirrorsh ]]; then\n\t_mirrorsh \"$@\"\nelse\n\tcompdef _mirrorsh mirrorsh\nfi\n")
}

// zshSpec is a flag as _arguments has it.
func zshSpec(f *pflag.Flag) string {
	text := strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`).Replace(told(f))
	var specs []string
	for _, d := range dashes(f) {
		spec := "*" + d
		if kind := taken(f); kind != takesNothing {
			value, _ := pflag.UnquoteUsage(f)
			if strings.HasPrefix(d, "--") {
				spec += "="
			}
			spec += "[" + text + "]:" + value + ":"
			switch kind {
			case takesWords:
				spec += "(" + strings.Join(f.Annotations[wordsOf], " ") + ")"
			case takesFiles:
				spec += "_files"
			case takesFolders:
				spec += "_files -/"
			}
		} else {
			spec += "[" + text + "]"
		}
		specs = append(specs, single(spec))
	}
	return strings.Join(specs, " ")
}

func fishCompletion(w io.Writer, all []completed) {
	fmt.Fprint(w, "# fish completion for mirrorsh\n"+
		"function __mirrorsh_command\n\tset -l words (commandline -opc)\n\tset -l command $words[2]\n"+
		"\tcontains -- \"$command\" "+fishNames(all)+"; or set command ''\n\ttest \"$command\" = \"$argv[1]\"\nend\n")
	for _, c := range all[1:] {
		fmt.Fprintf(w, "complete -c mirrorsh -n 'test (count (commandline -opc)) -eq 1' -a %s -d %s\n", c.name, fishQuote(c.summary))
	}
	for _, c := range all {
		if c.words != nil {
			fmt.Fprintf(w, "complete -c mirrorsh -n '__mirrorsh_command %s' -f -a %s\n", c.name, fishQuote(strings.Join(c.words, " ")))
		}
		for _, f := range c.flags {
			fmt.Fprintf(w, "complete -c mirrorsh -n \"__mirrorsh_command '%s'\" -l %s", c.name, f.Name)
			if f.Shorthand != "" {
				fmt.Fprintf(w, " -s %s", f.Shorthand)
			}
			switch taken(f) {
			case takesNothing:
			case takesWords:
				fmt.Fprintf(w, " -x -a %s", fishQuote(strings.Join(f.Annotations[wordsOf], " ")))
			case takesFiles:
				fmt.Fprint(w, " -r -F")
			case takesFolders:
				fmt.Fprint(w, " -x -a '(__fish_complete_directories)'")
			case takesText:
				fmt.Fprint(w, " -x")
			}
			fmt.Fprintf(w, " -d %s\n", fishQuote(told(f)))
		}
	}
}

func fishNames(all []completed) string {
	var names []string
	for _, c := range all[1:] {
		names = append(names, c.name)
	}
	return strings.Join(names, " ")
}

// fishQuote quotes for fish, where a backslash means something in quotes too.
func fishQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
