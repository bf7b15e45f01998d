package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// values are the values that an object takes, as Go values.
type values[T any] struct {
	tag  snmp.Tag
	show func(T) snmp.Value
	read func(snmp.Value) (T, snmp.ErrorStatus) // of one with the tag
}

// writable is a writable scalar: the values it takes, and where they are kept.
// Its bounds are those that the command line has.
func writable[T any](name string, oid mib.OID, v values[T], get func(*scope) T, set func(*scope, T) error) *scalar {
	return &scalar{
		name: name, oid: oid,
		read: func(sc *scope) snmp.Value { return v.show(get(sc)) },
		write: &writer{
			tag: v.tag,
			check: func(_ *scope, in snmp.Value) snmp.ErrorStatus {
				_, status := v.read(in)
				return status
			},
			put: func(sc *scope, in snmp.Value) error {
				value, _ := v.read(in)
				return set(sc, value)
			},
		},
	}
}

// when adds what is wrong with a right value now.
func (s *scalar) when(check func(*scope, snmp.Value) snmp.ErrorStatus) *scalar {
	right := s.write.check
	s.write.check = func(sc *scope, v snmp.Value) snmp.ErrorStatus {
		if status := right(sc, v); status != snmp.NoError {
			return status
		}
		return check(sc, v)
	}
	return s
}

// undoneBy says how a change is taken back where putting back what was read
// does not do.
func (s *scalar) undoneBy(save func(*scope) (undo func() error)) *scalar {
	s.write.save = save
	return s
}

// always is a setter that never fails.
func always[T any](set func(*scope, T)) func(*scope, T) error {
	return func(sc *scope, v T) error {
		set(sc, v)
		return nil
	}
}

// number is an INTEGER within bounds.
func number[T ~int | ~int32 | ~uint8](least, most T) values[T] {
	return values[T]{
		tag:  snmp.TagInteger,
		show: func(v T) snmp.Value { return snmp.Integer(int32(v)) },
		read: func(v snmp.Value) (T, snmp.ErrorStatus) { return T(v.Int64()), inRange(v, int64(least), int64(most)) },
	}
}

// unsigned is an Unsigned32 of at most most.
func unsigned(most uint32) values[uint32] {
	return values[uint32]{
		tag:  snmp.TagUnsigned32,
		show: snmp.Unsigned,
		read: func(v snmp.Value) (uint32, snmp.ErrorStatus) { return uint32(v.Uint64()), inRange(v, 0, int64(most)) },
	}
}

// either is an INTEGER that says yes or no.
func either(yes, no int32) values[bool] {
	return values[bool]{
		tag: snmp.TagInteger,
		show: func(is bool) snmp.Value {
			if is {
				return snmp.Integer(yes)
			}
			return snmp.Integer(no)
		},
		read: func(v snmp.Value) (bool, snmp.ErrorStatus) {
			return v.Int64() == int64(yes), inRange(v, int64(min(yes, no)), int64(max(yes, no)))
		},
	}
}

// truthValue is a TruthValue (RFC 2579).
var truthValue = either(1, 2)

// line is a text that a line of the configuration must be able to hold.
func line(least, most int, blanks bool) values[string] {
	return values[string]{
		tag:  snmp.TagOctetString,
		show: text,
		read: func(v snmp.Value) (string, snmp.ErrorStatus) { return v.Str(), printable(v.Str(), least, most, blanks) },
	}
}

// trapMask is a JuniSnmpTrapMask of ordinary categories.
var trapMask = values[mib.CategorySet]{tag: snmp.TagOctetString, show: mask, read: categories}
