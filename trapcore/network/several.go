package network

import (
	"iter"
	"math"

	"github.com/tidwall/btree"
)

// several is a set in the order of keys, which mostly has one member and then takes
// no more room.
type several[T keyed] struct {
	one  T // while more is nil
	more *btree.Map[uint64, T]
}

type keyed interface {
	comparable
	key() uint64
}

func (s *several[T]) empty() bool {
	var none T
	return s.one == none && s.more == nil
}

func (s *several[T]) add(v T) {
	switch {
	case s.empty():
		s.one = v
		return
	case s.more == nil:
		s.more = &btree.Map[uint64, T]{}
		s.more.Set(s.one.key(), s.one)
		var none T
		s.one = none
	}
	s.more.Set(v.key(), v)
}

// remove removes a member, whose key is what it was when it was added.
func (s *several[T]) remove(v T) {
	if s.more == nil {
		var none T
		s.one = none
		return
	}
	if s.more.Delete(v.key()); s.more.Len() == 0 {
		s.more = nil
	}
}

// all gives out the members.
func (s *several[T]) all() iter.Seq[T] { return s.between(0, math.MaxUint64) }

// between gives out those at or after a key, and before another.
func (s *several[T]) between(from, before uint64) iter.Seq[T] {
	return func(yield func(T) bool) {
		switch {
		case s.more != nil:
			s.more.Ascend(from, func(key uint64, v T) bool { return key < before && yield(v) })
		case !s.empty() && s.one.key() >= from && s.one.key() < before:
			yield(s.one)
		}
	}
}

// first is the first member at or after a key, zero if there is none.
func (s *several[T]) first(key uint64) (v T) {
	for v = range s.between(key, math.MaxUint64) {
		break
	}
	return v
}
