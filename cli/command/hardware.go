package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/chassis"
)

// ram is a size in MB; what has no memory shows dashes.
func ram(mb int) result.Shown {
	if mb == 0 {
		return result.As(nil, none)
	}
	return result.As(mb, fmt.Sprint(mb))
}

// showHardware has three tables, as tools look for them: chassis, modules and
// fans; adapters; the addresses of these.
func showHardware(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	m := s.Router().Model()
	return result.Group{Between: "\n", Parts: []result.Part{
		{Name: "modules", Value: moduleTable(m)},
		{Name: "adapters", Value: adapterTable(m)},
		{Name: "addresses", Value: addressTable(m, s.Router().MAC())},
	}}, nil
}

func moduleTable(m *chassis.Model) *result.Table {
	t := &result.Table{Centred: true, Columns: []result.Column{
		{Head: "\nslot", Name: "slot"}, {Head: "\ntype", Name: "type"}, {Head: "serial\nnumber"}, {Head: "assembly\nnumber"},
		{Head: "assembly\nrev."}, {Head: "ram\n(MB)", Name: "ramMb"}, {Head: "hardware\nrevision"},
	}}
	t.Add("Chassis", "", m.Serial(), m.Number, m.Assembly, "", m.Hardware)
	for slot := range m.LastSlot + 1 {
		mod := m.In(slot)
		if mod == nil {
			t.Add(slot, orNone(""), orNone(""), orNone(""), orNone(""), orNone(""), orNone(""))
			continue
		}
		t.Add(slot, mod.Type, m.ModuleSerial(mod), mod.Number, mod.Assembly, ram(mod.Memory), mod.Hardware)
	}
	for i, fan := range m.Fans {
		t.Add(i, fan.Type, m.FanSerial(i), fan.Number, fan.Assembly, "", fan.Hardware)
	}
	return t
}

// eachAdapter calls f with the place of each adapter, such as 6/0.
func eachAdapter(m *chassis.Model, f func(place, serial string, a *chassis.Part)) {
	for i := range m.Modules {
		mod := &m.Modules[i]
		for bay, a := range mod.Adapters {
			f(fmt.Sprint(mod.Slot, "/", bay), m.AdapterSerial(mod, bay), a)
		}
	}
}

func adapterTable(m *chassis.Model) *result.Table {
	t := &result.Table{Centred: true, Columns: []result.Column{
		{Head: "Adapters\nslot", Name: "slot"}, {Head: "\ntype", Name: "type"}, {Head: "serial\nnumber"}, {Head: "assembly\nnumber"},
		{Head: "assembly\nrev."}, {Head: "number of\nMAC addresses"},
	}}
	eachAdapter(m, func(place, serial string, a *chassis.Part) {
		t.Add(place, a.Type, serial, a.Number, a.Assembly, 1)
	})
	return t
}

// addressTable has the one address there is, that of the chassis, for each adapter.
func addressTable(m *chassis.Model, mac [6]byte) *result.Table {
	t := &result.Table{Centred: true, Columns: []result.Column{
		{Head: "\nslot", Name: "slot"}, {Head: "base\nMAC address"}, {Head: "hardware\nrevision"},
	}}
	dotted := fmt.Sprintf("%x.%x.%x", mac[:2], mac[2:4], mac[4:])
	eachAdapter(m, func(place, _ string, a *chassis.Part) { t.Add(place, dotted, a.Hardware) })
	return t
}
