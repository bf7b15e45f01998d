package main

import (
	"fmt"
	"io"
	"time"
)

// figures are what was measured, in the units in which they are printed: the table
// follows from them.
type figures struct {
	pod    int           // memory of a fleet of one, in MiB
	router int           // memory of each further router, in KiB
	start  time.Duration // of a processor, for a router to start and to run the scripts
	trap   time.Duration // of a processor, from the command to the socket
}

func mib(octets int64) int { return int((octets + 1<<20 - 1) >> 20) }
func kib(octets int64) int { return int((octets + 1<<10 - 1) >> 10) }

// node is a machine of a cluster.
type node struct {
	cores, gib int
	pods       int // that the kubelet admits
}

// nodes and perPod are those of the table; 110 pods is what a kubelet admits unless
// it is configured otherwise.
var (
	nodes  = []node{{4, 8, 110}, {16, 32, 110}, {64, 128, 250}}
	perPod = []int{1, 10, 100, 1000}
)

// Assumed, not measured: the part of a node that is left to pods, in percent, and
// what the sandbox of a pod takes beside the routers, in MiB.
const (
	free    = 90
	sandbox = 8
)

// room is what a node has room for.
type room struct {
	pods, routers int
	rate          int    // traps a second, of all
	limit         string // what there is no more of first
}

func (f figures) room(n node, routers int) room {
	r := room{pods: n.pods, limit: "pods of the kubelet"}
	each := (f.pod+sandbox)*1024 + f.router*(routers-1) // KiB
	if memory := n.gib * 1024 * 1024 / 100 * free / each; memory < r.pods {
		r.pods, r.limit = memory, "memory"
	}
	r.routers = r.pods * routers
	r.rate = int(time.Duration(n.cores) * time.Second / 100 * free / f.trap)
	return r
}

func (f figures) print(w io.Writer) {
	fmt.Fprintf(w, "A pod with one router takes %d MiB at most, each further router %d KiB; a router %d µs of a processor to start, and a trap %d µs, from the command to the socket.\n\n",
		f.pod, f.router, f.start.Microseconds(), f.trap.Microseconds())
	fmt.Fprintln(w, "| Node | Pods it admits | Routers per pod | Pods per node | Routers per node | Traps per second | What limits first |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- | --- |")
	for _, n := range nodes {
		for _, routers := range perPod {
			r := f.room(n, routers)
			fmt.Fprintf(w, "| %d cores, %d GiB | %d | %d | %d | %d | %d | %s |\n", n.cores, n.gib, n.pods, routers, r.pods, r.routers, r.rate/1000*1000, r.limit)
		}
	}
}
