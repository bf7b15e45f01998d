package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/eventlog"
)

func fileName(key, help string) grammar.Node {
	return param(key, grammar.Name("FILE", 128), help).From(cli.FileNames)
}

var configureWord = kw("configure", "Enter Global Configuration")

// startup is what operators call the saved configuration.
const startup = "startup-configuration"

func runningConfiguration(key string) grammar.Node {
	return kw("running-configuration", "The configuration as it is now").As(key)
}

func startupConfiguration(key string) grammar.Node {
	return kw(startup, "The configuration that the router starts with").As(key)
}

var fileCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure, Shows: true,
		Syntax:  kw("dir", "List the files of the router"),
		Summary: "List the files of the router",
		Run:     cli.Text(dir),
	},
	{
		Modes: inExec, Level: levelConfigure, Shows: true,
		Syntax:  seq(kw("more", "Display a file"), fileName("file", "The name of the file")),
		Summary: "Display a file",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			text, err := s.Shell().Files().Read(a.Text("file"))
			if err != nil {
				return err
			}
			s.Print(cli.Printable(text))
			if text != "" && !strings.HasSuffix(text, "\n") {
				s.Print("\n")
			}
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(kw("copy", "Copy a file"), alt(
			seq(runningConfiguration("from"), alt(startupConfiguration("to"), runningConfiguration("to"), fileName("toFile", "The file to write"))),
			seq(startupConfiguration("from"), runningConfiguration("to")),
			seq(fileName("fromFile", "The file to copy"), alt(startupConfiguration("to"), runningConfiguration("to"), fileName("toFile", "The file to write"))))),
		Summary: "Copy a file, or the configuration into one",
		Description: "A file of that name is replaced. The configuration is written without its secure lines, and with its keys and " +
			"communities at level 15 only. Files of the router are read by whoever may use this command. " +
			"The configuration is saved by itself after every change; to copy it to startup-configuration saves it again, and says if that fails. " +
			"What is copied to running-configuration is run as with configure memory or configure file.",
		Examples: []string{"copy running-configuration lab.scr", "copy running-configuration startup-configuration"},
		Run:      cli.Text(copyFile),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(kw("write", "Save the configuration"), opt(kw("memory", "Where the router starts from"))),
		Summary:     "Save the configuration",
		Description: "It is saved by itself after every change; this saves it again, and says if that fails.",
		Run:         cli.Text(saveConfiguration),
	},
	{
		Modes: inExec, Level: cli.LevelSecrets, Shows: true,
		Syntax:  seq(showWord, kw("startup-configuration", "The configuration that the router starts with")),
		Summary: "Show the configuration that the router starts with",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			text, err := s.Startup()
			s.Print(text)
			return err
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(kw("delete", "Delete a file"), fileName("file", "The name of the file")),
		Summary: "Delete a file",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			if err := s.Shell().Files().Delete(a.Text("file")); err != nil {
				return err
			}
			s.Log(eventlog.FileSystem, eventlog.Info, a.Text("file")+" deleted")
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(configureWord, kw("file", "Run a script of the router's files").As("script"), fileName("file", "The name of the script")),
		Summary: "Run a script as though typed at the terminal",
		Description: "It ends at the first command that is refused, which is named with its line. A line after a command that asks for a " +
			"password is the answer. Scripts may run scripts, 8 deep. A script that was given on the command line of this program finds " +
			"those beside it, too.",
		Examples: []string{"configure file lab.scr"},
		Run: cli.Text(func(ctx context.Context, s *cli.Session, a grammar.Args) error {
			return s.RunFile(ctx, a.Text("file"))
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(configureWord, kw("memory", "Run the saved configuration")),
		Summary:     "Run the saved configuration again",
		Description: "What it sets is set again; what was configured besides stays. Secure lines are not run.",
		Run: cli.Text(func(ctx context.Context, s *cli.Session, _ grammar.Args) error {
			return s.RunSaved(ctx)
		}),
	},
}

// dir has the columns of the captured row (reference cli.md 3.4).
func dir(_ context.Context, s *cli.Session, _ grammar.Args) error {
	files, err := s.Shell().Files().List()
	if err != nil {
		return err
	}
	t := cli.Table{Header: [][]string{{"File", "Size", "Size used", "Date and time"}}}
	var used int64
	for _, f := range files {
		size := fmt.Sprint(f.Size)
		// The store's clock is the source of the router's.
		at := f.Modified.Add(s.Router().ClockOffset()).In(s.Router().Now().Location())
		t.Rows = append(t.Rows, []string{"disk0:" + f.Name, size, size, at.Format("01/02/2006 15:04:05")})
		used += f.Size
	}
	s.Print(t.String())
	s.Printf("\n%s, %d octets used, %d free\n", plural(len(files), "file"), used, max(cli.MaxSpace-used, 0))
	return nil
}

var (
	errCopy    = errors.New("a configuration cannot be copied to itself")
	errReplace = errors.New("the router starts with what it runs, copy the file to running-configuration")
)

func copyFile(ctx context.Context, s *cli.Session, a grammar.Args) error {
	files := s.Shell().Files()
	switch {
	case a.Has("to") && a.Text("to") == a.Text("from"):
		return errCopy
	case a.Text("from") == startup:
		return s.RunSaved(ctx)
	case a.Text("to") == startup && a.Has("from"):
		return saveConfiguration(ctx, s, a)
	case a.Text("to") == startup:
		return errReplace
	case a.Has("to"):
		return s.RunFile(ctx, a.Text("fromFile"))
	}
	var text string
	var err error
	if a.Has("from") {
		text, err = s.Shell().Configuration("", false, s.Level() >= cli.LevelSecrets)
	} else {
		text, err = files.Read(a.Text("fromFile"))
	}
	if err != nil {
		return err
	}
	if err := files.Write(a.Text("toFile"), text); err != nil {
		return err
	}
	s.Log(eventlog.FileSystem, eventlog.Info, a.Text("toFile")+" written")
	return nil
}

func saveConfiguration(_ context.Context, s *cli.Session, _ grammar.Args) error {
	kept, err := s.SaveNow()
	if err != nil {
		return err
	}
	s.Print("Configuration saved; it saves itself after every change.\n")
	if !kept {
		s.Print("The router is ephemeral: all of it ends with the program.\n")
	}
	return nil
}
