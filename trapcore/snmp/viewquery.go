package snmp

import "mirrorsh/mib"

// ReachesMirror reports whether this is the one view that reaches the packet
// mirror MIB. A nil View does not.
func (v *View) ReachesMirror() bool { return v != nil && v.reachesMirror() }

// Overlaps reports whether any instance at or below a subtree may be in the
// view; that it is false is certain. GETNEXT passes over such subtrees whole.
func (v *View) Overlaps(subtree mib.OID) bool {
	if v == nil || subtree.HasPrefix(MirrorMIB) && !v.reachesMirror() {
		return false
	}
	for i := range v.Families { // longer ones first
		f := &v.Families[i]
		if len(f.Subtree) > len(subtree) {
			above := Family{Subtree: f.Subtree[:len(subtree)], Mask: f.Mask}
			if f.Included && above.matches(subtree) {
				return true
			}
			continue
		}
		if f.matches(subtree) {
			return f.Included
		}
	}
	return false
}
