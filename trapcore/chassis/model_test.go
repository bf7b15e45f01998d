package chassis

import (
	"regexp"
	"testing"
	"time"
)

// TestRows: what every row of the table must have, and numbers that tell its
// parts apart.
func TestRows(t *testing.T) {
	seen, digits := map[string]bool{}, regexp.MustCompile(`^\d{10}$`)
	once := func(what string) {
		if seen[what] {
			t.Errorf("%s comes twice", what)
		}
		seen[what] = true
	}
	for _, m := range Models() {
		if found, ok := Find(m.Keyword); !ok || found != m {
			t.Errorf("%s is not found", m.Keyword)
		}
		once(m.Name)
		once(m.Product.String())
		once(m.Serial())
		parts := []*Part{&m.Part}
		for i, fan := range m.Fans {
			parts = append(parts, fan)
			once(m.FanSerial(i))
		}
		parts = append(parts, m.Power...)
		last, srps := -1, 0
		for i := range m.Modules {
			mod := &m.Modules[i]
			if mod.Slot <= last || mod.Slot > m.LastSlot {
				t.Errorf("%s: slot %d is out of order", m.Name, mod.Slot)
			}
			if last = mod.Slot; mod.IsSRP() {
				srps++
			}
			once(m.ModuleSerial(mod))
			parts = append(parts, mod.Part)
			for bay, a := range mod.Adapters {
				once(m.AdapterSerial(mod, bay))
				parts = append(parts, a)
			}
		}
		if srps != 1 || !m.SRP().IsSRP() || m.In(m.LastSlot+1) != nil {
			t.Errorf("%s: %d SRPs", m.Name, srps)
		}
		for _, p := range parts {
			if !digits.MatchString(p.Number) || len(p.Assembly) != 3 || p.Hardware == "" || p.Vendor == nil || len(p.Descr) > 63 {
				t.Errorf("%s: %+v", m.Name, p)
			}
		}
	}
	if _, ok := Find("erx"); ok {
		t.Error("a beginning is found")
	}
}

// TestDescription: the patterns by which tools read a sysDescr, as their sources
// have them.
func TestDescription(t *testing.T) {
	r := Release{"0.1.0", time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)}
	for _, m := range Models() {
		descr := m.Description(r)
		for _, tt := range []struct{ client, pattern, want string }{
			{"SNMP::Info model", `(?i)Juniper Networks, Inc. (.+) Edge Routing Switch`, m.Name},
			{"SNMP::Info os_ver", `Version : \((.+)\) .+:`, r.String()},
			{"NOC platform", `Juniper Networks, Inc.\s+(\S+).+?SW Version\s:\s\([A-Za-z0-9\- \.\[\]]+\)`, m.Name},
			{"NOC version", `SW Version\s:\s\(([A-Za-z0-9\- \.\[\]]+)\)`, r.String()},
			{"Observium hardware", `(?i)^Juniper Networks, Inc\. (?:[a-z]+ )?([\w-][^,]+) SW Version : \(.+?\) Build`, m.Name + " Edge Routing Switch"},
			{"Observium version", `(?i)^Juniper Networks, Inc\. (?:[a-z]+ )?[\w-][^,]+ SW Version : \((.+?)\) Build`, r.String()},
			{"what it is", `(This is mirrorsh, a simulator) of a JUNOSe E-series router$`, "This is mirrorsh, a simulator"},
		} {
			found := regexp.MustCompile(tt.pattern).FindStringSubmatch(descr)
			if found == nil || found[1] != tt.want {
				t.Errorf("%s reads %q of %q, want %q", tt.client, found, descr, tt.want)
			}
		}
		if len(descr) > 255 {
			t.Errorf("%q is too long", descr)
		}
	}
}

// TestPhysical: rows have indexes of their own, are contained in rows there are,
// and units and sensors name them.
func TestPhysical(t *testing.T) {
	for _, m := range Models() {
		rows := map[int32]Physical{}
		last := int32(0)
		for _, p := range m.Physical(Release{Version: "1"}) {
			if _, ok := rows[p.In]; p.In != 0 && !ok || p.Index <= last || p.Name == "" || p.Descr == "" {
				t.Errorf("%s: %+v", m.Name, p)
			}
			rows[p.Index], last = p, p.Index
		}
		place := [2]int{-1, 0}
		for _, u := range m.Units() {
			p := rows[u.Physical]
			if p.Number != u.Board.Number || p.Serial != u.Serial || p.Class != classModule {
				t.Errorf("%s: %+v has %+v", m.Name, u, p)
			}
			if u.Slot < place[0] || u.Slot == place[0] && u.Level <= place[1] || u.Level > m.Levels || m.SlotType(u.Slot, u.Level) == NoSlot {
				t.Errorf("%s: %+v is in no place", m.Name, u)
			}
			place = [2]int{u.Slot, u.Level}
		}
		for i := range m.Fans {
			if rows[FanIndex(i)].Class != classFan {
				t.Errorf("%s: fan %d", m.Name, i)
			}
		}
		for i := range m.Power {
			if rows[PowerIndex(i)].Class != classPower {
				t.Errorf("%s: power %d", m.Name, i)
			}
		}
		for _, mod := range m.Sensors() {
			if rows[SensorIndex(mod.Slot)].Class != classSensor {
				t.Errorf("%s: sensor of slot %d", m.Name, mod.Slot)
			}
		}
	}
}
