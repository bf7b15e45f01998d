package agent

import (
	"math"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Layer is a row of ifStackTable (RFC 2863): one interface on top of another, by
// ifIndex; 0: nothing.
type Layer struct{ Above, Below int32 }

var ifObjects = mib.MustOID("1.3.6.1.2.1.31.1")

// ifStackMIB is ifStackTable of IF-MIB, which cannot be written.
var ifStackMIB = []branch{
	&table[Layer]{
		entry: ifObjects.Sub(2, 1),
		find:  findLayer,
		columns: []column[Layer]{
			{n: 3, name: "ifStackStatus", get: activeRow[Layer]},
		},
	},
	&scalar{name: "ifStackLastChange", oid: ifObjects.Sub(6), read: func(sc *scope) snmp.Value {
		return snmp.Ticks(sc.ifs().LastChange())
	}},
}

func findLayer(sc *scope, _ uint32, from mib.OID) (row[Layer], bool) {
	var at Layer
	if len(from) > 0 {
		if from[0] > math.MaxInt32 {
			return row[Layer]{}, false
		}
		at.Above = int32(from[0])
	}
	below := uint64(0)
	if len(from) > 1 {
		below = uint64(from[1])
	}
	if len(from) > 2 {
		below++
	}
	if below > math.MaxInt32 {
		if at.Above == math.MaxInt32 {
			return row[Layer]{}, false
		}
		at.Above, below = at.Above+1, 0
	}
	at.Below = int32(below)
	l, ok := sc.ifs().NextLayer(at)
	return row[Layer]{mib.OID{uint32(l.Above), uint32(l.Below)}, l}, ok
}
