// Command cast records a session at a real console, with a real receiver, and
// writes it as an SVG picture that plays: cast MIRRORSH FILE.svg.
//
// Keys are typed at a steady pace of the picture's time, and what the programs
// answer follows at once, so that a recording takes no longer than the programs.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cast MIRRORSH FILE.svg")
		os.Exit(2)
	}
	panes, err := record(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], draw(panes), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cast:", err)
		os.Exit(1)
	}
}

// keys are what is typed, a line each.
var keys = []string{
	"enable 15",
	"mirror trap-enable",
	"mirror-enable",
	"configure terminal",
	`snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`,
	"snmp-server host 127.0.0.1 version v3 mirrorUser udp-port 9162 packetMirror",
	"snmp-server enable traps packetMirror",
	"mirror trap-enable",
	"end",
	"test mirror traps sessionStart",
}

// The pace of the picture.
const (
	perKey   = 35 * time.Millisecond
	perLine  = 500 * time.Millisecond
	atTheEnd = 300 * time.Millisecond // until the receiver shows the trap
)
