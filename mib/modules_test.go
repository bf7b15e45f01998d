package mib

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

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
		Juniper-TC Juniper-SNMP-MIB Juniper-CLI-MIB Juniper-PACKET-MIRROR-MIB INET-ADDRESS-MIB IP-MIB ENTITY-MIB Juniper-System-MIB
		TRANSPORT-ADDRESS-MIB Juniper-AAA-MIB Juniper-Registry Juniper-ERX-Registry Juniper-ES2-Registry`) {
		if _, err := fs.Stat(Modules, name+".mib"); err != nil {
			t.Error(err)
		}
	}
}

func first(re *regexp.Regexp, text string) []string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1:]
	}
	return make([]string, re.NumSubexp())
}

// allObjects are the objects this package has data of, once each.
func allObjects() []*Object {
	objects := append([]*Object{SysUpTime, SnmpTrapOID, snmpTrapEnterprise, juniTrapSeverity, MirrorTrapEnable}, mirrorObjects...)
	for _, n := range Notifications {
		for _, o := range n.Objects {
			if !slices.Contains(objects, o) {
				objects = append(objects, o)
			}
		}
	}
	return objects
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
