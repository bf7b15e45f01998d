package state

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory is a [Store] that keeps nothing. Engine boots come from the clock, in
// Unix seconds, so that a receiver which remembers the engine ID accepts the
// next run. mu guards all that changes.
type Memory struct {
	now func() time.Time

	mu     sync.Mutex
	files  map[string]memoryFile // nil once closed
	booted int32                 // last boots returned
	model  string
}

type memoryFile struct {
	data     []byte
	edited   *edited // since; nil: not
	modified time.Time
}

func (f *memoryFile) content() []byte {
	if f.edited == nil {
		return bytes.Clone(f.data)
	}
	return f.edited.made(f.data)
}

func (f *memoryFile) size() int {
	if f.edited == nil {
		return len(f.data)
	}
	return f.edited.size
}

var _ Store = (*Memory)(nil)

// NewMemory returns an empty store; now is its clock, nil for the system's.
func NewMemory(now func() time.Time) *Memory {
	if now == nil {
		now = time.Now
	}
	return &Memory{now: now, files: make(map[string]memoryFile)}
}

func (m *Memory) enter() error {
	m.mu.Lock()
	if m.files == nil {
		return fs.ErrClosed
	}
	return nil
}

func (m *Memory) ReadFile(name string) ([]byte, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	err := m.enter()
	defer m.mu.Unlock()
	f, ok := m.files[name]
	if err == nil && !ok {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return f.content(), nil
}

func (m *Memory) Open(name string) (io.ReadCloser, error) {
	if err := checkOperators(name); err != nil {
		return nil, err
	}
	data, err := m.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (m *Memory) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := checkPerm(name, perm); err != nil {
		return err
	}
	if err := checkSize(name, data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	m.put(name, data)
	return nil
}

func (m *Memory) put(name string, data []byte) {
	m.files[name] = memoryFile{data: append([]byte{}, data...), modified: m.now()}
}

func (m *Memory) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	err := m.enter()
	defer m.mu.Unlock()
	if _, ok := m.files[name]; err == nil && !ok {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	delete(m.files, name)
	return nil
}

func (m *Memory) List(folder string) ([]File, error) {
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	var files []File
	for name, f := range m.files {
		if strings.TrimPrefix(path.Dir(name), ".") == folder {
			files = append(files, File{Name: path.Base(name), Size: int64(f.size()), Modified: f.modified})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}

func (m *Memory) Commit(files map[string][]byte) error {
	names, err := checkCommit(files)
	if err != nil {
		return err
	}
	err = m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, name := range names {
		m.put(name, files[name])
	}
	return nil
}

// Edit needs a file whole only if there is none, or too much of it changes at once.
func (m *Memory) Edit(files map[string][]Edit) error {
	names, err := checkNames(files)
	if err != nil {
		return err
	}
	err = m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	next := map[string]memoryFile{}
	for _, name := range names {
		f, ok := m.files[name]
		if f.edited == nil || f.edited.octets > maxEdits/2 {
			f.data = f.content()
			f.edited = newEdited(&sum{Size: len(f.data)})
		}
		e := *f.edited
		if !ok || !e.takes(files[name]) {
			return ErrWhole
		}
		next[name] = memoryFile{f.data, &e, m.now()}
	}
	maps.Copy(m.files, next)
	return nil
}

func (m *Memory) Rewrite(string) error { return nil }

// NextBoots never returns a value twice, also when the clock stands or steps back.
func (m *Memory) NextBoots() (int32, error) {
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return 0, fmt.Errorf("engine boots: %w", err)
	}
	m.booted = int32(min(max(m.now().Unix(), int64(m.booted)+1), maxBoots))
	return m.booted, nil
}

// BootsBefore returns 0: an engine ID whose boots began at 1 in every run would
// be refused by receivers that remember the last one.
func (m *Memory) BootsBefore(string) (int32, error) {
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return 0, fmt.Errorf("engine boots: %w", err)
	}
	return 0, nil
}

// ChassisMAC returns [EphemeralMAC].
func (m *Memory) ChassisMAC() (net.HardwareAddr, error) {
	err := m.enter()
	defer m.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("chassis MAC: %w", err)
	}
	return ParseMAC(EphemeralMAC)
}

func (m *Memory) KeepMAC(net.HardwareAddr) error { return nil }

func (m *Memory) Path(name string) string { return name + " (in memory)" }

func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files = nil
	return nil
}
