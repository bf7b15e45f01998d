package snmp

import "mirrorsh/mib"

// ReachesMirror reports whether this is the one view that reaches the packet
// mirror MIB. A nil View does not.
func (v *View) ReachesMirror() bool { return v != nil && v.reachesMirror() }

// HidesMirror reports whether a name would be in the view if the packet mirror
// MIB were not kept from it.
func (v *View) HidesMirror(o mib.OID) bool {
	if v == nil || v.reachesMirror() || !o.HasPrefix(mirrorMIB) {
		return false
	}
	f := v.indexed().decides(o)
	return f != nil && f.Included
}
