package main

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgress: the line is there after a second without output, says how long, and is
// gone before what comes next and at the end.
func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown bytes.Buffer
		p := &progress{to: &shown, since: time.Now()}
		stop := p.start()
		out := p.before(&shown)
		_, _ = io.WriteString(out, "a\n")
		time.Sleep(900 * time.Millisecond)
		_, _ = io.WriteString(out, "b\n")
		time.Sleep(2200 * time.Millisecond)
		_, _ = io.WriteString(out, "c\n")
		time.Sleep(2100 * time.Millisecond)
		_, _ = io.WriteString(out, "!!")
		time.Sleep(2100 * time.Millisecond)
		stop()
		const one = "\rrunning for 1s"
		const gone = "\r              \r"
		if got, want := shown.String(), "a\nb\n"+one+"\rrunning for 2s"+gone+"c\n"+one+gone+"!!"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
	if w := (*progress)(nil).before(io.Discard); w != io.Discard {
		t.Error("output that is no terminal is written by another writer")
	}
}

// TestProgressOfBatch: it is on the terminal of standard error.
func TestProgressOfBatch(t *testing.T) {
	con := startConsole(t, "TERM=dumb", "--quiet", "-c", "sleep 2500ms; show privilege")
	con.expect("\rrunning for ", 1)
	con.expect("Privilege level is 1\r\n", 1)
	if status := con.wait(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestProgressOfConsole: a command of the console says so, too, until something else is
// shown.
func TestProgressOfConsole(t *testing.T) {
	con := startConsole(t, "TERM=xterm", "--ephemeral")
	con.expect("host1>", 1)
	con.send("sleep 3600\r")
	con.expect("\rrunning for ", 1)
	con.send("\x03")
	con.expect("\r              ", 1)
	con.send("\x04")
	if status := con.wait(); status != 0 {
		t.Errorf("status %d", status)
	}
}
