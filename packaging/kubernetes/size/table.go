package main

import (
	"fmt"
	"io"
	"time"
)

// node is a machine of a cluster.
type node struct {
	cores, gib int
	pods       int // that the kubelet admits
}

// nodes are those of the table; 110 pods is what a kubelet admits unless it is
// configured otherwise.
var nodes = []node{{4, 8, 110}, {16, 32, 110}, {16, 32, 500}, {64, 128, 1000}}

// free is the part of a node that is left to pods, and perPod what the sandbox of
// a pod takes beside the router, in MiB.
const (
	free   = 0.9
	perPod = 8.0
)

// room is what a node has room for, and what there is no more of first.
func (f figures) room(n node) (pods int, rate float64, limit string) {
	memory := int(float64(n.gib) * 1024 * free / (f.pod + perPod))
	pods, limit = n.pods, "pods of the kubelet"
	if memory < pods {
		pods, limit = memory, "memory"
	}
	return pods, float64(n.cores) * free * float64(time.Second) / float64(f.perTrap), limit
}

func (f figures) print(w io.Writer) {
	fmt.Fprintf(w, "A pod with one router takes %.0f MiB at most, and a trap %.0f µs of a processor, from the command to the socket.\n\n",
		f.pod, float64(f.perTrap)/float64(time.Microsecond))
	fmt.Fprintln(w, "| Node | Pods it admits | Routers per pod | Pods per node | Traps per second | What limits first |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- |")
	for _, n := range nodes {
		pods, rate, limit := f.room(n)
		fmt.Fprintf(w, "| %d cores, %d GiB | %d | 1 | %d | %.0f 000 | %s |\n", n.cores, n.gib, n.pods, pods, rate/1000, limit)
	}
}
