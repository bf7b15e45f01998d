package agent

import (
	"mirrorsh/trapcore/snmp"
)

// change is a scalar or a row about to be set.
type change interface {
	check() snmp.ErrorStatus // once all varbinds are staged
	commit() error
	undo() error // of a commit that succeeded
}

// transaction is one SET: all of it happens or nothing.
type transaction struct {
	sc      *scope
	at      int // varbind being staged, from 1
	changes []pendingChange
	rows    map[rowKey]change
}

// rowKey names a row: its table and its index in text.
type rowKey struct {
	table any
	index string
}

type pendingChange struct {
	change
	at int // varbind that began it
}

func (tx *transaction) add(c change) { tx.changes = append(tx.changes, pendingChange{c, tx.at}) }

// set processes the varbinds of a SetRequest in the two phases of RFC 3416
// section 4.2.5 and returns error-status and error-index.
func (reg registry) set(sc *scope, vbs []snmp.Varbind) (snmp.ErrorStatus, int) {
	tx := &transaction{sc: sc, rows: map[rowKey]change{}}
	for i, vb := range vbs {
		tx.at = i + 1
		sc.spend(1 + sc.view.Cost())
		status := snmp.NoAccess
		if sc.view.Contains(vb.Name) {
			status = snmp.NotWritable
			if b := reg.find(vb.Name); b != nil {
				status = b.stage(tx, vb.Name, vb.Value)
			}
		}
		if status != snmp.NoError {
			return status, tx.at
		}
	}
	for _, c := range tx.changes {
		if status := c.check(); status != snmp.NoError {
			return status, c.at
		}
	}
	return tx.commit()
}

func (tx *transaction) commit() (snmp.ErrorStatus, int) {
	for i, c := range tx.changes {
		if c.commit() == nil {
			continue
		}
		for j := i - 1; j >= 0; j-- {
			if tx.changes[j].undo() != nil {
				return snmp.UndoFailed, 0
			}
		}
		return snmp.CommitFailed, c.at
	}
	return snmp.NoError, 0
}
