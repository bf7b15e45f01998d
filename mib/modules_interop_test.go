//go:build interop

package mib

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// translate runs net-snmp's snmptranslate over all modules of dir. Anything on
// its standard error is a failure.
func translate(t *testing.T, dir string, args ...string) string {
	t.Helper()
	state := t.TempDir()
	if err := os.MkdirAll(filepath.Join(state, "cert_indexes"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "snmptranslate", append([]string{"-M", dir, "-m", "ALL"}, args...)...)
	cmd.Env = append(os.Environ(), "MIBS=", "MIBDIRS=", "SNMPCONFPATH="+state, "SNMP_PERSISTENT_DIR="+state)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("snmptranslate (package snmp) %v: %v\n%s", args, err, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("snmptranslate -M %s %v warns:\n%s", dir, args, stderr.String())
	}
	return stdout.String()
}

var tzLine = regexp.MustCompile(`(?m)^"([^"]+)"\s+"([0-9.]+)"$`)

// nodes returns every named node net-snmp finds in the modules of dir.
func nodes(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	for _, l := range tzLine.FindAllStringSubmatch(translate(t, dir, "-Tz"), -1) {
		if _, dup := m[l[1]]; dup {
			t.Errorf("two nodes are named %s", l[1])
		}
		m[l[1]] = l[2]
	}
	return m
}

// The folder as it lies here, Go files included, and as a user gets it written
// out must load alike and without a warning; every definition must be found,
// and translate both ways.
func TestModulesTranslate(t *testing.T) {
	written := t.TempDir()
	if err := os.CopyFS(written, Modules); err != nil {
		t.Fatal(err)
	}
	found := nodes(t, ".")
	if other := nodes(t, written); fmt.Sprint(other) != fmt.Sprint(found) {
		t.Error("the folder and the embedded modules differ")
	}
	names := defined(t)
	if len(names) < 300 {
		t.Fatalf("only %d definitions", len(names))
	}
	var byName, byOID []string
	for name := range names {
		if found[name] == "" {
			t.Errorf("net-snmp does not find %s", name)
			continue
		}
		byName, byOID = append(byName, name), append(byOID, "."+found[name])
	}
	oids := strings.Fields(translate(t, ".", append([]string{"-IR", "-On"}, byName...)...))
	if !slices.Equal(oids, byOID) {
		t.Error("names do not translate to the identifiers of the tree")
	}
	back := strings.Fields(translate(t, ".", append([]string{"-Os"}, byOID...)...))
	if !slices.Equal(back, byName) {
		t.Error("identifiers do not translate to the names of the tree")
	}
}

// described is what snmptranslate -Td says of a node.
type described struct {
	kind, tc, syntax, bounds, access string
	enum                             []Label
	objects                          []string
}

var (
	tdKind    = regexp.MustCompile(`(?m)^[\w-]+ ([A-Z-]+)$`)
	tdTC      = regexp.MustCompile(`(?m)^  -- TEXTUAL CONVENTION (\w+)$`)
	tdSyntax  = regexp.MustCompile(`(?m)^  SYNTAX\t([A-Za-z0-9 ]+?) ?(?:\((.*)\) ?|\{(.*)\} ?)?$`)
	tdAccess  = regexp.MustCompile(`(?m)^  MAX-ACCESS\t(.*)$`)
	tdObjects = regexp.MustCompile(`(?m)^  OBJECTS\t\{ (.*) \}$`)
	tdLabel   = regexp.MustCompile(`^([\w-]+)\((-?\d+)\)$`)
)

func describe(t *testing.T, names []string) map[string]described {
	t.Helper()
	m := map[string]described{}
	for _, text := range strings.Split(strings.TrimSpace(translate(t, ".", append([]string{"-IR", "-Td"}, names...)...)), "\n\n") {
		head, _, _ := strings.Cut(text, "\n")
		_, name, ok := strings.Cut(head, "::")
		if !ok {
			t.Fatalf("unreadable description:\n%s", text)
		}
		syntax := first(tdSyntax, text)
		d := described{
			kind: first(tdKind, text)[0], tc: first(tdTC, text)[0], access: first(tdAccess, text)[0],
			syntax: syntax[0], bounds: syntax[1],
		}
		if syntax[2] != "" {
			for _, l := range strings.Split(syntax[2], ", ") {
				p := first(tdLabel, l)
				v, err := strconv.ParseInt(p[1], 10, 64)
				if err != nil {
					t.Fatalf("%s: label %q", name, l)
				}
				d.enum = append(d.enum, Label{v, p[0]})
			}
		}
		if o := first(tdObjects, text)[0]; o != "" {
			d.objects = strings.Split(o, ", ")
		}
		m[name] = d
	}
	return m
}

// expected is how snmptranslate describes a syntax: its convention if the
// convention matters, its base type, and its bounds if the object sets none.
var expected = map[Syntax]struct{ tc, base, bounds string }{
	Unsigned32:       {"", "Unsigned32", ""},
	TimeTicks:        {"", "TimeTicks", ""},
	IPAddress:        {"", "IpAddress", ""},
	ObjectIdentifier: {"", "OBJECT IDENTIFIER", ""},
	OctetString:      {"", "OCTET STRING", ""},
	DisplayString:    {"DisplayString", "OCTET STRING", "0..255"},
	DateAndTime:      {"DateAndTime", "OCTET STRING", "8 | 11"},
	TruthValue:       {"TruthValue", "INTEGER", ""},
}

func TestObjectsMatchModules(t *testing.T) {
	found := nodes(t, ".")
	var names []string
	for _, o := range allObjects() {
		names = append(names, o.Name)
	}
	descriptions := describe(t, names)
	for _, o := range allObjects() {
		d := descriptions[o.Name]
		if d.kind != "OBJECT-TYPE" || found[o.Name] != o.OID.String() || d.access != o.Access {
			t.Errorf("%s %v %s: module has %s %s %s", o.Name, o.OID, o.Access, d.kind, found[o.Name], d.access)
		}
		if !slices.Equal(d.enum, o.Enum) {
			t.Errorf("%s: labels %v, module has %v", o.Name, o.Enum, d.enum)
		}
		want, ok := expected[o.Syntax]
		if o.Syntax == Integer32 { // conventions over it keep their own names
			want.tc, want.base, ok = d.tc, "Integer32", true
			if o.Enum != nil {
				want.base = "INTEGER"
			}
		}
		if o.Min != 0 || o.Max != 0 {
			want.bounds = fmt.Sprintf("%d..%d", o.Min, o.Max)
		}
		if !ok || d.tc != want.tc || d.syntax != want.base || d.bounds != want.bounds {
			t.Errorf("%s: want %+v, module has %+v", o.Name, want, d)
		}
		if parent := o.OID[:len(o.OID)-1].String(); o.Column != (parent == found["ifEntry"]) {
			t.Errorf("%s: column %v", o.Name, o.Column)
		}
		if o.Description == "" {
			t.Errorf("%s has no description", o.Name)
		}
	}
}

func TestNotificationsMatchModules(t *testing.T) {
	found := nodes(t, ".")
	var names []string
	for _, n := range Notifications {
		names = append(names, n.Name)
	}
	descriptions := describe(t, names)
	for _, n := range Notifications {
		d := descriptions[n.Name]
		if d.kind != "NOTIFICATION-TYPE" || found[n.Name] != n.OID.String() {
			t.Errorf("%s %v: module has %s %s", n.Name, n.OID, d.kind, found[n.Name])
		}
		var objects []string
		for _, o := range n.Objects[:len(n.Objects)-n.Extra] {
			objects = append(objects, o.Name)
		}
		if !slices.Equal(objects, d.objects) {
			t.Errorf("%s: objects %v, module has %v", n.Name, objects, d.objects)
		}
	}
}

func TestRootsMatchModules(t *testing.T) {
	found := nodes(t, ".")
	for name, o := range map[string]OID{
		"juniMibs": JuniMIBs, "juniSnmpMIB": JuniSnmpMIB, "juniCliMIB": juniCliMIB, "juniPacketMirrorMIB": PacketMirrorMIB,
		"snmpTraps": SnmpTraps,
	} {
		if found[name] != o.String() {
			t.Errorf("%s is %v, module has %s", name, o, found[name])
		}
	}
}
