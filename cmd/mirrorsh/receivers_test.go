package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const receiverScenarios = "../../testdata/scenarios/receivers"

// changing is what differs from run to run of a scenario, and what stands for it.
var changing = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(127\.0\.0\.1|\[::1\]):\d+`), "$1:PORT"},
	{regexp.MustCompile(` at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+`), " at TIME"},
	{regexp.MustCompile(`[A-Z]{3} [A-Z]{3} \d\d \d{4} \d\d:\d\d:\d\d \S+`), "TIME"},
	{regexp.MustCompile(`sysUpTime\.0 = \d+`), "sysUpTime.0 = TICKS"},
	{regexp.MustCompile(`\d{4}-\d+-\d+,\d+:\d+:\d+\.\d,[+-]\d+:\d+`), "TIME ZONE"},
	{regexp.MustCompile(`\d{4}-\d+-\d+,\d+:\d+:\d+\.\d`), "TIME"},
	{regexp.MustCompile(`engine time is \d+`), "engine time is SECONDS"},
	{regexp.MustCompile(`(?m)^(Runs|Run time|Rate by router):.*\n`), ""},
	{regexp.MustCompile(`(?m)^((?: {4}.*\n){20})(?: {4}.*\n)+`), "$1    and so on\n"}, // of the message that is as long as can be
}

// engines are those of the default router, of fleets and of receivers, and any
// that stands for one that does not exist.
var engines = regexp.MustCompile(`0x8000130a[0-9a-f]+`)

func unchanging(text string) string {
	for _, c := range changing {
		text = c.what.ReplaceAllString(text, c.with)
	}
	text = engines.ReplaceAllStringFunc(text, func(id string) string {
		if strings.HasSuffix(id, "80000001") {
			return id
		}
		return "OTHER"
	})
	return widths.ReplaceAllStringFunc(text, func(s string) string { return s[:2] })
}

// directive returns the words behind "! NAME: mirrorsh" in a script, quoted as for a
// shell.
func directive(script, name string) (words []string) {
	_, rest, ok := strings.Cut(script, "\n! "+name+": mirrorsh ")
	if !ok {
		return nil
	}
	line, _, _ := strings.Cut(rest, "\n")
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

// TestReceiverScenarios plays the scripts of public threads about receivers against
// mirrorsh receive: what the router prints, and what the receiver takes and refuses,
// are compared whole with NAME.golden. UPDATE=1 writes it.
func TestReceiverScenarios(t *testing.T) {
	scripts, err := filepath.Glob(receiverScenarios + "/*.scr")
	if err != nil || len(scripts) < 12 {
		t.Fatal(len(scripts), err)
	}
	page, err := os.ReadFile("../../cli/RECEIVERS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".scr")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, url := range regexp.MustCompile(`(?m)^! (https://\S+)$`).FindAllStringSubmatch(string(script), -1) {
				if !strings.Contains(string(page), "("+url[1]+")") {
					t.Errorf("%s is not on the page", url[1])
				}
			}
			if !strings.Contains(string(page), "/receivers/"+name+".scr)") {
				t.Error("the page does not name it")
			}
			got, golden := playReceiver(t, string(script)), strings.TrimSuffix(path, ".scr")+".golden"
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Error(d)
			}
		})
	}
}

// playReceiver runs a script, or a fleet with it, and returns what both ends print.
func playReceiver(t *testing.T, script string) string {
	t.Helper()
	at, options := "127.0.0.1:0", directive(script, "Receiver")[1:]
	if !strings.HasPrefix(options[0], "-") {
		at, options = options[0], options[1:]
	}
	p := startReceiveAt(t, at, options...)
	file := filepath.Join(t.TempDir(), "x.scr")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(script, "9162", p.port)), 0o600); err != nil {
		t.Fatal(err)
	}
	args := directive(script, "Run")
	many := len(args) > 0
	if !many {
		args = []string{"--quiet", "FILE"}
	}
	args[slices.Index(args, "FILE")] = file
	stdout, _ := mirrorsh(t, 0, "", args...)

	// What has arrived is read before what comes last.
	from := &net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP("127.0.0.9")}}
	if strings.HasPrefix(p.addr, "[") {
		from.LocalAddr = nil
	}
	last, err := from.Dial("udp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	if _, err := last.Write([]byte("the last one")); err != nil {
		t.Fatal(err)
	}
	refused := ""
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	for {
		line, err := p.errs.ReadString('\n')
		if err != nil {
			t.Fatalf("the receiver has ended: %v\n%s", err, refused)
		}
		if strings.Contains(line, " "+last.LocalAddr().String()+":") {
			break
		}
		refused += line
	}
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_, counts := p.wait(t)
	took := p.stdout.String()
	if many { // in whatever order
		heads := regexp.MustCompile(`(?m)^\S.*$`).FindAllString(took, -1)
		slices.Sort(heads)
		took = strings.Join(heads, "\n") + "\n"
	}
	text := fmt.Sprintf("%s\n=== What the receiver took ===\n%s\n=== What it refused, and the last datagram ===\n%s%s", stdout, took, refused, counts)
	return unchanging(strings.ReplaceAll(strings.ReplaceAll(text, p.port, "PORT"), file, "FILE"))
}
