package command

import (
	"context"
	"errors"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
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
		Run:     cli.Show(cli.None{}, dir),
	},
	{
		Modes: inExec, Level: levelConfigure, Shows: true,
		Syntax:  seq(kw("more", "Display a file"), fileName("file", "The name of the file")),
		Summary: "Display a file",
		Run: cli.Show(whichFile{}, func(_ context.Context, s *cli.Session, f whichFile) (result.Value, error) {
			text, err := s.Shell().Files().Read(f.Name)
			if text != "" && !strings.HasSuffix(text, "\n") {
				text += "\n"
			}
			return result.Text(cli.Printable(text)), err
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
		Run:      cli.Show(copyArgs{}, copyFile),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(kw("write", "Save the configuration"), opt(kw("memory", "Where the router starts from").Implied())),
		Summary:     "Save the configuration",
		Description: "It is saved by itself after every change; this saves it again, and says if that fails.",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return saveConfiguration(s)
		}),
	},
	{
		Modes: inExec, Level: cli.LevelSecrets, Shows: true,
		Syntax:  seq(showWord, kw("startup-configuration", "The configuration that the router starts with")),
		Summary: "Show the configuration that the router starts with",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			text, err := s.Startup()
			return result.Text(text), err
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(kw("delete", "Delete a file"), fileName("file", "The name of the file")),
		Summary: "Delete a file",
		Run: cli.Do(whichFile{}, func(_ context.Context, s *cli.Session, f whichFile) error {
			if err := s.Shell().Files().Delete(f.Name); err != nil {
				return err
			}
			s.Log(eventlog.FileSystem, eventlog.Info, f.Name+" deleted")
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
		Run: cli.Do(whichFile{}, func(ctx context.Context, s *cli.Session, f whichFile) error {
			return s.RunFile(ctx, f.Name)
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(configureWord, kw("memory", "Run the saved configuration")),
		Summary:     "Run the saved configuration again",
		Description: "What it sets is set again; what was configured besides stays. Secure lines are not run.",
		Run: cli.Do(cli.None{}, func(ctx context.Context, s *cli.Session, _ cli.None) error {
			return s.RunSaved(ctx)
		}),
	},
}

// whichFile names a file of the router.
type whichFile struct {
	Name string `cli:"file"`
}

// dir has the columns of the real one (cli/REFERENCE.md, files).
func dir(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	files, err := s.Shell().Files().List()
	if err != nil {
		return nil, err
	}
	t := &result.Table{Columns: result.Columns("File", "Size", "Size used", "Date and time")}
	var used, bounded int64
	for _, f := range files {
		// The store's clock is the source of the router's.
		at := f.Modified.Add(s.Router().ClockOffset()).In(s.Router().Now().Location())
		t.Add("disk0:"+f.Name, f.Size, f.Size, result.As(at, at.Format("01/02/2006 15:04:05")))
		used += f.Size
		if f.Size <= cli.MaxFile { // what is larger was put there from outside
			bounded += f.Size
		}
	}
	sum := new(result.Record).Line("{count}, {used} octets used, {free} free",
		result.As(len(files), plural(len(files), "file")), used, max(cli.MaxSpace-bounded, 0))
	return result.Group{Parts: []result.Part{{Name: "files", Value: t}, {Value: sum}}, Between: "\n"}, nil
}

// copyArgs say what is copied where: a configuration or a file.
type copyArgs struct {
	From     string `cli:"from"`
	FromFile string `cli:"fromFile"`
	To       string `cli:"to"`
	ToFile   string `cli:"toFile"`
}

var (
	errCopy    = errors.New("a configuration cannot be copied to itself")
	errReplace = errors.New("the router starts with what it runs, copy the file to running-configuration")
)

func copyFile(ctx context.Context, s *cli.Session, c copyArgs) (result.Value, error) {
	switch {
	case c.To != "" && c.To == c.From:
		return nil, errCopy
	case c.From == startup:
		return nil, s.RunSaved(ctx)
	case c.To == startup && c.From != "":
		return saveConfiguration(s)
	case c.To == startup:
		return nil, errReplace
	case c.To != "":
		return nil, s.RunFile(ctx, c.FromFile)
	}
	return nil, copyTo(s, c)
}

// copyTo writes a file.
func copyTo(s *cli.Session, c copyArgs) error {
	files := s.Shell().Files()
	var text string
	var err error
	if c.From != "" {
		text, err = s.Shell().Configuration("", side.Clearance{}, s.Reaches(cli.LevelSecrets))
	} else {
		text, err = files.Read(c.FromFile)
	}
	if err != nil {
		return err
	}
	if err := files.Write(c.ToFile, text); err != nil {
		return err
	}
	s.Log(eventlog.FileSystem, eventlog.Info, c.ToFile+" written")
	return nil
}

func saveConfiguration(s *cli.Session) (result.Value, error) {
	kept, err := s.SaveNow()
	if err != nil {
		return nil, err
	}
	text := "Configuration saved; it saves itself after every change.\n"
	if !kept {
		text += "The router is ephemeral: all of it ends with the program.\n"
	}
	return result.Text(text), nil
}
