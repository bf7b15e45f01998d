package result

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// TestValues lays each kind of value out as text and as JSON. Each is laid out
// twice: the table library keeps what it is given.
func TestValues(t *testing.T) {
	version := &Table{
		Columns: Columns("slot", "state", "type", "admin", "spare", "running release", "slot uptime"),
		Centred: true, KeepBlanks: true,
		Rows: [][]any{
			{0, "online", "SRP310-10G", "enabled", "---", "erx310_10-0-0.rel", "100d10h:44m:23s"},
			{1, "---", "---", "---", "---", "---", "---"},
		}}
	hosts := &Table{
		Columns: []Column{{Head: "Address", Width: 15}, {Head: "Ping\nTimeOut", Width: 7, Name: "pingTimeout"}, {Head: "Queue Full\ndiscrd methd", Width: 13, Name: "full"}},
	}
	hosts.Add(netip.MustParseAddr("192.168.1.1"), As(60, "1"), "dropLastIn")
	hosts.Add(netip.MustParseAddr("10.16.2.12"), nil, "")
	record := new(Record).
		Line("{interface} line protocol is {status}", "atm2/0", Choose(true, "up", "down")).
		Line("  MTU = {mtu:%4d} {kind:%-4s}!", 1500, "ip").
		Field(8, "Mirror-ID", uint32(7)).
		Field(8, "Note:", "").
		Note("secret", false)
	for _, tt := range []struct {
		name  string
		value Value
		text  string
		json  string
	}{
		{"nothing", nil, "", "null\n"},
		{"centred table that keeps blanks", version, "" +
			"slot state     type     admin  spare  running release    slot uptime  \n" +
			"---- ------ ---------- ------- ----- ----------------- ---------------\n" +
			"0    online SRP310-10G enabled  ---  erx310_10-0-0.rel 100d10h:44m:23s\n" +
			"1     ---      ---       ---    ---         ---              ---      \n", ""},
		{"two lines of headings", hosts, "" +
			"Address         Ping    Queue Full\n" +
			"                TimeOut discrd methd\n" +
			"--------------- ------- -------------\n" +
			"192.168.1.1     1       dropLastIn\n" +
			"10.16.2.12\n",
			`[{"address": "192.168.1.1", "pingTimeout": 60, "full": "dropLastIn"}, {"address": "10.16.2.12", "pingTimeout": null, "full": ""}]`},
		{"no rows", &Table{Columns: Columns("a", "b"), Gap: "  "}, "a  b\n-  -\n", "[]"},
		{"what is longer sticks out", &Table{Columns: []Column{{Head: "heading", Width: 2}, {Head: "b"}}, Fixed: true, Rows: [][]any{{"long", "x"}}},
			"heading b\n--\nlong x\n", `[{"heading": "long", "b": "x"}]`},
		{"cells are not touched", &Table{Columns: Columns("a"), Rows: [][]any{{" x  y "}, {"日本"}, {"a_b.c"}}}, "a\n------\n x  y\n日本\na_b.c\n", ""},
		{"record", record, "atm2/0 line protocol is up\n  MTU = 1500 ip  !\nMirror-ID7\nNote:\n",
			`{"interface": "atm2/0", "status": true, "mtu": 1500, "kind": "ip", "mirrorId": 7, "note": "", "secret": false}`},
		{"text", Text("a\nb <c>\n"), "a\nb <c>\n", `{"lines": ["a", "b <c>"]}`},
		{"list", List{Items: []Value{Text("a\n"), Text("b\n")}, Between: "\n"}, "a\n\nb\n", `[{"lines": ["a"]}, {"lines": ["b"]}]`},
		{"group", Group{Parts: []Part{{"", new(Record).Line("Held: {held}", 3)}, {"entries", &Table{Columns: Columns("A")}}}, Between: "\n"},
			"Held: 3\n\nA\n-\n", `{"held": 3, "entries": []}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				if d := cmp.Diff(tt.text, String(tt.value)); d != "" {
					t.Error(d)
				}
			}
			got, err := JSON(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			if squeeze := strings.Join(strings.Fields(got), ""); tt.json != "" && squeeze != strings.Join(strings.Fields(tt.json), "") {
				t.Errorf("JSON is\n%s", got)
			}
		})
	}
}

func TestName(t *testing.T) {
	for heading, want := range map[string]string{
		"User Name": "userName", "Mirror-ID": "mirrorId", "IP-Address": "ipAddress", "slot uptime": "slotUptime",
		"Acct-Session-Id": "acctSessionId", "memory (MB)": "memoryMb", "Virtual router:": "virtualRouter", "Time": "time",
	} {
		if got := Name(heading); got != want {
			t.Errorf("%s is named %s, want %s", heading, got, want)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	t := &Table{Columns: Columns("User Name", "Type", "Address", "Interface", "Virtual Router", "State")}
	for range 20 {
		t.Add("jwbooth@isptheatre.com", "ip", "192.168.105.25", "FastEthernet9/0", "default", "up")
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = String(t)
	}
}

// TestNothingIsKept: the library does not remember cells, which may be secret.
func TestNothingIsKept(t *testing.T) {
	_ = String(&Table{Columns: Columns("Name"), Rows: [][]any{{"jwbooth@isptheatre.com"}}})
	if n, room, _ := twwidth.GetCacheStats(); n > 0 || room > 0 {
		t.Errorf("%d texts are kept, of %d", n, room)
	}
}
