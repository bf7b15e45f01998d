package command

import (
	"mirrorsh/cli"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// usersOf are users, groups, views and communities as a session sees them.
func usersOf(s *cli.Session) snmp.Visible { return s.VirtualRouter().Users(s.Clearance()) }

// trapsOf is the notification originator as a session sees it.
func trapsOf(s *cli.Session) notify.Visible { return s.VirtualRouter().Traps().As(s.Clearance()) }
