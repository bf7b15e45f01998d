package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestRoom(t *testing.T) {
	f := figures{pod: 22, router: 100, start: time.Millisecond, trap: 10 * time.Microsecond}
	for _, c := range []struct {
		node
		perPod int
		want   room
	}{
		{node{4, 8, 110}, 1, room{110, 110, 360_000, "pods of the kubelet"}},
		{node{2, 2, 110}, 1, room{61, 61, 180_000, "memory"}},
		{node{2, 2, 110}, 1001, room{14, 14_014, 180_000, "memory"}},
	} {
		if got := f.room(c.node, c.perPod); got != c.want {
			t.Errorf("%+v, %d: %+v", c.node, c.perPod, got)
		}
	}
}

var measured = regexp.MustCompile(`takes (\d+) MiB at most, each further router (\d+) KiB; a router (\d+) µs of a processor to start, and a trap (\d+) µs`)

// TestManual: the table of the manual follows from the figures that it gives.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := measured.FindSubmatch(text)
	if m == nil {
		t.Fatal("the manual has no figures")
	}
	var f figures
	var start, trap int
	if _, err := fmt.Sscan(fmt.Sprintf("%s %s %s %s", m[1], m[2], m[3], m[4]), &f.pod, &f.router, &start, &trap); err != nil {
		t.Fatal(err)
	}
	f.start, f.trap = time.Duration(start)*time.Microsecond, time.Duration(trap)*time.Microsecond
	var b strings.Builder
	f.print(&b)
	if !strings.Contains(string(text), b.String()) {
		t.Errorf("the manual has another table than\n%s", b.String())
	}
}
