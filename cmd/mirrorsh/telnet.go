package main

import (
	"errors"

	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/telnetd"
)

var errNobodyTelnet = errors.New("nobody could log in over Telnet: set a password in a script (line vty 0 4, then password TEXT), " +
	"or leave --telnet out")

// telnet is the row of Telnet, which is there only if it was asked for.
func (m *machine) telnet() protocol {
	return protocol{
		name: "telnet", flag: "--telnet", asked: m.telnetAt, nobody: errNobodyTelnet,
		lines: func(a *access.Access) bool { return a.Usable() || a.Unguarded() },
		open:  func() (remote.Transport, error) { return telnetd.Transport{}, nil },
	}
}
