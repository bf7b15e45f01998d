package command

import (
	"strings"

	"mirrorsh/cli/roff"
	"mirrorsh/mib"
)

// ManualPage is mirrorsh(5): scripts, and the commands from their tables.
func ManualPage(head roff.Head) string {
	p := roff.New(head)
	p.Section("name")
	p.First("mirrorsh - scripts and commands of mirrorsh(1)")
	p.Section("description")
	p.First("A script has what one would type in a session, a command a line. ! begins a comment where a command may begin. A line that ends in ? prints help, and sleep waits. ${NAME} stands for a variable of the environment and ${NAME:-default} has a default for one that is not set or empty; without a default that is an error. Inside quotes a value stays one word. $${ stands for ${. The first refused command ends the script, unless mirrorsh runs with --keep-going; then what belongs to that command is left out, too.")
	p.Text("at +1.5s COMMAND runs a command later, every 200ms count 50 COMMAND again and again, and repeat N the lines up to end. What is scheduled runs while the script waits and at its end, by the time of the script, which passes while it waits: with sleep, with wait sent or wait acknowledged for notifications to leave or to be acknowledged, with expect trap for one with these values. A wait that is in vain is a refused command, so that a script is a test: the exit status is 1, and standard error has FILE:LINE. With clock set and --seed the values of test traps are the same in every run, times included: the clock then shows how long the script has waited. These words are this product's own.")
	p.Text("In syntax, [ ] holds what may be left out, { } what is chosen from, with | between. A word in capitals is a value. Any unambiguous prefix stands for a keyword. Levels are the defaults.")
	p.Text("A secure command or keyword exists only after mirror-enable, at level 13 or more.")
	p.Text("The output of every command that shows something can be filtered with | begin, | exclude and | include and a regular expression. | json shows its values as JSON instead; it is this product's own: the real router has no JSON.")
	for mode, commands := range byMode() {
		p.Section(string(mode))
		for i, c := range commands {
			if i == 0 {
				p.First("Commands of this mode, some of others too:")
			}
			p.Subsection(name(c))
			p.First(strings.TrimSpace(c.Summary + ". " + c.Description))
			p.Forms(forms(c)...)
			p.Text(place(c))
			if len(c.Examples) > 0 {
				p.Code(c.Examples...)
			}
		}
	}
	p.Section("traps of packet mirroring")
	for i, n := range mib.MirrorNotifications {
		if i == 0 {
			p.First("By their names, each with its object identifier, severity and objects:")
		}
		p.Item(n.Name, strings.TrimSuffix(n.Meaning, ".")+". "+n.OID.String()+", "+filterText(n.Severity)+": "+objectNames(n)+".")
	}
	p.Section("see also")
	p.First("mirrorsh(1)")
	return p.String()
}

func objectNames(n *mib.Notification) string {
	var names []string
	for _, o := range n.Objects {
		names = append(names, o.Name)
	}
	return strings.Join(names, ", ")
}
