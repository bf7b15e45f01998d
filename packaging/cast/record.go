package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/creack/pty"
)

// columns and the rows of a terminal.
const columns = 122

// patience is how long a program may take to answer.
const patience = 30 * time.Second

// shown is text that appears at a time, at the end of what is there.
type shown struct {
	at   time.Duration
	text string
	key  bool // typed
}

// pane is a terminal with all that appears on it.
type pane struct {
	title string
	all   []shown
}

// terminal is a program at work in a terminal.
type terminal struct {
	tty  *os.File
	cmd  *exec.Cmd
	seen chan []byte
	held []byte // seen, and not asked for yet
}

func open(env []string, name string, args ...string) (*terminal, error) {
	t := &terminal{cmd: exec.Command(name, args...), seen: make(chan []byte)}
	t.cmd.Env = append(os.Environ(), append(env, "TERM=dumb")...)
	var err error
	if t.tty, err = pty.StartWithSize(t.cmd, &pty.Winsize{Rows: 40, Cols: columns}); err != nil {
		return nil, err
	}
	go func() {
		defer close(t.seen)
		for {
			b := make([]byte, 4096)
			n, err := t.tty.Read(b)
			if n > 0 {
				t.seen <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return t, nil
}

// until returns what the program has written up to the end of want, or up to its
// end if want is empty.
func (t *terminal) until(want string) (string, error) {
	late := time.After(patience)
	for {
		if i := bytes.Index(t.held, []byte(want)); want != "" && i >= 0 {
			got := string(t.held[:i+len(want)])
			t.held = t.held[i+len(want):]
			return got, nil
		}
		select {
		case b, ok := <-t.seen:
			if !ok && want == "" {
				return string(t.held), nil
			}
			if !ok {
				return "", fmt.Errorf("it ends before %q: %q", want, t.held)
			}
			t.held = append(t.held, b...)
		case <-late:
			return "", fmt.Errorf("no %q in %q", want, t.held)
		}
	}
}

// close ends the program, whatever it does.
func (t *terminal) close() {
	_ = t.cmd.Process.Kill()
	for range t.seen { // until the reader has gone
	}
	_ = t.cmd.Wait()
	_ = t.tty.Close()
}

// record plays the session at both terminals.
func record(mirrorsh string) (all []*pane, err error) {
	receiver, err := open([]string{"AUTH=auth passphrase", "PRIV=priv passphrase"}, mirrorsh, "receive", "--count", "1", "--user", "mirrorUser SHA $AUTH AES $PRIV")
	if err != nil {
		return nil, err
	}
	defer receiver.close()
	listening, err := receiver.until("informs\r\n")
	if err != nil {
		return nil, err
	}
	console, err := open(nil, mirrorsh, "--ephemeral", "--identity", "host1", "--snmp", "off")
	if err != nil {
		return nil, err
	}
	defer console.close()
	router := &pane{title: "mirrorsh"}
	now, err := router.play(console)
	if err != nil {
		return nil, err
	}
	trap, err := receiver.until("")
	if err != nil {
		return nil, err
	}
	if !strings.Contains(trap, "juniPacketMirrorSessionStart") {
		return nil, errors.New("the receiver has no trap: " + trap)
	}
	return []*pane{router, {title: "mirrorsh receive", all: []shown{{text: listening}, {at: now + atTheEnd, text: trap}}}}, nil
}

// play types all keys, and returns the time at the end.
func (p *pane) play(console *terminal) (now time.Duration, err error) {
	prompt, err := console.until(">")
	if err != nil {
		return 0, err
	}
	p.all = append(p.all, shown{text: prompt})
	for _, line := range keys {
		now += perLine
		for _, k := range line {
			p.all = append(p.all, shown{now, string(k), true})
			now += perKey
		}
		if _, err := console.tty.WriteString(line + "\r"); err != nil {
			return 0, err
		}
		if _, err := console.until(line); err != nil { // its echo
			return 0, err
		}
		answer, err := console.until("\r\nhost1")
		if err != nil {
			return 0, err
		}
		prompt, err := console.until("#")
		if err != nil {
			return 0, err
		}
		p.all = append(p.all, shown{now, answer + prompt, false})
	}
	return now, nil
}
