package chassis

import (
	"fmt"
	"strings"
	"time"

	"mirrorsh/mib"
)

// Part is a kind of board, fan or power supply.
type Part struct {
	Type     string // as show version has it
	Descr    string
	Number   string // of the assembly, ten digits
	Assembly string // its revision
	Hardware string // revision of the hardware
	Vendor   mib.OID
	Kind     int32 // JuniSystemModuleType; 0 for what is no module
	Memory   int   // in MB
	Ports    int
	Celsius  int // what its sensor says
}

// Module is what stands in a slot.
type Module struct {
	Slot int
	*Part
	// Fabric is the switch fabric of the same board, nil for none.
	Fabric *Part
	// IsFabric says that it is nothing else.
	IsFabric bool
	Adapters []*Part // by bay
}

// Model is a chassis.
type Model struct {
	Keyword string // as --model takes it
	Name    string
	Product mib.OID // sysObjectID
	Part
	LastSlot int
	SRPs     []int // slots for switch route processors
	Fabrics  []int // slots for switch fabrics
	Levels   int   // how many modules may share a slot (juniSystemMaxModulesPerSlot)
	Fans     []*Part
	Power    []*Part
	Modules  []Module // by slot

	number int // of the model, in serial numbers
}

// Models returns the models there are.
func Models() []*Model { return models }

// Find returns the model of a keyword.
func Find(keyword string) (*Model, bool) {
	for _, m := range models {
		if m.Keyword == keyword {
			return m, true
		}
	}
	return nil, false
}

// Keywords are those of the models, separated by commas.
func Keywords() string {
	all := make([]string, len(models))
	for i, m := range models {
		all[i] = m.Keyword
	}
	return strings.Join(all, ", ")
}

// Platform is how the router introduces itself.
func (m *Model) Platform() string { return "Juniper Edge Routing Switch " + m.Name }

// In returns the module of a slot, nil if that is empty.
func (m *Model) In(slot int) *Module {
	for i := range m.Modules {
		if m.Modules[i].Slot == slot {
			return &m.Modules[i]
		}
	}
	return nil
}

// SRP returns the switch route processor.
func (m *Model) SRP() *Module {
	for _, slot := range m.SRPs {
		if mod := m.In(slot); mod != nil {
			return mod
		}
	}
	return nil
}

// IsSRP reports whether a module is a switch route processor.
func (mod *Module) IsSRP() bool { return strings.HasPrefix(mod.Type, "SRP") }

// Serial is the serial number of the chassis.
func (m *Model) Serial() string { return m.serial(0, 0) }

// FanSerial is that of a fan, counted from 0.
func (m *Model) FanSerial(fan int) string { return m.serial(90+fan, 0) }

// serial is made of the model and the place: ten digits.
func (m *Model) serial(slot, level int) string {
	return fmt.Sprintf("43%02d%02d%02d00", m.number, slot, level)
}

// level is where in its slot the module stands (JuniSystemSlotLevel).
func (m *Model) level(mod *Module) int {
	if mod.IsFabric {
		return 2
	}
	return 1
}

// Adapters reports whether interfaces are named by their adapters, too
// (SLOT/ADAPTER/PORT), as those of E120 and E320 are.
func (m *Model) Adapters() bool { return m.Levels > 2 }

// bay is the level of the adapter in a bay.
func (m *Model) bay(n int) int { return m.Levels/2 + 1 + n }

// ModuleSerial is the serial number of a module.
func (m *Model) ModuleSerial(mod *Module) string { return m.serial(mod.Slot, m.level(mod)) }

// AdapterSerial is the serial number of an adapter.
func (m *Model) AdapterSerial(mod *Module, bay int) string { return m.serial(mod.Slot, m.bay(bay)) }

// Release is the software that runs.
type Release struct {
	Version string
	Built   time.Time
}

// String is the release as the router writes it.
func (r Release) String() string { return r.Version + " release-0.0 [BuildId 0]" }

// BuildDate is when it was built, as the router writes it.
func (r Release) BuildDate() string { return r.Built.Format("January 2, 2006  15:04") }

// File is the name of the release as it would be on the router's disk.
func (r Release) File() string {
	return "mirrorsh_" + strings.ReplaceAll(r.Version, ".", "-") + ".rel"
}

// Description is sysDescr in the form that tools know, with a last sentence that
// says what it is. They take what stands before the last colon for the release.
func (m *Model) Description(r Release) string {
	return fmt.Sprintf("Juniper Networks, Inc. %s Edge Routing Switch SW Version : (%v) Build Date : %s This is mirrorsh, a simulator of a JUNOSe E-series router",
		m.Name, r, r.BuildDate())
}
