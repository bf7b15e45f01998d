package mib

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestSeverity(t *testing.T) {
	names := strings.Fields("emergency alert critical error warning notice informational debug")
	if len(Severities) != len(names) {
		t.Fatalf("%d severities, want %d", len(Severities), len(names))
	}
	for i, name := range names {
		s := Severities[i]
		if int(s) != i || s.String() != name || !s.Valid() {
			t.Errorf("severity %d is %d %q, want %q", i, s, s, name)
		}
		// The MIB's labels are the names with a prefix.
		if want := "trap" + strings.ToUpper(name[:1]) + name[1:]; juniTrapSeverity.Label(int64(i)) != want {
			t.Errorf("label of %d is %q, want %q", i, juniTrapSeverity.Label(int64(i)), want)
		}
	}
	if !Critical.Passes(Critical) || !Emergency.Passes(Critical) || Error.Passes(Critical) || Severity(8).Valid() {
		t.Error("a severity passes a filter when its number is not larger")
	}
}

// lastMaskBit is the highest bit JuniSnmpTrapMask defines.
const lastMaskBit = 35

// Bits of JuniSnmpTrapMask and keywords as documented; 27, 33 and 35 have none.
var documentedCategories = map[Category]string{
	0: "snmp", 1: "link", 2: "inventory", 3: "environment", 4: "bulkstats", 5: "fileXfer", 6: "bgp", 7: "log",
	8: "cliSecurityAlert", 9: "ping", 10: "ospf", 11: "traceroute", 12: "dvmrp", 13: "dvmrpProp", 14: "addrPool",
	15: "atmPing", 16: "vrrp", 17: "sonet", 18: "ntp", 19: "radius", 20: "dismanEvent", 21: "dhcp", 22: "pim",
	23: "haRedundancy", 24: "routeTable", 25: "ip", 26: "packetMirror", 28: "bfdmib", 29: "dosProtectionPlatform",
	30: "mrouter", 31: "ldp", 32: "mobileIpv4", 34: "mplste",
}

func TestCategories(t *testing.T) {
	if len(Categories) != len(documentedCategories) {
		t.Errorf("%d categories, want %d", len(Categories), len(documentedCategories))
	}
	raised := CategorySet(0)
	for _, n := range Notifications {
		raised = raised.With(n.Category)
	}
	words := map[string]bool{}
	for i, c := range Categories {
		if documentedCategories[c.Category] != c.Keyword {
			t.Errorf("bit %d is %q, want %q", c.Category, c.Keyword, documentedCategories[c.Category])
		}
		if i > 0 && strings.ToLower(Categories[i-1].Keyword) >= strings.ToLower(c.Keyword) {
			t.Errorf("%s is out of order", c.Keyword)
		}
		for _, w := range []string{c.Keyword, c.Alias} {
			if w == "" {
				continue
			}
			if words[strings.ToLower(w)] {
				t.Errorf("keyword %s stands for two categories", w)
			}
			words[strings.ToLower(w)] = true
		}
		if info := c.Category.Info(); info == nil || info.Keyword != c.Keyword || c.Category.String() != c.Keyword {
			t.Errorf("%s: Info and String disagree with the table", c.Keyword)
		}
		name := c.Name
		if c.Category == CLISecurity {
			name += "Alert"
		}
		if !strings.EqualFold(name, c.Keyword) || !unicode.IsUpper(rune(c.Name[0])) {
			t.Errorf("%s is shown as %q", c.Keyword, c.Name)
		}
		if want := strings.TrimSuffix(c.Name, "Security"); c.HostName != want {
			t.Errorf("%s is shown for a host as %q, want %q", c.Keyword, c.HostName, want)
		}
		if c.Secure != (c.Category == PacketMirror) || c.Secure != c.Category.Secure() {
			t.Errorf("%s: secure is %v", c.Keyword, c.Secure)
		}
		if c.Raised != raised.Has(c.Category) {
			t.Errorf("%s: raised is %v, notifications say %v", c.Keyword, c.Raised, raised.Has(c.Category))
		}
		if c.Help == "" || strings.HasSuffix(c.Help, ".") || strings.HasSuffix(c.Help, notRaised) == c.Raised {
			t.Errorf("%s: help %q", c.Keyword, c.Help)
		}
		if c.Category > lastMaskBit {
			t.Errorf("%s: bit %d has no meaning in the mask", c.Keyword, c.Category)
		}
	}
	for _, c := range []Category{27, 33, 35, 36, 63, 64, 255} {
		if c.Info() != nil || c.String() != "" {
			t.Errorf("bit %d has a keyword", c)
		}
	}
}

func TestCategorySet(t *testing.T) {
	s := NewCategorySet(SONET, PacketMirror, CLISecurity)
	var names []string
	for _, c := range s.Members() {
		names = append(names, c.Name)
	}
	// The order of the documented sample of show snmp trap.
	if got := strings.Join(names, ", "); got != "CliSecurity, PacketMirror, Sonet" {
		t.Errorf("members %s", got)
	}
	if !s.Has(SONET) || s.Has(BGP) || s.Has(64) || s.Len() != 3 || s.Empty() || !CategorySet(0).Empty() {
		t.Errorf("set %x", s)
	}
	if got := s.Ordinary(); got != NewCategorySet(SONET, CLISecurity) {
		t.Errorf("ordinary: %x", got)
	}
	if OrdinaryCategories.Has(PacketMirror) || OrdinaryCategories.Len() != len(Categories)-1 {
		t.Errorf("ordinary categories %x", OrdinaryCategories)
	}
	// Bit 26 is 0x04 of octet 5; it reads 0, while a manager's mask shows it.
	if got, want := s.TrapMask(), [8]byte{5: 0x02, 6: 0x01}; got != want {
		t.Errorf("mask % x, want % x", got, want)
	}
	if got := CategorySetOfMask([8]byte{0x80, 4: 0x04, 7: 0x01}); got != NewCategorySet(63, PacketMirror, SNMP) {
		t.Errorf("set of mask %x", got)
	}
	if got := NewCategorySet(SONET, 64); got != NewCategorySet(SONET) {
		t.Errorf("a bit beyond the mask changes the set: %x", got)
	}
}

func TestMirrorNotifications(t *testing.T) {
	attempt := "access-attempt (implied)"
	want := []struct {
		short    string
		severity Severity
		laes     []string
	}{
		{"RadiusBasedMirroringFailure", 3, nil},
		{"CliTriggerBasedMirroringFailure", 3, nil},
		{"InterfaceDeleted", 4, nil},
		{"AnalyzerUnreachable", 2, nil},
		{"SessionStart", 5, []string{attempt, "access-session-accept", "packet-data-session-start"}},
		{"SessionEnd", 5, []string{"access-session-end", "packet-data-session-end"}},
		{"InterfaceSessionActivated", 5, []string{"packet-data-session-already-established"}},
		{"InterfaceSessionDeactivated", 5, nil},
		{"SessionReject", 4, []string{attempt, "access-reject"}},
		{"SessionFailed", 3, []string{attempt, "access-failed"}},
	}
	if len(MirrorNotifications) < len(want) { // these are documented
		t.Fatalf("%d mirror notifications", len(MirrorNotifications))
	}
	for i, w := range want {
		n := MirrorNotifications[i]
		if n.Short() != w.short || n.Name != "juniPacketMirror"+w.short || n.Severity != w.severity || !slices.Equal(n.LAES, w.laes) {
			t.Errorf("%s: severity %v, LAES %q", n.Name, n.Severity, n.LAES)
		}
		if !n.Secure() || n.Extra != 0 {
			t.Errorf("%s: secure %v, extra %d", n.Name, n.Secure(), n.Extra)
		}
	}
}

func TestNotificationsHang(t *testing.T) {
	if len(Notifications) != len(OrdinaryNotifications)+len(MirrorNotifications) {
		t.Fatalf("%d notifications", len(Notifications))
	}
	for _, n := range Notifications {
		if n.Secure() != n.OID.HasPrefix(PacketMirrorMIB) {
			t.Errorf("%s: secure %v at %v", n.Name, n.Secure(), n.OID)
		}
		if n.Meaning == "" || strings.HasSuffix(n.Meaning, ".") || !n.Severity.Valid() || n.Extra > len(n.Objects) {
			t.Errorf("%s: %+v", n.Name, n)
		}
	}
}

// RFC 3584 section 3.2.
func TestNotificationV1(t *testing.T) {
	for _, tc := range []struct {
		n                 *Notification
		enterprise        string
		generic, specific int
	}{
		{ColdStart, "1.3.6.1.6.3.1.1.5", 0, 0},
		{WarmStart, "1.3.6.1.6.3.1.1.5", 1, 0},
		{LinkDown, "1.3.6.1.6.3.1.1.5", 2, 0},
		{LinkUp, "1.3.6.1.6.3.1.1.5", 3, 0},
		{AuthenticationFailure, "1.3.6.1.6.3.1.1.5", 4, 0},
		{CliSecurityAlert, "1.3.6.1.4.1.4874.2.2.30", 6, 1},
		{MirrorNotifications[9], "1.3.6.1.4.1.4874.2.2.77.3", 6, 10},
		{&Notification{OID: MustOID("1.3.6.1.4.1.9.7")}, "1.3.6.1.4.1.9", 6, 7},
		{&Notification{OID: SnmpTraps.Sub(7)}, "1.3.6.1.6.3.1.1.5", 6, 7},
	} {
		e, g, s := tc.n.V1()
		if e.String() != tc.enterprise || g != tc.generic || s != tc.specific {
			t.Errorf("%s %v: %v %d %d, want %s %d %d", tc.n.Name, tc.n.OID, e, g, s, tc.enterprise, tc.generic, tc.specific)
		}
	}
}

func TestObjectLabels(t *testing.T) {
	triggerType, ok := MirrorObject("juniPacketMirrorTriggerType")
	if !ok {
		t.Fatal("no object juniPacketMirrorTriggerType")
	}
	if v, ok := triggerType.Value("agentRemoteId"); !ok || v != 8 || triggerType.Label(8) != "agentRemoteId" {
		t.Errorf("agentRemoteId is %d, %v", v, ok)
	}
	if v, ok := triggerType.Value("AgentRemoteId"); ok || triggerType.Label(9) != "" {
		t.Errorf("AgentRemoteId is %d", v)
	}
	if got := MirrorTrapEnable.Instance0().String(); got != "1.3.6.1.4.1.4874.2.2.77.2.1.0" {
		t.Errorf("instance %s", got)
	}
}
