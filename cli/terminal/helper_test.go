package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli"
)

// helperEnv makes the test binary a process that edits on its controlling
// terminal: "rich" or "plain".
const helperEnv = "EDITOR_TEST_HELPER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(helperEnv); kind != "" {
		os.Exit(helper(kind))
	}
	os.Exit(m.Run())
}

// words is what the helper's commands begin with, and what they explain.
var words = []cli.Suggestion{
	{Text: "configure", Description: "Enter configuration mode"},
	{Text: "show", Description: "Show things"},
	{Text: "showme", Description: "Show more"},
	{Text: "terminal", Description: "Set the terminal"},
	{Text: "version", Description: "Show the version"},
}

// fakeSession is a session without a router. Only its owner's goroutine uses it.
type fakeSession struct {
	prompt  string
	history []string
	silent  bool // no suggestions
	hidden  bool // lines with "secure" are not served
}

func (s *fakeSession) Prompt() string { return s.prompt }

func (s *fakeSession) Help(line string) string {
	if strings.HasPrefix(line, "crash") {
		panic("help crashed")
	}
	return fmt.Sprintf("help for <%s>\n", line)
}

func (s *fakeSession) Page(_ context.Context, out display, text string) error {
	_, err := io.WriteString(out, text)
	return err
}

func (s *fakeSession) Suggests() bool { return !s.silent }

func lastWord(line string) string { return line[strings.LastIndexByte(line, ' ')+1:] }

func (s *fakeSession) Suggest(line string) []cli.Suggestion {
	var fit []cli.Suggestion
	for _, w := range words {
		if strings.HasPrefix(w.Text, lastWord(line)) {
			fit = append(fit, w)
		}
	}
	return fit
}

func (s *fakeSession) Complete(line string) (insert, list string) {
	word, fit := lastWord(line), s.Suggest(line)
	switch {
	case len(fit) == 0:
		return "", ""
	case len(fit) == 1:
		return fit[0].Text[len(word):] + " ", ""
	}
	common := fit[0].Text
	for _, w := range fit {
		for !strings.HasPrefix(w.Text, common) {
			common = common[:len(common)-1]
		}
		list += "  " + w.Text + "\n"
	}
	return common[len(word):], "choices\n" + list
}

func (s *fakeSession) History() []string {
	if !s.hidden {
		return s.history
	}
	return slices.DeleteFunc(slices.Clone(s.history), func(l string) bool { return strings.Contains(l, "secure") })
}

// helper runs a session loop and reports on the terminal what it reads.
func helper(kind string) (status int) {
	goroutines := pprof.Lookup("goroutine")
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	aside := make(chan os.Signal, 1)
	signal.Notify(aside, syscall.SIGUSR1)
	before := goroutines.Count()
	defer stop()

	t, err := OpenTerminal()
	if err != nil {
		fmt.Println("open:", err)
		return 4
	}
	s := &fakeSession{prompt: "r1>"}
	ed := newPlain(t, s)
	if kind == "rich" {
		if ed, err = newRich(t, s); err != nil {
			ed = newPlain(t, s)
			fmt.Fprintln(ed, "rich:", err)
		}
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		for range aside {
			fmt.Fprintln(ed, "log: something happened")
		}
	}()
	defer func() {
		if err := ed.Close(); err != nil {
			fmt.Println("close:", err)
		}
		signal.Stop(aside)
		close(aside)
		<-written
		for range 500 {
			if goroutines.Count() <= before {
				fmt.Println("no goroutine left")
				return
			}
			runtime.Gosched()
			time.Sleep(10 * time.Millisecond)
		}
		_ = goroutines.WriteTo(os.Stdout, 1)
	}()
	for {
		line, err := ed.ReadLine(ctx)
		fmt.Fprintf(ed, "got %q %v\n", line, err)
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) || line == "exit" {
			return 0
		}
		s.run(ctx, ed, line)
	}
}

// run carries out one command of the helper's.
func (s *fakeSession) run(ctx context.Context, ed Editor, line string) {
	if line != "" {
		s.history = append(s.history, line)
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "wait": // until Ctrl-C
		watched, stop := ed.Watch(ctx)
		fmt.Fprintln(ed, "running")
		<-watched.Done()
		fmt.Fprintln(ed, "ended:", context.Cause(watched))
		stop()
	case "silent":
		s.silent = true
	case "hide":
		s.hidden = true
	case "prompt":
		s.prompt = rest
	case "password":
		secret, err := ed.ReadSecret(ctx, "Password: ")
		fmt.Fprintf(ed, "secret %q %v\n", secret, err)
	case "key":
		key, err := ed.ReadKey(ctx)
		fmt.Fprintf(ed, "key %s %v\n", strconv.QuoteRune(rune(key)), err)
	case "size":
		width, height := ed.Size()
		fmt.Fprintf(ed, "size %d %d\n", width, height)
	case "crash":
		panic("crashed")
	case "escape":
		fmt.Fprintf(ed, "a\x1b[31mb\n")
	}
}
