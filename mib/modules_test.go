package mib

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
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

var definition = regexp.MustCompile(`(?m)^([a-z][\w-]*) (OBJECT-TYPE|NOTIFICATION-TYPE|MODULE-IDENTITY|OBJECT-IDENTITY|OBJECT IDENTIFIER|OBJECT-GROUP|NOTIFICATION-GROUP|MODULE-COMPLIANCE)\b`)

// defined returns the names module texts define, by macro.
func defined(t *testing.T) map[string]string {
	t.Helper()
	files, err := fs.Glob(Modules, "*.mib")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, f := range files {
		text, err := fs.ReadFile(Modules, f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\n"+strings.TrimSuffix(f, ".mib")+" DEFINITIONS ::= BEGIN\n") {
			t.Errorf("%s is not named after its module", f)
		}
		for _, d := range definition.FindAllStringSubmatch(string(text), -1) {
			m[d[1]] = d[2]
		}
	}
	return m
}

func TestModulesComplete(t *testing.T) {
	for _, name := range strings.Fields(`SNMPv2-SMI SNMPv2-TC SNMPv2-CONF SNMPv2-TM SNMPv2-MIB SNMP-FRAMEWORK-MIB SNMP-MPD-MIB
		SNMP-USER-BASED-SM-MIB SNMP-USM-AES-MIB SNMP-USM-HMAC-SHA2-MIB SNMP-VIEW-BASED-ACM-MIB SNMP-TARGET-MIB
		SNMP-NOTIFICATION-MIB NOTIFICATION-LOG-MIB IF-MIB IANAifType-MIB Juniper-UNI-SMI Juniper-MIBs Juniper-Products-MIB
		Juniper-TC Juniper-SNMP-MIB Juniper-CLI-MIB Juniper-PACKET-MIRROR-MIB`) {
		if _, err := fs.Stat(Modules, name+".mib"); err != nil {
			t.Error(err)
		}
	}
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

func first(re *regexp.Regexp, text string) []string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1:]
	}
	return make([]string, re.NumSubexp())
}

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

// allObjects are the objects this package has data of, once each.
func allObjects() []*Object {
	objects := append([]*Object{SysUpTime, SnmpTrapOID, SnmpTrapEnterprise, JuniTrapSeverity, MirrorTrapEnable}, mirrorObjects...)
	for _, n := range Notifications {
		for _, o := range n.Objects {
			if !slices.Contains(objects, o) {
				objects = append(objects, o)
			}
		}
	}
	return objects
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

// Whatever the modules say of mirroring, and every notification they define,
// is in the data.
func TestModulesMatchData(t *testing.T) {
	known := map[string]bool{}
	for _, o := range allObjects() {
		known[o.Name] = true
	}
	for _, n := range Notifications {
		known[n.Name] = true
	}
	mirror := 0
	for name, macro := range defined(t) {
		if macro == "NOTIFICATION-TYPE" || macro == "OBJECT-TYPE" && strings.HasPrefix(name, mirrorPrefix) {
			if !known[name] {
				t.Errorf("%s %s is in a module but not in the data", name, macro)
			}
			if strings.HasPrefix(name, mirrorPrefix) {
				mirror++
			}
		}
	}
	if want := 1 + len(mirrorObjects) + len(MirrorNotifications); mirror != want {
		t.Errorf("%d definitions about mirroring, want %d", mirror, want)
	}
}

func TestRootsMatchModules(t *testing.T) {
	found := nodes(t, ".")
	for name, o := range map[string]OID{
		"juniMibs": JuniMIBs, "juniSnmpMIB": JuniSnmpMIB, "juniCliMIB": JuniCliMIB, "juniPacketMirrorMIB": PacketMirrorMIB,
		"snmpTraps": SnmpTraps,
	} {
		if found[name] != o.String() {
			t.Errorf("%s is %v, module has %s", name, o, found[name])
		}
	}
}

// The text of JuniSnmpTrapMask gives every category its bit.
func TestTrapMaskText(t *testing.T) {
	raw, err := fs.ReadFile(Modules, "Juniper-SNMP-MIB.mib")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(raw)), " ")
	for _, c := range Categories {
		if !regexp.MustCompile(fmt.Sprintf(`[.;] %d [A-Za-z]`, c.Category)).MatchString(text) {
			t.Errorf("JuniSnmpTrapMask does not say what bit %d (%s) is", c.Category, c.Keyword)
		}
	}
	if !strings.Contains(text, "; 26 mirror;") {
		t.Error("JuniSnmpTrapMask does not say that bit 26 is mirror")
	}
}

var (
	importClause = regexp.MustCompile(`(?s)\nIMPORTS\n(.*?);\n`)
	importFrom   = regexp.MustCompile(`(?s)(.*?)\bFROM ([\w-]+)`)
	word         = regexp.MustCompile(`[A-Za-z][\w-]*`)
	topLevel     = regexp.MustCompile(`(?m)^([A-Za-z][\w-]*) (?:::=|[A-Z][A-Z-]+)`)
	syntaxOf     = regexp.MustCompile(`(?m)^    SYNTAX +(?:SEQUENCE OF )?([A-Z]\w*)`)
	parentOf     = regexp.MustCompile(`::= \{ ([a-z][\w-]*)`)
)

// net-snmp does not mind a name that no module defines; other readers do.
func TestModulesImportWhatTheyUse(t *testing.T) {
	files, err := fs.Glob(Modules, "*.mib")
	if err != nil {
		t.Fatal(err)
	}
	texts, defines := map[string]string{}, map[string]map[string]bool{}
	for _, f := range files {
		raw, err := fs.ReadFile(Modules, f)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(f, ".mib")
		texts[name], defines[name] = string(raw), map[string]bool{}
		for _, d := range topLevel.FindAllStringSubmatch(string(raw), -1) {
			defines[name][d[1]] = true
		}
	}
	for name, text := range texts {
		known := map[string]bool{"INTEGER": true, "OCTET": true, "OBJECT": true, "BITS": true, "iso": true}
		for d := range defines[name] {
			known[d] = true
		}
		body := importClause.ReplaceAllString(text, "\n")
		for _, clause := range importFrom.FindAllStringSubmatch(first(importClause, text)[0], -1) {
			for _, symbol := range word.FindAllString(clause[1], -1) {
				known[symbol] = true
				if !defines[clause[2]][symbol] {
					t.Errorf("%s imports %s from %s, which does not define it", name, symbol, clause[2])
				}
				if !regexp.MustCompile(`(^|[^\w-])` + symbol + `([^\w-]|$)`).MatchString(body) {
					t.Errorf("%s imports %s for nothing", name, symbol)
				}
			}
		}
		used := append(syntaxOf.FindAllStringSubmatch(body, -1), parentOf.FindAllStringSubmatch(body, -1)...)
		for _, u := range used {
			if !known[u[1]] {
				t.Errorf("%s uses %s without importing it", name, u[1])
			}
		}
		for _, macro := range []string{"MODULE-IDENTITY", "OBJECT-IDENTITY", "OBJECT-TYPE", "NOTIFICATION-TYPE", "TEXTUAL-CONVENTION",
			"OBJECT-GROUP", "NOTIFICATION-GROUP", "MODULE-COMPLIANCE"} {
			if regexp.MustCompile(`(?m)^\w+ (::= )?`+macro+`$`).MatchString(body) && !known[macro] {
				t.Errorf("%s uses %s without importing it", name, macro)
			}
		}
	}
}
