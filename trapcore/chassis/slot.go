package chassis

import "slices"

// Unit is a module or part of one at a level of a slot (JuniSystemSlotLevel).
type Unit struct {
	Slot, Level int
	*Part
	Board    *Part // whose numbers it has: the part, or the board it is on
	Serial   string
	Physical int32 // entPhysicalIndex of the board
	Software bool  // it runs some
}

// Units are all that is in the slots, by slot and level.
func (m *Model) Units() []Unit {
	var all []Unit
	for i := range m.Modules {
		mod := &m.Modules[i]
		board := Unit{
			Slot: mod.Slot, Level: m.level(mod), Part: mod.Part, Board: mod.Part, Serial: m.ModuleSerial(mod),
			Physical: index(mod.Slot, m.level(mod)), Software: true,
		}
		all = append(all, board)
		if mod.Fabric != nil {
			fabric := board
			fabric.Level, fabric.Part = 2, mod.Fabric
			all = append(all, fabric)
		}
		for bay, a := range mod.Adapters {
			all = append(all, Unit{
				Slot: mod.Slot, Level: m.bay(bay), Part: a, Board: a, Serial: m.AdapterSerial(mod, bay), Physical: index(mod.Slot, m.bay(bay)),
			})
		}
	}
	return all
}

// SlotType is what a level of a slot can hold (JuniSystemSlotType).
type SlotType int32

const (
	NoSlot    SlotType = 0
	erxSRP    SlotType = 1
	erxLine   SlotType = 2
	erxSRPIOA SlotType = 3
	erxIOA    SlotType = 4
	es2SRP    SlotType = 16
	es2Fabric SlotType = 17
	es2Line   SlotType = 18
	es2SRPBay SlotType = 19
	es2IOA    SlotType = 20
)

// SlotType returns what a level of a slot can hold.
func (m *Model) SlotType(slot, level int) SlotType {
	srp, fabric := slices.Contains(m.SRPs, slot), slices.Contains(m.Fabrics, slot)
	var types [4]SlotType
	switch {
	case m.Levels == 2 && srp:
		types = [4]SlotType{erxSRP, erxSRPIOA}
	case m.Levels == 2:
		types = [4]SlotType{erxLine, erxIOA}
	case srp:
		types = [4]SlotType{es2SRP, es2Fabric, es2SRPBay, NoSlot}
	case fabric:
		types = [4]SlotType{NoSlot, es2Fabric, NoSlot, NoSlot}
	default:
		types = [4]SlotType{es2Line, NoSlot, es2IOA, es2IOA}
	}
	return types[level-1]
}
