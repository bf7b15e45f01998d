package remote

import (
	"io"
	"slices"
	"time"

	"mirrorsh/cli/access"
)

// patient is a stream of a session without a line editor, on which exec-timeout
// applies: the session ends when it has waited too long for input, or for a
// client that takes no output.
type patient struct {
	io.ReadWriter
	access *access.Access
	user   *access.User
}

func (p *patient) Read(b []byte) (int, error) {
	defer p.watch()()
	return p.ReadWriter.Read(b)
}

// writeSize is how much has to be taken in the time: what is on its way to a
// slow client is not waiting.
const writeSize = 32 << 10

func (p *patient) Write(b []byte) (n int, err error) {
	for part := range slices.Chunk(b, writeSize) {
		stop := p.watch()
		m, err := p.ReadWriter.Write(part)
		stop()
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

// watch begins a wait; stop ends it.
func (p *patient) watch() (stop func()) {
	l, err := p.access.Line(p.user.Line)
	if err != nil || l.ExecTimeout == 0 {
		return func() {}
	}
	t := time.AfterFunc(l.ExecTimeout, func() { p.user.Close(access.ErrIdle) })
	return func() { t.Stop() }
}
