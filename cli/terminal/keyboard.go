package terminal

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/cli"
)

// maxAhead bounds the keys typed ahead. Beyond it the reader waits, and the
// terminal or the SSH window holds back the rest.
const maxAhead = 1 << 20

// errPoked says that keyboard.poke, not a key, ended a wait.
var errPoked = errors.New("poked")

// keyboard is the queue between the goroutine that reads the input and the one
// that edits. mu guards every field below it; one goroutine consumes at a time.
type keyboard struct {
	ready chan struct{} // one token: look at the queue again
	room  chan struct{} // one token: the queue has shrunk
	quit  chan struct{} // closed by stop
	done  chan struct{} // closed when the reader has ended

	begun time.Time
	last  atomic.Int64 // when something was typed last, in nanoseconds since begun

	mu     sync.Mutex
	queue  []Key
	err    error // why no key will follow
	poked  bool
	cancel context.CancelCauseFunc // of the command that runs
	asked  bool                    // the command that runs waits for an answer
}

// newKeyboard starts the one goroutine that reads r. It ends with r, or at the
// first Read that returns after stop.
func newKeyboard(r io.Reader) *keyboard {
	k := &keyboard{
		begun: time.Now(),
		ready: make(chan struct{}, 1),
		room:  make(chan struct{}, 1),
		quit:  make(chan struct{}),
		done:  make(chan struct{}),
	}
	go k.read(r)
	return k
}

func (k *keyboard) read(r io.Reader) {
	defer close(k.done)
	var s splitter
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			k.last.Store(int64(time.Since(k.begun)))
		}
		s.split(buf[:n], k.put)
		if err != nil {
			k.end(io.EOF)
			return
		}
		if !k.waitForRoom() {
			return
		}
	}
}

// put queues a key, except for Ctrl-C while a command runs.
func (k *keyboard) put(key Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil {
		return // stopped
	}
	// An answer goes with the Ctrl-C behind it: what was typed of it must not be
	// left to the next line, which would show it.
	if key == keyInterrupt && k.cancel != nil && !k.asked {
		k.cancel(errInterrupt)
		return
	}
	k.queue = append(k.queue, key)
	wake(k.ready)
}

// ask says that keys are the answer to a command until the answer is there.
func (k *keyboard) ask() (answered func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = true
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.asked = false
	}
}

// asking reports whether the command that runs waits for an answer.
func (k *keyboard) asking() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.asked
}

// interrupt is Ctrl-C in an answer.
func (k *keyboard) interrupt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cancel != nil {
		k.cancel(errInterrupt)
	}
}

// waitForRoom reports whether reading goes on.
func (k *keyboard) waitForRoom() bool {
	for {
		k.mu.Lock()
		full := len(k.queue) >= maxAhead
		k.mu.Unlock()
		if !full {
			select {
			case <-k.quit:
				return false
			default:
				return true
			}
		}
		select {
		case <-k.room:
		case <-k.quit:
			return false
		}
	}
}

// end makes reads return err once the queue is empty.
func (k *keyboard) end(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.err = err
	}
	wake(k.ready)
}

// stop drops what is queued and ends the waits. It is called once.
func (k *keyboard) stop() {
	close(k.quit)
	k.mu.Lock()
	k.queue = nil
	k.mu.Unlock()
	k.end(io.EOF)
}

// poke ends one wait of the editing goroutine.
func (k *keyboard) poke() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.poked = true
	wake(k.ready)
}

// unpoke withdraws a poke that nothing has waited for.
func (k *keyboard) unpoke() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.poked = false
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take returns the next key if there is one. ok is false if there is none yet;
// err is errPoked, or says why none will come.
func (k *keyboard) take() (key Key, ok bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.poked:
		k.poked = false
		return 0, false, errPoked
	case len(k.queue) > 0:
		key = k.queue[0]
		k.drop(1)
		return key, true, nil
	}
	return 0, false, k.err
}

// drop removes the first n keys; the caller holds mu.
func (k *keyboard) drop(n int) {
	k.queue = k.queue[n:]
	if len(k.queue) == 0 {
		k.queue = nil
	}
	wake(k.room)
}

// takeIf removes and returns the next key if it is one of keys.
func (k *keyboard) takeIf(keys ...Key) (Key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.queue) == 0 || !slices.Contains(keys, k.queue[0]) {
		return 0, false
	}
	key := k.queue[0]
	k.drop(1)
	return key, true
}

// waiting reports whether anything has been typed ahead.
func (k *keyboard) waiting() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.queue) > 0
}

// waitingLine reports whether a line has been typed ahead, with its Enter.
func (k *keyboard) waitingLine() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Contains(k.queue, enterKey)
}

// takeLine removes and returns a line that has been typed ahead in full and
// needs no editing.
func (k *keyboard) takeLine() (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var line []rune
	for i, key := range k.queue {
		if key == enterKey {
			k.drop(i + 1)
			return string(line), true
		}
		if !key.printable() || key == '?' || i == cli.MaxTyped {
			break
		}
		line = append(line, rune(key))
	}
	return "", false
}

// wait waits until take has something to say or ctx is done, but no longer
// than limit, and reports whether it was the former.
func (k *keyboard) wait(ctx context.Context, limit <-chan time.Time) bool {
	for {
		k.mu.Lock()
		ok := k.poked || len(k.queue) > 0 || k.err != nil
		k.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-k.ready:
		case <-ctx.Done():
			return false
		case <-limit:
			return false
		}
	}
}

// next waits for a key outside ReadLine, where a poke means nothing.
func (k *keyboard) next(ctx context.Context) (Key, error) {
	for {
		key, err := k.nextOrPoke(ctx)
		if !errors.Is(err, errPoked) {
			return key, err
		}
	}
}

// nextOrPoke waits for a key or a poke.
func (k *keyboard) nextOrPoke(ctx context.Context) (Key, error) {
	for {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if key, ok, err := k.take(); ok || err != nil {
			return key, err
		}
		k.wait(ctx, nil)
	}
}

func (k *keyboard) watch(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	outer := k.cancel
	k.cancel = cancel
	if len(k.queue) > 0 && k.queue[0] == keyInterrupt {
		k.drop(1)
		cancel(errInterrupt)
	}
	return ctx, sync.OnceFunc(func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.cancel = outer
		cancel(context.Canceled)
	})
}
