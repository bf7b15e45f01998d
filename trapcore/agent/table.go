package agent

import (
	"slices"
	"sync"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// table is a conceptual table: one branch for all its columns.
type table[R any] struct {
	entry mib.OID // of the conceptual row
	// rows returns all rows in the order of their indexes, for a table whose
	// bound is small; it is called once a PDU. Others have find.
	rows func(sc *scope) []row[R]
	// find returns the first row at or after an index that has a value in column n.
	find    func(sc *scope, n uint32, from mib.OID) (row[R], bool)
	columns []column[R] // by number
	edit    *edit[R]    // nil: nothing can be set
	room    sync.Pool   // of *row[R], see first
}

type row[R any] struct {
	index mib.OID
	rec   R
}

// column is a columnar object.
type column[R any] struct {
	n    uint32
	name string
	get  func(sc *scope, r *R) snmp.Value // NoSuchInstance: not in this row
	tag  snmp.Tag                         // of what can be set
	set  func(sc *scope, r *R, v snmp.Value) snmp.ErrorStatus
}

// edit is how rows are changed.
type edit[R any] struct {
	// status is the number of the RowStatus column, 0 if rows are neither made
	// nor removed. It knows createAndGo and destroy, and active in a row there is.
	status uint32
	// fresh returns a row with default values for an index, false if there can
	// be no such row.
	fresh func(sc *scope, index mib.OID) (R, bool)
	// check says what is wrong with a changed row as a whole; was is nil for a
	// new one. A nil check finds nothing wrong.
	check func(sc *scope, was, is *R) snmp.ErrorStatus
	// apply makes the row what it is to be, nil for not being there.
	apply func(sc *scope, was, is *R) error
}

func (t *table[R]) root() mib.OID { return t.entry }

func (t *table[R]) names() map[string]mib.OID {
	m := map[string]mib.OID{}
	for _, c := range t.columns {
		m[c.name] = t.entry.Sub(c.n)
	}
	return m
}

// column finds a column and the index of a name below the entry.
func (t *table[R]) column(name mib.OID) (*column[R], mib.OID) {
	if len(name) <= len(t.entry) {
		return nil, nil
	}
	rest := name[len(t.entry):]
	i, found := slices.BinarySearchFunc(t.columns, rest[0], func(c column[R], n uint32) int { return int(c.n) - int(n) })
	if !found {
		return nil, nil
	}
	return &t.columns[i], rest[1:]
}

// at returns the first row at or after an index, as far as column n is
// concerned.
func (t *table[R]) at(sc *scope, n uint32, from mib.OID) (row[R], bool) {
	sc.spend(1)
	if t.find != nil {
		return t.find(sc, n, from)
	}
	rows := listed(sc, t, t.rows)
	i, _ := slices.BinarySearchFunc(rows, from, func(r row[R], index mib.OID) int { return r.index.Compare(index) })
	if i == len(rows) {
		return row[R]{}, false
	}
	return rows[i], true
}

// row returns the row of an index.
func (t *table[R]) row(sc *scope, n uint32, index mib.OID) (*R, bool) {
	r, ok := t.at(sc, n, index)
	return &r.rec, ok && r.index.Compare(index) == 0
}

func (t *table[R]) get(sc *scope, name mib.OID) snmp.Value {
	c, index := t.column(name)
	if c == nil {
		return snmp.NoSuchObject
	}
	if r, ok := t.row(sc, c.n, index); ok {
		return c.get(sc, r)
	}
	return snmp.NoSuchInstance
}

func (t *table[R]) first(sc *scope, from mib.OID) (mib.OID, snmp.Value, bool) {
	var n uint32      // columns before it are not meant
	var index mib.OID // in column n, indexes before it
	if from.HasPrefix(t.entry) {
		if rest := from[len(t.entry):]; len(rest) > 0 {
			n, index = rest[0], rest[1:]
		}
	} else if from.Compare(t.entry) > 0 {
		return nil, snmp.Value{}, false
	}
	r, ok := t.room.Get().(*row[R]) // a walk asks for a row for each of its columns
	if !ok {
		r = new(row[R])
	}
	defer func() {
		*r = row[R]{} // it may be secret
		t.room.Put(r)
	}()
	for i := range t.columns {
		c := &t.columns[i]
		if c.n < n {
			continue
		}
		if c.n > n {
			index = nil
		}
		for *r, ok = t.at(sc, c.n, index); ok; *r, ok = t.at(sc, c.n, index) {
			if v := c.get(sc, &r.rec); !v.Exception() {
				return join(t.entry, mib.OID{c.n}, r.index), v, true
			}
			index = r.index.Sub(0)
		}
	}
	return nil, snmp.Value{}, false
}

// Values of RowStatus (RFC 2579).
const (
	rowActive      = 1
	rowCreateAndGo = 4
	rowDestroy     = 6
)

// rowChange is a row about to be changed by one or more varbinds.
type rowChange[R any] struct {
	t       *table[R]
	sc      *scope
	index   mib.OID
	was     *R // nil: there is none
	is      R
	known   bool // was or fresh found a row
	make    bool
	destroy bool
}

func (t *table[R]) stage(tx *transaction, name mib.OID, v snmp.Value) snmp.ErrorStatus {
	c, index := t.column(name)
	if c == nil || t.edit == nil {
		return snmp.NotWritable
	}
	isStatus := t.edit.status != 0 && c.n == t.edit.status
	if c.set == nil && !isStatus {
		return snmp.NotWritable
	}
	ch := t.change(tx, c.n, index)
	if isStatus {
		return ch.setStatus(v)
	}
	if v.Tag() != c.tag {
		return snmp.WrongType
	}
	if status := c.set(tx.sc, &ch.is, v); status != snmp.NoError {
		return status
	}
	if !ch.known {
		return snmp.NoCreation
	}
	return snmp.NoError
}

// change finds the change of a row in the transaction, or begins one.
func (t *table[R]) change(tx *transaction, n uint32, index mib.OID) *rowChange[R] {
	key := rowKey{t, index.String()}
	if ch, ok := tx.rows[key].(*rowChange[R]); ok {
		return ch
	}
	ch := &rowChange[R]{t: t, sc: tx.sc, index: index}
	if was, ok := t.row(tx.sc, n, index); ok {
		copied := *was
		ch.was, ch.is, ch.known = was, copied, true
	} else if t.edit.status != 0 {
		ch.is, ch.known = t.edit.fresh(tx.sc, index)
	}
	tx.rows[key] = ch
	tx.add(ch)
	return ch
}

func (ch *rowChange[R]) setStatus(v snmp.Value) snmp.ErrorStatus {
	if v.Tag() != snmp.TagInteger {
		return snmp.WrongType
	}
	switch v.Int64() {
	case rowCreateAndGo:
		if !ch.known {
			return snmp.NoCreation
		}
		if ch.was != nil {
			return snmp.InconsistentValue
		}
		ch.make = true
	case rowDestroy:
		ch.destroy = true
	case rowActive:
		if ch.was == nil {
			return snmp.InconsistentValue
		}
	default:
		return snmp.WrongValue
	}
	return snmp.NoError
}

func (ch *rowChange[R]) check() snmp.ErrorStatus {
	switch {
	case ch.destroy:
		return snmp.NoError
	case ch.was == nil && !ch.make:
		return snmp.InconsistentName
	case ch.t.edit.check == nil:
		return snmp.NoError
	}
	return ch.t.edit.check(ch.sc, ch.was, &ch.is)
}

func (ch *rowChange[R]) commit() error {
	if !ch.destroy {
		return ch.t.edit.apply(ch.sc, ch.was, &ch.is)
	}
	if ch.was == nil {
		return nil
	}
	return ch.t.edit.apply(ch.sc, ch.was, nil)
}

func (ch *rowChange[R]) undo() error {
	switch {
	case ch.destroy && ch.was == nil:
		return nil
	case ch.destroy:
		return ch.t.edit.apply(ch.sc, nil, ch.was)
	}
	return ch.t.edit.apply(ch.sc, &ch.is, ch.was)
}
