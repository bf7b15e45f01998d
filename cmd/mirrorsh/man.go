package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"mirrorsh/cli/command"
	"mirrorsh/cli/roff"
)

func manCommand() *subcommand {
	return &subcommand{
		name: "man", args: "[1 | 5]", words: []string{"1", "5"},
		help: "Prints the manual page mirrorsh(1), of the program, or mirrorsh(5), of scripts and\nall commands.\n\n" +
			"  mirrorsh man 5 | man -l -",
		flags: func(*pflag.FlagSet) {},
		run: func(args []string) int {
			head := roff.Head{Name: "mirrorsh", Date: built().Format("2006-01-02"), Source: "mirrorsh " + version}
			switch strings.Join(args, " ") {
			case "", "1":
				head.Section = 1
				fmt.Print(manualPage(head))
			case "5":
				head.Section = 5
				fmt.Print(command.ManualPage(head))
			default:
				say("%v", subcommandError{"man", "man takes 1 or 5"})
				return exitUsage
			}
			return exitDone
		},
	}
}

// exitStatuses says what each means, README.md too.
var exitStatuses = [][2]string{
	{"0", "done"},
	{"1", "a command was refused"},
	{"2", "bad usage, a script that cannot be opened"},
	{"3", "traps still queued after --drain, or informs given up in the run; secure ones count only if the script could see them"},
	{"4", "could not start; the message says what to do"},
	{"129, 130, 143", "SIGHUP, SIGINT, SIGTERM"},
}

// manualPage is mirrorsh(1).
func manualPage(head roff.Head) string {
	p := roff.New(head)
	p.Section("name")
	p.First("mirrorsh - " + product)
	p.Section("synopsis")
	about, forms, _ := strings.Cut(usageForms, "\n\n")
	p.Code(strings.Split(strings.ReplaceAll(strings.TrimPrefix(about, "  "), "\n  ", "\n"), "\n")...)
	p.Section("description")
	p.First("mirrorsh behaves like the packet-mirroring side of an E-series router: mirroring commands, options and output do not exist for a session until mirror-enable, mirroring events leave as SNMPv3 traps, and a volatile secure log shows what was sent.")
	p.Text("It is a simulator for development, testing and training. It intercepts nothing.")
	p.Text("In a session, ? lists what can be typed next and Tab completes; help says more. mirrorsh(5) has every command.")
	p.Text(strings.TrimSpace(forms))
	p.Section("options")
	flagItems(p, (&config{}).flags())
	for _, s := range subcommands() {
		p.Section("mirrorsh " + s.name)
		p.Forms("mirrorsh " + s.name + " " + s.args)
		p.Prose(s.help)
		flagItems(p, s.flagSet())
	}
	p.Section("exit status")
	for _, s := range exitStatuses {
		p.Item(s[0], s[1]+".")
	}
	p.Section("environment")
	p.Item("XDG_STATE_HOME", "Where the state directory of a console or of serve is, unless --state says.")
	p.Item("NO_COLOR", "If it is set, a console has no colours.")
	p.Item("TERM", "With dumb, or none, a console has no escape sequences, as with --plain.")
	p.Section("files")
	p.Item("~/.local/state/mirrorsh", "Configuration, engine ID and boots of a router, its files and SSH host keys, unless --state or XDG_STATE_HOME says otherwise.")
	p.Item("~/.ssh/authorized_keys", "Keys that may log in over SSH, unless --ssh-authorized-keys says otherwise.")
	p.Section("examples")
	p.First("A router of its own, and a first look:")
	p.Code("mirrorsh --ephemeral")
	p.Text("A receiver, in another terminal, for what show snmp receiver-configuration prints:")
	p.Code("mirrorsh receive --users users.conf")
	p.Section("see also")
	p.First("mirrorsh(5), snmptrapd(8), snmpwalk(1), ssh(1)")
	return p.String()
}

// flagItems lists the flags as printFlags does.
func flagItems(p *roff.Page, fs *pflag.FlagSet) {
	visitFlags(fs, func(tag, text string) { p.Item(tag, text+".") })
}
