package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		name  string
		table Table
		want  string
	}{
		{"show version", Table{
			Header:  [][]string{{"slot", "state", "type", "admin", "spare", "running release", "slot uptime"}},
			Centred: true, KeepBlanks: true,
			Rows: [][]string{
				{"0", "online", "SRP310-10G", "enabled", "---", "erx310_10-0-0.rel", "100d10h:44m:23s"},
				{"1", "---", "---", "---", "---", "---", "---"},
			}}, "" +
			"slot state     type     admin  spare  running release    slot uptime  \n" +
			"---- ------ ---------- ------- ----- ----------------- ---------------\n" +
			"0    online SRP310-10G enabled  ---  erx310_10-0-0.rel 100d10h:44m:23s\n" +
			"1     ---      ---       ---    ---         ---              ---      \n"},
		{"two header lines, fixed widths, trimmed", Table{
			Header: [][]string{{"Address", "Ping", "Queue Full"}, {"", "TimeOut", "discrd methd"}},
			Widths: []int{15, 7, 13},
			Rows:   [][]string{{"192.168.1.1", "1", "dropLastIn"}, {"10.16.2.12", "", ""}},
		}, "" +
			"Address         Ping    Queue Full\n" +
			"                TimeOut discrd methd\n" +
			"--------------- ------- -------------\n" +
			"192.168.1.1     1       dropLastIn\n" +
			"10.16.2.12\n"},
		{"no rows", Table{Header: [][]string{{"a", "b"}}, Gap: "  "}, "a  b\n-  -\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := len(c.table.Rows)
			if diff := cmp.Diff(c.want, c.table.String()); diff != "" {
				t.Error(diff)
			}
			// The library keeps what it is given: a second rendering must not see the first.
			if diff := cmp.Diff(c.want, c.table.String()); diff != "" || len(c.table.Rows) != rows {
				t.Error("second rendering differs:", diff)
			}
		})
	}
}
