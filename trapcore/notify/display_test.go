package notify

import (
	"strings"
	"testing"

	"mirrorsh/ascii"
	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
)

// TestTextsOfPeers: whatever a text of an event holds, each DisplayString of
// its notification is printable ASCII within the size of the object, and no
// trap is lost for it.
func TestTextsOfPeers(t *testing.T) {
	for text, want := range map[string]string{
		"joe": "joe", "j\u00f6\n": `j\xc3\xb6\x0a`, "\xff": `\xff`, strings.Repeat("\u00f6", 20): strings.Repeat(`\xc3\xb6`, 20),
	} {
		s := mirror.Session{Attachment: mirror.Attachment{Origin: mirror.Origin{Trigger: text}, Policy: mirror.Policy{Name: text}}}
		f := mirror.Failure{Text: text}
		var traps []*trap
		for _, ev := range []mirror.Event{
			&mirror.RadiusBasedMirroringFailure{Origin: s.Origin, UserName: text, Failure: f},
			&mirror.CliTriggerBasedMirroringFailure{Origin: s.Origin, Policy: s.Policy, Failure: f},
			&mirror.InterfaceDeleted{Attachment: s.Attachment}, &mirror.AnalyzerUnreachable{},
			&mirror.SessionStart{Session: s}, &mirror.SessionEnd{Session: s}, &mirror.InterfaceSessionActivated{Session: s},
			&mirror.InterfaceSessionDeactivated{Session: s}, &mirror.SessionReject{Attachment: s.Attachment}, &mirror.SessionFailed{Session: s},
		} {
			tr := encodeSecure(ev)
			if tr.bad {
				t.Errorf("%s with %q is lost", tr.n.Name, text)
			}
			traps = append(traps, tr)
		}
		for _, ev := range []Event{&CLISecurityAlert{Message: text}, &AuthenticationFailure{Community: text}} {
			tr, bad := encodeOrdinary(ev)
			if bad {
				t.Errorf("%s with %q is lost", tr.n.Name, text)
			}
			traps = append(traps, tr)
		}
		for _, tr := range traps {
			for i, vb := range parse(t, tr)[2:] {
				o := tr.n.Objects[i]
				if o.Syntax != mib.DisplayString {
					continue
				}
				got, most := vb.Value.Str(), maxDisplay
				if o.Max > 0 {
					most = int(o.Max)
				}
				if got != ascii.Display(text, most) || len(want) <= most && got != want {
					t.Errorf("%s: %s of %q is %q", tr.n.Name, o.Name, text, got)
				}
			}
		}
	}
}
