//go:build interop

package mib

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// answers are why remarks of smilint stand, by what it calls them and where.
var answers = []struct {
	tag, where string // where matches the remark with its module
	because    string
}{
	{"group-membership", `juniPacketMirrorTrapEnable`, "it is in no group of the original"},
	{"module-identity-missing", `RFC1213-MIB`, "the original has none"},
	{"module-identity-registration", `IP-FORWARD-MIB`, "it is below ip in RFC 4292"},
	{"group-membership", `ipRoute`, "the original has no groups"},
	{"hyphen-in-label", `RFC1213-MIB`, "as in the original"},
	{"type-unref", `-TC\.mib|-TM\.mib|-FRAMEWORK-MIB\.mib|INET-ADDRESS-MIB\.mib|TRANSPORT-ADDRESS-MIB\.mib|IANAifType|SnmpTagValue|OwnerString`, "conventions are there for other modules"},
	{"type-without-format", ``, "the conventions have no display hint in the originals"},
	{"identifier-case-match", ``, "objects and their types have these names in the originals"},
	{"previous-definition", ``, "where the other name of such a pair is"},
	{"module-name-suffix", ``, "the modules have these names"},
	{"index-element-accessible", ``, "the objects are read-only in the originals"},
	{"index-element-no-size", `snmpNotifyFilterSubtree|vacmViewTreeFamilySubtree`, "an OBJECT IDENTIFIER has no size, as in RFC 3413 and RFC 3415"},
	{"index-exceeds-too-large", ``, "as in RFC 3413, RFC 3415 and RFC 4293, whose text bounds the length"},
	{"integer-misuse", `SNMP-FRAMEWORK-MIB\.mib|SNMPv2-MIB\.mib`, "as in RFC 3411 and RFC 3418"},
	{"opaque-smiv2", `NOTIFICATION-LOG-MIB\.mib`, "as in RFC 3014"},
	{"rowstatus-access", `juniAaa|Juniper-AAA-MIB`, "the original is read-write: rows are not made"},
	{"group-unref", `ifOldObjectsGroup|.ipGroup|snmpObsoleteGroup`, "only older compliance statements have them"},
	{"group-unref", `Juniper-(CLI|PACKET-MIRROR)-MIB`, "the originals have newer compliance statements, which are left out"},
	{"compliance-group-status", `Juniper-PACKET-MIRROR-MIB`, "as in the original"},
	{"identifier-basetype-redefined", `SNMPv2-SMI`, "RFC 2578 defines them"},
	{"range-bounds", `SNMPv2-SMI`, "RFC 2578 defines the base types"},
	{"range-exchanged", `SNMPv2-SMI`, "RFC 2578 defines the base types"},
	{"node-implicit", `SNMPv2-SMI`, "RFC 2578 defines the root"},
}

// TestSmilint: every remark on every module, at the strictest level, is answered
// above, and every answer is to a remark.
func TestSmilint(t *testing.T) {
	files, err := fs.Glob(Modules, "*.mib")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	tag := regexp.MustCompile(`\{([a-z0-9-]+)\}`)
	used := make([]bool, len(answers))
	for _, f := range files {
		cmd := exec.CommandContext(t.Context(), "smilint", "-c", "/nonexistent", "-m", "-l", "6", "./"+f)
		cmd.Env = append(os.Environ(), "SMIPATH="+dir)
		out, err := cmd.CombinedOutput()
		if exited := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exited) {
			t.Fatalf("smilint, of smitools, must be installed: %v", err)
		}
		for remark := range strings.Lines(string(out)) {
			found := tag.FindStringSubmatch(remark)
			answered := false
			for i, a := range answers {
				if found != nil && found[1] == a.tag && regexp.MustCompile(a.where).MatchString(remark) {
					answered, used[i] = true, true
				}
			}
			if !answered {
				t.Error(strings.TrimSpace(remark))
			}
		}
	}
	for i, a := range answers {
		if !used[i] {
			t.Errorf("no remark %s %s any more", a.tag, a.where)
		}
	}
}
