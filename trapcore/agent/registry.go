package agent

import (
	"fmt"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// scope is one PDU at work: whose objects are asked for, and what the asker
// may see of them.
type scope struct {
	*Agent
	r      *Responder
	view   *snmp.View
	reader side.Clearance
	users  *snmp.Snapshot // of the virtual router asked
	now    snmp.Stamp
	v1     bool
	work   *int        // of the datagram, see maxWork
	lists  map[any]any // see listed
	after  mib.OID     // room for next
}

// maxWork is the most work for one datagram, in objects evaluated, rows visited
// and families of a view compared with a name: some tens of milliseconds. More
// is asked only by requests that look for the few objects of a view among many.
const maxWork = 50_000

func (sc *scope) spend(n int) { *sc.work += n }

// listed returns what list returns, which is called once a PDU for a key.
func listed[T any](sc *scope, key any, list func(*scope) []T) []T {
	all, ok := sc.lists[key].([]T)
	if !ok {
		all = list(sc)
		sc.spend(len(all))
		if sc.lists == nil {
			sc.lists = map[any]any{}
		}
		sc.lists[key] = all
	}
	return all
}

// branch is a scalar or a conceptual row type of the tree.
type branch interface {
	// root is the subtree of all its instances, which no other branch shares.
	root() mib.OID
	// get returns a value, or one of the exceptions, for a name below root.
	get(sc *scope, name mib.OID) snmp.Value
	// first returns the first instance at or after a name, which need not be below root.
	first(sc *scope, from mib.OID) (mib.OID, snmp.Value, bool)
	// stage takes a new value for a name below root into a transaction.
	stage(tx *transaction, name mib.OID, v snmp.Value) snmp.ErrorStatus
	// names lists the objects, see [Objects].
	names() map[string]mib.OID
}

// registry is the tree: branches in lexicographic order of their roots.
type registry []branch

// newRegistry orders branches. It panics if one is inside another, which no
// input can bring about.
func newRegistry(branches ...branch) registry {
	slices.SortFunc(branches, func(a, b branch) int { return a.root().Compare(b.root()) })
	for i, b := range branches {
		if i > 0 && b.root().HasPrefix(branches[i-1].root()) {
			panic(fmt.Sprintf("agent: %v is registered inside %v", b.root(), branches[i-1].root()))
		}
	}
	return branches
}

// least is the length in octets of the shortest name of an instance there may be.
func (reg registry) least() int {
	n := mib.MaxOIDLength
	for _, b := range reg {
		n = min(n, snmp.OIDSize(b.root())+1)
	}
	return n
}

// upTo returns how many branches have a root that is not after a name.
func (reg registry) upTo(name mib.OID) int {
	i, found := slices.BinarySearchFunc(reg, name, func(b branch, name mib.OID) int { return b.root().Compare(name) })
	if found {
		i++
	}
	return i
}

// find returns the branch that a name is below, nil if there is none.
func (reg registry) find(name mib.OID) branch {
	if i := reg.upTo(name); i > 0 && name.HasPrefix(reg[i-1].root()) {
		return reg[i-1]
	}
	return nil
}

// get is the variable of a GetRequest (RFC 3416 section 4.2.1).
func (reg registry) get(sc *scope, name mib.OID) snmp.Value {
	b := reg.find(name)
	sc.spend(1 + sc.view.Cost())
	if b == nil || !sc.view.Contains(name) {
		return snmp.NoSuchObject
	}
	v := b.get(sc, name)
	if sc.v1 && v.Tag() == snmp.TagCounter64 {
		return snmp.NoSuchInstance
	}
	return v
}

// next is the variable of a GetNextRequest (RFC 3416 section 4.2.2): the first
// one after name that the view contains, and that SNMPv1 can carry. It returns
// false if it would take too much work to find it.
func (reg registry) next(sc *scope, name mib.OID) (mib.OID, snmp.Value, bool) {
	sc.after = append(append(sc.after[:0], name...), 0) // its successor
	from, more := sc.after, true
	for *sc.work <= maxWork {
		sc.spend(1 + sc.view.Cost())
		from, more = sc.view.Seek(from)
		i := reg.upTo(from)
		if i > 0 && from.HasPrefix(reg[i-1].root()) {
			i--
		}
		if !more || i == len(reg) {
			return name, snmp.EndOfMibView, true
		}
		found, v, ok := reg[i].first(sc, from)
		switch {
		case !ok:
			from = reg[i].root().Sub()
			from[len(from)-1]++ // no root ends in the largest number
		case sc.view.Contains(found) && !(sc.v1 && v.Tag() == snmp.TagCounter64):
			return found, v, true
		default:
			from = found.Sub(0)
		}
	}
	return nil, snmp.Value{}, false
}

// scalar is an object with the one instance 0.
type scalar struct {
	name string
	oid  mib.OID
	read func(*scope) snmp.Value
	// write is nil for a read-only object.
	write *writer
}

// writer is how a scalar is set.
type writer struct {
	tag snmp.Tag
	// check says what is wrong with a value of the right type, now; nil: nothing ever.
	check func(*scope, snmp.Value) snmp.ErrorStatus
	put   func(*scope, snmp.Value) error
	// save returns what undoes a put to come; nil: putting back what is read now.
	save func(*scope) (undo func() error)
}

func (s *scalar) root() mib.OID { return s.oid }

func (s *scalar) names() map[string]mib.OID { return map[string]mib.OID{s.name: s.oid} }

func (s *scalar) has(name mib.OID) bool {
	return len(name) == len(s.oid)+1 && name[len(s.oid)] == 0
}

func (s *scalar) get(sc *scope, name mib.OID) snmp.Value {
	if !s.has(name) {
		return snmp.NoSuchInstance
	}
	return s.read(sc)
}

func (s *scalar) first(sc *scope, from mib.OID) (mib.OID, snmp.Value, bool) {
	name := s.oid.Sub(0)
	if name.Compare(from) < 0 {
		return nil, snmp.Value{}, false
	}
	v := s.read(sc)
	return name, v, !v.Exception()
}

func (s *scalar) stage(tx *transaction, name mib.OID, v snmp.Value) snmp.ErrorStatus {
	switch {
	case s.write == nil:
		return snmp.NotWritable
	case v.Tag() != s.write.tag:
		return snmp.WrongType
	}
	if s.write.check != nil {
		if status := s.write.check(tx.sc, v); status != snmp.NoError {
			return status
		}
	}
	if !s.has(name) {
		return snmp.NoCreation
	}
	tx.add(&scalarChange{s: s, sc: tx.sc, v: v})
	return snmp.NoError
}

// scalarChange is a scalar about to be set.
type scalarChange struct {
	s    *scalar
	sc   *scope
	v    snmp.Value
	back func() error
}

func (c *scalarChange) check() snmp.ErrorStatus { return snmp.NoError }

func (c *scalarChange) commit() error {
	w := c.s.write
	if w.save != nil {
		c.back = w.save(c.sc)
	} else {
		old := c.s.read(c.sc)
		c.back = func() error { return w.put(c.sc, old) }
	}
	return w.put(c.sc, c.v)
}

func (c *scalarChange) undo() error { return c.back() }
