package main

import (
	"strings"
	"testing"
	"time"
)

func TestRoom(t *testing.T) {
	f := figures{pod: 24, perTrap: 10 * time.Microsecond}
	for _, c := range []struct {
		node
		pods  int
		rate  float64
		limit string
	}{
		{node{4, 8, 110}, 110, 360_000, "pods of the kubelet"},
		{node{2, 2, 110}, 57, 180_000, "memory"},
	} {
		if pods, rate, limit := f.room(c.node); pods != c.pods || rate != c.rate || limit != c.limit {
			t.Errorf("%+v: %d, %v, %s", c.node, pods, rate, limit)
		}
	}
	var b strings.Builder
	f.print(&b)
	if rows := strings.Count(b.String(), "\n|"); rows != len(nodes)+2 {
		t.Errorf("%d rows:\n%s", rows, b.String())
	}
}
