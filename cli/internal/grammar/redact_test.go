package grammar

import "testing"

// TestUnfiltered: a line without what it looks for says nothing of that.
func TestUnfiltered(t *testing.T) {
	tree := fixture(t)
	for _, c := range []struct {
		mode Mode
		line string
		want string
	}{
		{exec, "show version", "show version"},
		{exec, "show version | json", "show version | json"},
		{exec, "show version | include secpol", "show version"},
		{exec, "sh ver  |  inc  a b  ", "sh ver"},
		{exec, `show version | begin "a | include b"`, "show version"},
		{exec, "show version | include | include x", "show version"},
		{exec, "show version | include a b > f", "show version > f"},
		{exec, `show version | exclude "a > b"  &>> f`, "show version &>> f"},
		{exec, "show version > f", "show version > f"},
		{config, "do sh ver | inc x", "do sh ver"},
		{iface, "snmp-server contact a | include b", "snmp-server contact a | include b"},
	} {
		m, err := tree.Parse(c.mode, View{Level: 15, Mirror: true}, c.line)
		if err != nil || m.Unfiltered != c.want {
			t.Errorf("%q: %q, want %q: %v", c.line, m.Unfiltered, c.want, err)
		}
	}
}
