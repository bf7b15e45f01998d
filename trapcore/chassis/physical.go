package chassis

import (
	"cmp"
	"fmt"
	"slices"
)

// Values of PhysicalClass (RFC 4133).
const (
	classChassis   = 3
	classContainer = 5
	classPower     = 6
	classFan       = 7
	classSensor    = 8
	classModule    = 9
	classPort      = 10
)

// Physical is a row of entPhysicalTable (RFC 4133).
type Physical struct {
	Index    int32
	In       int32 // what contains it, 0: nothing
	Class    int32
	Position int32 // among its equals in there, from 0
	Name     string
	Part     // zero for what has no numbers
	Serial   string
	Software string
	Unit     bool // it can be replaced
}

// Indexes: the chassis, then fans and power supplies; each slot has a hundred,
// the first of which is the slot, each level of it ten.
const (
	chassisIndex = 1
	fanIndex     = 10
	powerIndex   = 20
	sensorPlace  = 91
)

func slotIndex(slot int) int32 { return int32(100 * (slot + 1)) }

// index is that of what is at a level of a slot.
func index(slot, level int) int32 { return slotIndex(slot) + int32(10*level) }

// FanIndex returns the entPhysicalIndex of a fan, counted from 0.
func FanIndex(n int) int32 { return int32(fanIndex + n) }

// PowerIndex returns that of a power supply.
func PowerIndex(n int) int32 { return int32(powerIndex + n) }

// SensorIndex returns that of the temperature sensor of the module in a slot.
func SensorIndex(slot int) int32 { return slotIndex(slot) + sensorPlace }

// Sensors are the modules with a temperature sensor, by slot.
func (m *Model) Sensors() []*Module {
	var all []*Module
	for i := range m.Modules {
		if m.Modules[i].Celsius != 0 {
			all = append(all, &m.Modules[i])
		}
	}
	return all
}

// Physical returns everything there is in the chassis that runs a release, by
// index.
func (m *Model) Physical(r Release) []Physical {
	all := []Physical{{Index: chassisIndex, Class: classChassis, Position: -1, Name: "chassis", Part: m.Part, Serial: m.Serial(), Software: r.String(), Unit: true}}
	for i, fan := range m.Fans {
		all = append(all, Physical{Index: FanIndex(i), In: chassisIndex, Class: classFan, Position: int32(i), Name: fmt.Sprint("fan ", i), Part: *fan, Serial: m.FanSerial(i), Unit: true})
	}
	for i, p := range m.Power {
		all = append(all, Physical{Index: PowerIndex(i), In: chassisIndex, Class: classPower, Position: int32(i), Name: fmt.Sprint("power ", i), Part: *p, Unit: true})
	}
	for slot := range m.LastSlot + 1 {
		all = append(all, Physical{
			Index: slotIndex(slot), In: chassisIndex, Class: classContainer, Position: int32(slot), Name: fmt.Sprint("slot ", slot), Part: Part{Descr: "Slot"},
		})
	}
	for _, u := range m.Units() {
		if u.Physical == index(u.Slot, u.Level) { // not the fabric of a board that is there already
			all = append(all, m.module(&u, r)...)
		}
	}
	slices.SortFunc(all, func(a, b Physical) int { return cmp.Compare(a.Index, b.Index) })
	return all
}

// module is a board with its sensor and its ports.
func (m *Model) module(u *Unit, r Release) []Physical {
	board := Physical{
		Index: u.Physical, In: slotIndex(u.Slot), Class: classModule, Position: int32(u.Level), Name: fmt.Sprintf("slot %d level %d", u.Slot, u.Level),
		Part: *u.Part, Serial: u.Serial, Unit: true,
	}
	if u.Software {
		board.Software = r.String()
	}
	all := []Physical{board}
	if u.Celsius != 0 {
		all = append(all, Physical{
			Index: SensorIndex(u.Slot), In: board.Index, Class: classSensor, Name: fmt.Sprintf("slot %d temperature", u.Slot), Part: Part{Descr: "Temperature sensor"},
		})
	}
	for port := range u.Ports {
		all = append(all, Physical{
			Index: board.Index + 1 + int32(port), In: board.Index, Class: classPort, Position: int32(port),
			Name: fmt.Sprintf("port %d/%d", u.Slot, port), Part: Part{Descr: "Port"},
		})
	}
	return all
}
