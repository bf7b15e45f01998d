//go:build interop

package notify

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/mirror"
)

const faultPage = "../../cli/FAULTS.md"

// faultOutcome is what a receiver does with one fault.
type faultOutcome struct {
	printed []string // of the trap
	sent    bool     // whether it was
	answers Answers  // to the inform
	verdict Verdict
	left    string // why there was no inform, "" if there was
}

// judge sends every fault to a receiver as a trap, with right ones around each,
// and as an inform.
func (b *bench) judge(t *testing.T) map[*Fault]*faultOutcome {
	f := newFixture(t, aged)
	extended(t, f)
	f.openSecure()
	right := func() { f.RaiseSecure(mirror.Sample(new(mirror.SessionReject), 1, 1, testTime)) }
	all := map[*Fault]*faultOutcome{}
	h := secureHost(b.addr)
	f.setHost(t, h)
	right()
	b.until(t)
	for _, fault := range Faults() {
		out := new(faultOutcome)
		all[fault] = out
		if fault.moves {
			continue
		}
		if _, err := f.secure.SendFault(t.Context(), faultTest(t, fault.String(), -300)); err != nil {
			t.Fatal(err)
		}
		right()
		out.printed, out.sent = b.until(t), true
	}
	h.Informs = true
	if strings.Contains(b.name, "pysnmp") {
		h.Timeout = 60 // where much else runs, it takes many seconds for what is oversize
	}
	f.setHost(t, h)
	report, err := f.secure.SendFault(t.Context(), FaultTest{Faults: Faults(), All: true, Count: 1, Samples: sampleStart})
	if err != nil {
		t.Fatal(err)
	}
	for _, why := range report.LeftOut {
		name, why, _ := strings.Cut(why, ": ")
		all[faultNamed(t, name)].left = why
	}
	for _, v := range f.secure.SentFaults() {
		if v.Informs {
			all[v.Fault].answers, all[v.Fault].verdict = v.Answers, v.Verdicts.Sum()
		}
	}
	return all
}

// took counts the notifications that were taken.
func (o *faultOutcome) took() (n int) {
	for _, line := range o.printed {
		if strings.HasPrefix(line, taken) {
			n++
		}
	}
	return n
}

// ofTrap says what the receiver did with the trap, and whether that is wrong.
func (o *faultOutcome) ofTrap(f *Fault) (what string, v Verdict) {
	if !o.sent {
		return "not sent", Undecided
	}
	n, what := o.took(), "refused"
	if n > 0 {
		what = "taken"
	}
	if n > 1 {
		what = fmt.Sprint("taken ", n, " times")
	}
	switch f.dueOf(false, -300).duty {
	case open:
		return what, Undecided
	case takes:
		if n == 0 {
			return "**" + what + "**", Wrong
		}
	default:
		if n > 0 {
			return "**" + what + "**", Wrong
		}
	}
	return what, Correct
}

// ofInform says what the receiver answered, and whether that is wrong.
func (o *faultOutcome) ofInform() string {
	switch {
	case o.left != "":
		return "not sent"
	case o.verdict == Wrong:
		return "**" + o.answers.String() + "**"
	case o.answers.any() || o.answers.Nothing > 0:
		return o.answers.String()
	}
	return "not sent"
}

var (
	upTimeShown = regexp.MustCompile(`sysUpTime\.0 = Timeticks: \(\d+\) [0-9:.]+`)
	notPlain    = regexp.MustCompile(`[^ -~]+`)
)

// shownTrap is what snmptrapd prints of a fault, in short: where it takes the
// trap, varbinds that a right one does not have.
func shownTrap(printed, right []string) string {
	if len(printed) == 0 {
		return "nothing"
	}
	whole := strings.Join(printed, "\n")
	if !strings.HasPrefix(whole, taken) {
		return "`" + notPlain.ReplaceAllString(whole, " ") + "`"
	}
	was := varbindsShown(strings.Join(right, "\n"))
	traps := strings.Split(whole, "\n"+taken)
	now := varbindsShown(traps[0])
	var fresh []string
	for _, vb := range now {
		if !slices.Contains(was, vb) && !slices.Contains(fresh, vb) {
			fresh = append(fresh, vb)
		}
	}
	shown := "the trap"
	switch {
	case len(traps) > 1:
		shown = fmt.Sprintf("the trap, %d times", len(traps))
	case len(fresh) > 0:
		vb := notPlain.ReplaceAllString(fresh[0], " ")
		shown = "the trap, with such as `" + vb[:min(len(vb), 100)] + "`"
	case len(now) != len(was):
		shown = fmt.Sprintf("the trap, with %d varbinds in place of %d", len(now), len(was))
	case !slices.Equal(now, was):
		shown = "the trap, in the order of its varbinds"
	}
	return shown
}

func varbindsShown(trap string) []string {
	trap = upTimeShown.ReplaceAllString(strings.TrimPrefix(trap, taken), "sysUpTime.0")
	return strings.FieldsFunc(trap, func(r rune) bool { return r == '\t' })
}

// TestFaultPage holds the manual's page of faults to what receivers do, and
// snmptrapd and receive to what is right.
func TestFaultPage(t *testing.T) {
	var names []string
	all := map[string]map[*Fault]*faultOutcome{}
	for _, b := range benches(t) {
		names = append(names, b.name)
		all[b.name] = b.judge(t)
	}
	none := faultNamed(t, "none")
	var traps, informs strings.Builder
	for _, f := range Faults() {
		name := "`" + f.String() + "`"
		if f.TakesSeconds() {
			name = "`" + f.String() + " -300`"
		}
		fmt.Fprintf(&traps, "| %s | %s | %s | %s | ", name, f.Help(), f.Due(false, -300), f.Section())
		fmt.Fprintf(&informs, "| %s | %s | ", name, f.Due(true, -300))
		for _, n := range names {
			o := all[n][f]
			what, v := o.ofTrap(f)
			if n == names[0] && o.sent {
				what = shownTrap(o.printed, all[n][none].printed)
			}
			fmt.Fprintf(&traps, "%s | ", strings.ReplaceAll(what, "|", `\|`))
			fmt.Fprintf(&informs, "%s | ", o.ofInform())
			if n == names[0] || n == names[1] {
				if v == Wrong || o.verdict == Wrong {
					t.Errorf("%s, %v: trap %v (%q), inform %v (%v)", n, f, v, o.printed, o.verdict, o.answers)
				}
			}
		}
		traps.WriteByte('\n')
		informs.WriteByte('\n')
	}
	head := func(first string) string {
		line := first + " " + strings.Join(names, " | ") + " |\n"
		return line + strings.Repeat("| --- ", strings.Count(line, "|")-1) + "|\n"
	}
	page := pageTop + head("| Fault | What is wrong | A correct receiver | By |") + traps.String() +
		pageInforms + head("| Fault | A correct receiver |") + informs.String()
	page = strings.ReplaceAll(page, " | \n", " |\n")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(faultPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(faultPage)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), page); d != "" {
		t.Errorf("UPDATE=1 go test -tags interop -run TestFaultPage ./trapcore/notify writes %s:\n%s", faultPage, d)
	}
}

const pageTop = "# Faults\n\n" +
	"What `test mirror fault` sends, what a correct receiver does with it, and what four receivers do: snmptrapd of net-snmp 5.9, `mirrorsh\n" +
	"receive`, the listener of gosnmp, a receiver made of pysnmp 4.4. A test sends all of it and writes this page. What is **bold** is wrong.\n" +
	"Each has one user, SHA and AES-256, for the engine of the sender and for its own. gosnmp leaves engine, time and level to the program\n" +
	"around it, pysnmp level and, of traps, time.\n\n" +
	"## Traps\n\n" +
	"Nothing answers a trap, so that what the receiver prints decides. Right traps went before and after each.\n" +
	"`latched-boots` was left out: a receiver that follows RFC 3414 section 3.2 step 7b to the letter refuses all that comes later.\n\n"

const pageInforms = "\n## Informs\n\n" +
	"The receiver is authoritative, and answers with a Response or a Report. Silence counts where a discovery, sent later, was answered. Where\n" +
	"nothing was sent, the engine of the receiver was too young, or does not tell its time.\n\n"
