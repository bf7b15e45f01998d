package snmp

// ReachesMirror reports whether this is the one view that reaches the packet
// mirror MIB. A nil View does not.
func (v *View) ReachesMirror() bool { return v != nil && v.reachesMirror() }
