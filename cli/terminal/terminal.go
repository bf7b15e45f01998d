package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// errNoTerminal reports that there is no terminal to edit on.
var errNoTerminal = errors.New("no terminal")

// The size assumed where none is known.
const (
	defaultWidth  = 80
	defaultHeight = 24
)

// maxAside bounds what is written while a line is edited and not yet shown.
const maxAside = 256 << 10

// closeGrace is how long Hurry and Close let a write go on.
const closeGrace = time.Second

// A Terminal is where an Editor reads and writes: the process's own terminal,
// or one at the far end of a connection. Its keyboard owns the goroutine that
// reads. mu guards output and the fields below it.
type Terminal struct {
	keys   *keyboard
	in     io.Reader
	out    io.Writer
	size   func() (width, height int)
	finish func() error // gives a local terminal back
	close  func() error

	mu      sync.Mutex
	closed  bool
	noESC   bool
	noColor bool // fixed when the terminal is opened
	lastCR  bool
	editing bool   // a line is on the screen; Write goes to aside
	aside   []byte // to be shown above the line
	progress
}

// OpenTerminal takes the controlling terminal, or else the one on standard
// input, saves its state and puts it into raw mode until Close. The owner defers
// Close, which alone gives the terminal back, and calls Hurry on a signal.
// The error is errNoTerminal if there is none.
func OpenTerminal() (*Terminal, error) {
	// A file of our own, because it becomes non-blocking, which must not leak
	// into other processes that share standard input.
	file, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		if !term.IsTerminal(int(os.Stdin.Fd())) {
			return nil, fmt.Errorf("%w: %w", errNoTerminal, err)
		}
		if file, err = os.OpenFile("/dev/stdin", os.O_RDWR, 0); err != nil {
			return nil, fmt.Errorf("%w: %w", errNoTerminal, err)
		}
	}
	t, err := takeTerminal(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return t, nil
}

// takeTerminal makes a raw Terminal of file, which it owns unless it fails.
func takeTerminal(file *os.File) (*Terminal, error) {
	// Without deadlines the reader could not be stopped.
	if err := file.SetReadDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoTerminal, err)
	}
	var saved *term.State
	err := onFd(file, func(fd int) (err error) { saved, err = term.MakeRaw(fd); return err })
	if err != nil {
		return nil, fmt.Errorf("%w: raw mode: %w", errNoTerminal, err)
	}
	t := &Terminal{in: file, out: file, close: file.Close, noColor: os.Getenv("NO_COLOR") != ""} // no-color.org
	t.size = func() (width, height int) {
		err := onFd(file, func(fd int) (err error) { width, height, err = term.GetSize(fd); return err })
		if err != nil {
			return 0, 0
		}
		return width, height
	}
	t.finish = func() error {
		return onFd(file, func(fd int) error { return term.Restore(fd, saved) })
	}
	t.keys = newKeyboard(file)
	return t, nil
}

// onFd runs f on the descriptor without making it blocking, as File.Fd may.
func onFd(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}

// NewRemote makes a Terminal of a connection whose far end is in raw mode, such
// as an SSH channel with a pty. size returns columns and rows, 0 where unknown,
// and may be called by any goroutine. Close neither closes nor flushes rw: the
// owner does, so that an exit status can still follow. The goroutine that reads
// ends with Close if rw has SetReadDeadline, else when rw is closed.
func NewRemote(rw io.ReadWriter, size func() (width, height int)) *Terminal {
	none := func() error { return nil }
	return &Terminal{in: rw, out: rw, size: size, finish: none, close: none, keys: newKeyboard(rw)}
}

// Size returns the window's columns and rows, 80 and 24 where unknown.
func (t *Terminal) Size() (width, height int) {
	width, height = t.size()
	if width <= 0 {
		width = defaultWidth
	}
	if height <= 0 {
		height = defaultHeight
	}
	return width, height
}

// Write prints p, with every newline made the terminal's. While a line is being
// edited, p appears above it as lines of its own.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.editing || t.closed {
		return t.send(p)
	}
	if len(t.aside)+len(p) > maxAside {
		return 0, fmt.Errorf("terminal too slow: %w", io.ErrShortWrite)
	}
	t.aside = append(t.aside, p...)
	t.keys.poke()
	return len(p), nil
}

// print writes what belongs to the line being edited. A failure is not reported:
// input from a terminal that cannot be written to ends too.
func (t *Terminal) print(s string) {
	if s == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = t.send([]byte(s))
}

// send writes p; the caller holds mu.
func (t *Terminal) send(p []byte) (int, error) {
	if t.closed {
		return 0, os.ErrClosed
	}
	t.untell()
	b := make([]byte, 0, len(p)+len(p)/32+2)
	for _, c := range p {
		switch {
		case c == '\n' && !t.lastCR:
			b = append(b, '\r')
		case c == escape && t.noESC:
			c = '?'
		}
		b = append(b, c)
		t.lastCR = c == '\r'
	}
	t.progress.since = time.Now()
	if len(p) > 0 {
		t.progress.within = p[len(p)-1] != '\n'
	}
	if _, err := t.out.Write(b); err != nil {
		return 0, fmt.Errorf("terminal: %w", err)
	}
	return len(p), nil
}

func (t *Terminal) beginLine() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.editing = true
}

// endLine is called with the cursor at the start of a row.
func (t *Terminal) endLine() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.editing, t.progress.within = false, false
	t.keys.unpoke()
	if len(t.aside) > 0 {
		_, _ = t.send(t.aside)
		t.aside = nil
	}
}

// takeAside returns what was written since the line was last drawn.
func (t *Terminal) takeAside() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := string(t.aside)
	t.aside = nil
	return s
}

// Hurry gives what is written from now on, or being written, a short time: the
// owner calls it when the session is to end, so that a terminal that takes no
// output cannot keep it.
func (t *Terminal) Hurry() {
	if out, ok := t.out.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = out.SetWriteDeadline(time.Now().Add(closeGrace))
	}
}

// Close ends every read, stops the reader and gives a local terminal back, even
// one that takes no more output. It may be called more than once.
func (t *Terminal) Close() error {
	t.Hurry() // frees mu from a stuck write
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	if t.editing {
		_, _ = t.send([]byte("\n"))
	}
	t.untell()
	t.closed = true
	t.keys.stop()
	err := t.finish()
	if in, ok := t.in.(interface{ SetReadDeadline(time.Time) error }); ok {
		if in.SetReadDeadline(time.Unix(1, 0)) == nil {
			<-t.keys.done
		}
	}
	return errors.Join(err, t.close())
}
