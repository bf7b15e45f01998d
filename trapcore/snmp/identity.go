package snmp

import "sync/atomic"

// Identity is an engine ID and how its boots follow from those of the process,
// which every engine ID of a process shares.
type Identity struct {
	ID EngineID
	// Before is what the boots of the process were before the engine ID was
	// first used: its own begin at 1.
	Before int32
}

// Of turns a reading of the process's clock into one of this engine. Boots that
// have reached their end stay there.
func (i Identity) Of(now Stamp) Stamp {
	if now.Boots != MaxEngineTime {
		now.Boots = max(now.Boots-i.Before, 1)
	}
	return now
}

// LocalEngine holds the identity of a virtual router's engine, which may change.
// It is safe for concurrent use.
type LocalEngine struct{ now atomic.Pointer[Identity] }

// NewLocalEngine returns an engine whose boots are those of the process.
func NewLocalEngine(id EngineID) *LocalEngine {
	l := new(LocalEngine)
	l.Set(Identity{ID: id})
	return l
}

// Identity returns what is set now.
func (l *LocalEngine) Identity() Identity { return *l.now.Load() }

// Set gives the engine another identity. Keys for the old one: [LCD.Forget].
func (l *LocalEngine) Set(i Identity) { l.now.Store(&i) }
