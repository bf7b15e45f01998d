package snmp

import (
	"fmt"

	"mirrorsh/mib"
)

// Display returns the value of an object as net-snmp shows it: enumerations as
// label(number), DateAndTime as 2026-11-22,6:12:11.0,+0:0, any other as
// [Value.String] has it.
func Display(o *mib.Object, v Value) string {
	if v.Tag() == TagInteger {
		if l := o.Label(v.Int64()); l != "" {
			return fmt.Sprintf("%s(%d)", l, v.Int64())
		}
	}
	d := v.Str()
	if o.Syntax == mib.DateAndTime && (len(d) == 8 || len(d) == 11 && (d[8] == '+' || d[8] == '-')) {
		// The DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d".
		s := fmt.Sprintf("%d-%d-%d,%d:%d:%d.%d", int(d[0])<<8|int(d[1]), d[2], d[3], d[4], d[5], d[6], d[7])
		if len(d) == 11 {
			s += fmt.Sprintf(",%c%d:%d", d[8], d[9], d[10])
		}
		return s
	}
	return v.String()
}
