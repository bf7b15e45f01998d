// Package side is the idea the product is built on: everything belongs to one of
// two sides, and who may see the secure one must have a [Clearance]. It
// imports nothing of ours.
//
// A [Side] is of a record: a host, a user, a trap, a counter, a line of
// configuration. A [Clearance] is of a reader: a session, an SNMP request, the
// process itself. State is read through a reader that a clearance opens, and what
// an ordinary reader is given has nothing of the secure side in it.
package side

// Side is what a record belongs to.
type Side uint8

const (
	Ordinary Side = iota
	Secure
)

// Count is how many sides there are, for arrays of what each of them has.
const Count = 2

// Both are the sides, the ordinary one first.
var Both = [Count]Side{Ordinary, Secure}

// String is how output writes a side.
func (s Side) String() string { return [...]string{"ordinary", "secure"}[s] }

// Of is the side of a record that is secure or not.
func Of(secure bool) Side {
	if secure {
		return Secure
	}
	return Ordinary
}

// Clearance is what a reader may see. The zero value sees the ordinary side;
// only [Clear] makes any other.
type Clearance struct{ secure bool }

// Clear returns the clearance of a reader that sees the secure side or does not.
// It is for those who have authenticated the reader and decide: the visibility of
// a session, the access control of a request, and the process that keeps the
// configuration. callers_test.go has the list of its callers.
func Clear(seesSecure bool) Clearance { return Clearance{seesSecure} }

// Sees reports whether records of a side exist for the reader.
func (c Clearance) Sees(s Side) bool { return s == Ordinary || c.secure }

// Top is the side the reader works on: what it makes by a name that both sides
// may have, and what it means by one that both have.
func (c Clearance) Top() Side { return Of(c.secure) }

// Or is what two readers may see together.
func (c Clearance) Or(d Clearance) Clearance { return Clearance{c.secure || d.secure} }

// Sum is how many of something each side has. A reader is told of those it sees.
type Sum struct{ n [Count]uint64 }

// Add counts n more on a side.
func (s *Sum) Add(of Side, n uint64) { s.n[of] += n }

// Plus is the sum of two, side by side.
func (s Sum) Plus(d Sum) Sum {
	for of, n := range d.n {
		s.n[of] += n
	}
	return s
}

// As is the number on all sides that a reader sees.
func (s Sum) As(c Clearance) (n uint64) {
	for _, of := range Both {
		if c.Sees(of) {
			n += s.n[of]
		}
	}
	return n
}
