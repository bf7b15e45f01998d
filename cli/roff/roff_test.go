package roff

import "testing"

func TestPage(t *testing.T) {
	p := New(Head{Name: "mirrorsh", Section: 1, Date: "2026-11-27", Source: "mirrorsh 0.1.0"})
	p.Section("name")
	p.First(".a 'word' with \\ and -- and ~^`é")
	p.Subsection(`say "x"`)
	p.Prose("one\ntwo\n\n  .as it is\n    it's\n\nthree")
	p.Item("-c, --command COMMANDS", "'run")
	p.Forms("a [ B ]", "no a")
	const want = `.TH MIRRORSH 1 2026-11-27 "mirrorsh 0.1.0"
.nh
.ad l
.SH "NAME"
\&.a \(aqword\(aq with \e and \-\- and \(ti\(ha\(ga\[u00E9]
.SS "say \(dqx\(dq"
.PP
one two
.sp
.RS 4
.nf
\&.as it is
  it\(aqs
.fi
.RE
.PP
three
.TP
\fB\-c, \-\-command COMMANDS\fR
\(aqrun
.RS 4
a [ B ]
.br
no a
.RE
`
	if got := p.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
