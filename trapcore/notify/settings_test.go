package notify

import (
	"errors"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// TestSwitchesAndFilters runs steps on one originator and looks at the whole
// state after each.
func TestSwitchesAndFilters(t *testing.T) {
	const (
		link   = mib.CategorySet(1 << mib.Link)
		ospf   = mib.CategorySet(1 << mib.OSPF)
		mirror = mib.CategorySet(1 << mib.PacketMirror)
	)
	f := newFixture(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name    string
		do      func()
		enabled mib.CategorySet
		global  mib.Severity
		mirror  int // own filter of packetMirror, -1 none
		ospf    int // own filter, -1 none
		auth    bool
	}{
		{"defaults", func() {}, 0, 6, -1, -1, false},
		{"all", f.EnableAll, mib.OrdinaryCategories, 6, -1, -1, false},
		{"packetMirror", func() { f.Enable(mirror) }, mib.OrdinaryCategories | mirror, 6, -1, -1, false},
		{"packetMirror filter", func() { must(f.SetCategoryFilter(mib.PacketMirror, 3)) }, mib.OrdinaryCategories | mirror, 6, 3, -1, false},
		{"ospf filter", func() { must(f.SetCategoryFilter(mib.OSPF, 2)) }, mib.OrdinaryCategories | mirror, 6, 3, 2, false},
		{"disable all", f.DisableAll, mirror, 6, 3, 2, false},
		{"some", func() { f.Enable(link | ospf) }, mirror | link | ospf, 6, 3, 2, false},
		{"authentication", func() { f.SetAuthenticationFailure(true) }, mirror | link | ospf, 6, 3, 2, true},
		{"global filter", func() { must(f.SetGlobalFilter(4)) }, mirror | link | ospf, 4, 3, -1, true},
		{"ospf filter again", func() { must(f.SetCategoryFilter(mib.OSPF, 0)) }, mirror | link | ospf, 4, 3, 0, true},
		{"global filter default", f.ResetGlobalFilter, mirror | link | ospf, 6, 3, -1, true},
		{"by SNMP", func() { f.SetOrdinary(ospf | mirror) }, mirror | ospf, 6, 3, -1, true},
		{"by SNMP, nothing", func() { f.SetOrdinary(0) }, mirror, 6, 3, -1, true},
		{"disable packetMirror", func() { f.Disable(mirror) }, 0, 6, 3, -1, true},
		{"by SNMP, packetMirror", func() { f.SetOrdinary(mirror) }, 0, 6, 3, -1, true},
		{"packetMirror default", func() { f.ResetCategoryFilter(mib.PacketMirror) }, 0, 6, -1, -1, true},
		{"own filter", func() { must(f.SetCategoryFilter(mib.OSPF, 7)) }, 0, 6, -1, 7, true},
		{"no own filter", func() { f.ResetCategoryFilter(mib.OSPF) }, 0, 6, -1, -1, true},
		{"no authentication", func() { f.SetAuthenticationFailure(false) }, 0, 6, -1, -1, false},
	} {
		step.do()
		s := f.Settings()
		mirror := -1
		if v, has := s.CategoryFilter(mib.PacketMirror); has {
			mirror = int(v)
		} else if v != s.GlobalFilter {
			t.Errorf("%s: packetMirror follows %v", step.name, v)
		}
		own := -1
		if v, has := s.CategoryFilter(mib.OSPF); has {
			own = int(v)
		} else if v != s.GlobalFilter {
			t.Errorf("%s: ospf follows %v", step.name, v)
		}
		shown := slices.ContainsFunc(f.Originator.Settings().Filters(), func(x Filter) bool { return x.Category.Secure })
		if shown || f.Originator.Settings().Enabled.Has(mib.PacketMirror) {
			t.Errorf("%s: an ordinary reader is given packetMirror", step.name)
		}
		if s.Enabled != step.enabled || s.GlobalFilter != step.global || mirror != step.mirror ||
			own != step.ospf || s.AuthenticationFailure != step.auth {
			t.Errorf("%s: %+v, ospf %d, packetMirror %d", step.name, s, own, mirror)
		}
	}
	var r *rangeError
	if err := f.SetGlobalFilter(8); !errors.As(err, &r) || err.Error() != "trapFilters must be 0 to 7" {
		t.Errorf("filter 8: %v", err)
	}
	if err := f.SetCategoryFilter(mib.OSPF, 8); !errors.As(err, &r) {
		t.Errorf("category filter 8: %v", err)
	}
	if err := f.SetCategoryFilter(64, 1); !errors.As(err, &r) {
		t.Errorf("category 64: %v", err)
	}
}

// TestSettingsOfAReader: what packetMirror is set to is neither given to an
// ordinary reader nor changed by one.
func TestSettingsOfAReader(t *testing.T) {
	all, mirror := mib.OrdinaryCategories.With(mib.PacketMirror), mib.NewCategorySet(mib.PacketMirror)
	for _, secure := range []bool{false, true} {
		f, empty := newFixture(t), newFixture(t)
		if secure {
			f.openSecure()
			if err := f.SetCategoryFilter(mib.PacketMirror, mib.Alert); err != nil {
				t.Fatal(err)
			}
		}
		before, reader := f.Settings(), f.As(side.Clearance{})
		if reader.Settings() != empty.As(side.Clearance{}).Settings() {
			t.Errorf("secure %v: an ordinary reader is given %+v", secure, reader.Settings())
		}
		reader.Disable(all)
		reader.ResetCategoryFilter(mib.PacketMirror)
		if err := reader.SetCategoryFilter(mib.PacketMirror, mib.Debug); !errors.Is(err, errNoCategory) {
			t.Errorf("secure %v: an ordinary reader's filter of packetMirror: %v", secure, err)
		}
		if now := f.Settings(); now != before {
			t.Errorf("secure %v: an ordinary reader changed %+v to %+v", secure, before, now)
		}
		reader.Enable(all)
		if now := f.Settings(); now.Enabled&mirror != before.Enabled&mirror {
			t.Errorf("secure %v: an ordinary reader enabled packetMirror", secure)
		}
	}
}

func TestGlobalStage(t *testing.T) {
	warning := &LinkDown{Link{1, 1, 2}} // severity warning(4)
	for _, tt := range []struct {
		name   string
		ev     Event
		set    func(f *fixture)
		passes bool
	}{
		{"nothing enabled", warning, func(f *fixture) {}, false},
		{"enabled", warning, func(f *fixture) { f.Enable(mib.NewCategorySet(mib.Link)) }, true},
		{"another enabled", warning, func(f *fixture) { f.Enable(mib.NewCategorySet(mib.SNMP)) }, false},
		{"global filter equal", warning, func(f *fixture) { f.EnableAll(); _ = f.SetGlobalFilter(4) }, true},
		{"global filter lower", warning, func(f *fixture) { f.EnableAll(); _ = f.SetGlobalFilter(3) }, false},
		{"own filter lower", warning, func(f *fixture) { f.EnableAll(); _ = f.SetCategoryFilter(mib.Link, 3) }, false},
		{"own filter over global", warning, func(f *fixture) {
			f.EnableAll()
			_ = f.SetGlobalFilter(0)
			_ = f.SetCategoryFilter(mib.Link, 4)
		}, true},
		{"authenticationFailure off", &AuthenticationFailure{}, func(f *fixture) { f.EnableAll() }, false},
		{"authenticationFailure on", &AuthenticationFailure{}, func(f *fixture) { f.EnableAll(); f.SetAuthenticationFailure(true) }, true},
		{"authenticationFailure on, snmp off", &AuthenticationFailure{}, func(f *fixture) { f.SetAuthenticationFailure(true) }, false},
		{"coldStart needs no switch", &ColdStart{}, func(f *fixture) { f.EnableAll() }, true},
	} {
		f := newFixture(t)
		tt.set(f)
		f.Raise(tt.ev)
		c := f.As(side.Clear(true)).Counters(side.Ordinary)
		if c.Received != 1 || c.Local != 1 || (c.GlobalDiscards == 0) != tt.passes || c.Discarded != c.GlobalDiscards {
			t.Errorf("%s: %+v", tt.name, c)
		}
		if c := f.As(side.Clear(true)).Counters(side.Secure); c != (Counters{}) {
			t.Errorf("%s: secure counters %+v", tt.name, c)
		}
	}
}

func TestGlobalStageOfSecureTraps(t *testing.T) {
	for _, tt := range []struct {
		name   string
		set    func(f *fixture)
		passes bool
	}{
		{"both switches", (*fixture).openSecure, true},
		{"category only", func(f *fixture) { f.Enable(mib.NewCategorySet(mib.PacketMirror)) }, false},
		{"trap-enable only", func(f *fixture) { f.traps.Store(true) }, false},
		{"all categories are without it", func(f *fixture) { f.EnableAll(); f.traps.Store(true) }, false},
		{"filter equal", func(f *fixture) { f.openSecure(); _ = f.SetCategoryFilter(mib.PacketMirror, 5) }, true},
		{"filter lower", func(f *fixture) { f.openSecure(); _ = f.SetCategoryFilter(mib.PacketMirror, 4) }, false},
		{"global filter equal", func(f *fixture) { f.openSecure(); _ = f.SetGlobalFilter(5) }, true},
		{"global filter lower", func(f *fixture) { f.openSecure(); _ = f.SetGlobalFilter(4) }, false},
		{"filter equal over global", func(f *fixture) {
			f.openSecure()
			_ = f.SetCategoryFilter(mib.PacketMirror, 5)
			_ = f.SetGlobalFilter(0)
		}, true},
		{"filter lower under global", func(f *fixture) {
			f.openSecure()
			_ = f.SetCategoryFilter(mib.PacketMirror, 4)
			_ = f.SetGlobalFilter(7)
		}, false},
		{"no filter after one", func(f *fixture) {
			f.openSecure()
			_ = f.SetCategoryFilter(mib.PacketMirror, 4)
			f.ResetCategoryFilter(mib.PacketMirror)
		}, true},
		{"disable all means others", func(f *fixture) { f.openSecure(); f.DisableAll() }, true},
	} {
		f := newFixture(t)
		tt.set(f)
		f.RaiseSecure(start(1)) // severity notice(5)
		if c := f.As(side.Clear(true)).Counters(side.Secure); c.Received != 1 || (c.GlobalDiscards == 0) != tt.passes {
			t.Errorf("%s: %+v", tt.name, c)
		}
		if c := f.As(side.Clear(true)).Counters(side.Ordinary); c != (Counters{}) {
			t.Errorf("%s: ordinary counters %+v", tt.name, c)
		}
	}
}
