package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"mirrorsh/cli"
	"mirrorsh/cli/terminal"
)

// built is the date of the sources the program was made from, or where the build
// does not know it, of the program's file.
func built() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		if t := sourcesOf(info); !t.IsZero() {
			return t
		}
	}
	path, err := os.Executable()
	if err != nil {
		return time.Time{}
	}
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime().UTC()
}

// sourcesOf returns the date of the commit that was built, zero if it is not known.
func sourcesOf(info *debug.BuildInfo) time.Time {
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			t, _ := time.Parse(time.RFC3339, s.Value) // zero if it is none
			return t
		}
	}
	return time.Time{}
}

// stdinName is standard input among the files.
const stdinName = "-"

// openInput opens the scripts of a batch, all before the first one runs; nil
// means a console.
func openInput(ctx context.Context, c *config) ([]cli.Source, error) {
	switch {
	case c.isC:
		var lines []string
		for _, commands := range c.commands {
			lines = append(lines, cli.SplitCommands(commands)...)
		}
		return []cli.Source{{Name: "-c", R: strings.NewReader(strings.Join(lines, "\n"))}}, nil
	case len(c.files) == 0 && (c.isServe || stdinIsTerminal()):
		return nil, nil
	case len(c.files) == 0:
		return []cli.Source{{Name: "stdin", R: interruptible(ctx, os.Stdin)}}, nil
	}
	var sources []cli.Source
	for _, name := range c.files {
		if name == stdinName {
			sources = append(sources, cli.Source{Name: "stdin", R: interruptible(ctx, os.Stdin)})
			continue
		}
		r, err := openScript(ctx, name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, cli.Source{Name: name, R: r, Beside: folder(filepath.Dir(name))})
	}
	return sources, nil
}

// folder is the folder of a script, or the one the program was started in. Nothing
// leads out of it, symbolic links included.
type folder string

// started is the folder in which the program was started.
const started folder = "."

// Open opens a file, and waits for nobody at the other end of what is none.
func (f folder) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	file, err := root.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errIrregular}
	}
	if err != nil {
		_ = file.Close() // nothing was read
		return nil, err
	}
	return file, nil
}

var errIrregular = errors.New("it is no regular file")

func (f folder) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Stat(name)
}

// openScript opens a script. Where that or reading may have to wait for a
// writer, ctx ends it.
func openScript(ctx context.Context, name string) (io.Reader, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		var path *fs.PathError
		if errors.As(err, &path) {
			path.Op = "open" // what the user wants of it
		}
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a directory, not a script", name)
	case info.Mode().IsRegular():
		return os.Open(name)
	}
	type opened struct {
		f   *os.File
		err error
	}
	got := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		got <- opened{f, err}
	}()
	select {
	case o := <-got:
		if o.err != nil {
			return nil, o.err
		}
		return interruptible(ctx, o.f), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// runBatch returns the session, and what the scripts had still to say when it ended.
func runBatch(ctx context.Context, shell *cli.Shell, c *config, sources []cli.Source) (*cli.Session, []cli.Source, error) {
	goesOn, stop := startProgress()
	defer stop()
	out := bufio.NewWriterSize(goesOn.before(interruptibleWriter(ctx, os.Stdout)), 64<<10)
	o := cli.SessionOptions{Level: c.level, Out: out, JSON: c.json}
	if !c.isServe { // the folder of a service is nobody's
		o.Captures = started
	}
	session := shell.NewSession(o)
	batch := &cli.Batch{Session: session, Out: out, Errors: goesOn.before(interruptibleWriter(ctx, os.Stderr)), KeepGoing: c.keepGoing, Quiet: c.quiet, Environ: os.LookupEnv}
	defer func() { batch.Session.Close() }()
	err := batch.RunAll(ctx, sources)
	return batch.Session, batch.Rest(), err
}

func runConsole(ctx context.Context, shell *cli.Shell, c *config) (*cli.Session, error) {
	tty, err := terminal.OpenTerminal()
	if err != nil {
		return nil, err
	}
	defer tty.Close()
	defer context.AfterFunc(ctx, tty.Hurry)()
	session := shell.NewSession(cli.SessionOptions{Level: c.level, Captures: started})
	defer session.Close()
	open := terminal.NewRich
	if t := os.Getenv("TERM"); c.plain || t == "dumb" || t == "" {
		open = func(t *terminal.Terminal, s *cli.Session) (terminal.Editor, error) {
			return terminal.NewPlain(t, s), nil
		}
	} else {
		tty.ShowProgress()
	}
	ed, err := open(tty, session)
	if err != nil {
		return nil, err
	}
	defer ed.Close()
	defer session.ShowEvents(ed)()
	loaded := make(chan error, 1)
	go func() { loaded <- shell.Load() }() // while the operator reads the prompt
	err = terminal.Run(ctx, session, ed)
	return session, errors.Join(err, <-loaded)
}
