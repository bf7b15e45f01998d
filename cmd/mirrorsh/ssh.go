package main

import (
	"cmp"
	"errors"
	"log/slog"

	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/sshd"
)

// defaultSSH is where serve listens unless told otherwise.
const defaultSSH = "127.0.0.1:2222"

var errNobody = errors.New("nobody could log in over SSH: put a key into ~/.ssh/authorized_keys, name a file of keys with " +
	"--ssh-authorized-keys, set a password in a script (line vty 0 4, then password TEXT), or give --ssh off")

// ssh is the row of SSH.
func (m *machine) ssh() protocol {
	var keys *sshd.Keys // nil: none
	return protocol{
		name: "ssh", flag: "--ssh", asked: m.sshAddr, served: defaultSSH, nobody: errNobody,
		credentials: func() (some bool, err error) {
			keys, some, err = openKeys(m.sshKeys)
			return some, err
		},
		lines: (*access.Access).Usable,
		open: func() (remote.Transport, error) {
			hosts, err := sshd.HostKeys(m.store)
			return &sshd.Transport{HostKeys: hosts, Keys: keys}, err
		},
	}
}

// openKeys opens the authorized keys, if there are any, and reports whether some
// may log in. A file that nobody asked for need not be readable.
func openKeys(asked string) (keys *sshd.Keys, some bool, err error) {
	path := cmp.Or(asked, sshd.DefaultKeys())
	if path == "" {
		return nil, false, nil
	}
	keys, some, err = sshd.OpenKeys(path)
	if err != nil && asked == "" {
		slog.Warn("authorized keys are not used", "error", err)
		return keys, some, nil
	}
	return keys, some, err
}
