package chassis

import "mirrorsh/mib"

// Where Juniper-Products-MIB, Juniper-ERX-Registry and Juniper-ES2-Registry have
// products and kinds of hardware.
var (
	products = mib.MustOID("1.3.6.1.4.1.4874.1.1.1")
	erx      = mib.MustOID("1.3.6.1.4.1.4874.4.2.2.1")
	es2      = mib.MustOID("1.3.6.1.4.1.4874.4.2.3.1")
)

// Default is the model that a router is unless told otherwise.
var Default = models[0]

// models are the models there are, by family and size.
var models = []*Model{
	{
		Keyword: "erx310", Name: "ERX-310", Product: products.Sub(1, 5), number: 1, LastSlot: 2, Levels: 2, SRPs: []int{0},
		Part: Part{Descr: "ERX-310 chassis", Number: "4500000310", Assembly: "A01", Hardware: "1.0", Vendor: erx.Sub(1, 4)},
		Fans: []*Part{{Type: "ERX310 FAN", Descr: "Fan tray", Number: "4500000311", Assembly: "A01", Hardware: "1.0", Vendor: erx.Sub(2, 3)}},
		Power: []*Part{
			{Descr: "AC power supply", Number: "4500000312", Assembly: "A01", Hardware: "1.0", Vendor: erx.Sub(3, 3)},
		},
		Modules: []Module{
			{Slot: 0, Part: srp310, Adapters: []*Part{srp310IOA}},
			{Slot: 1, Part: ge2, Adapters: []*Part{ge2IOA}},
		},
	},
	{
		Keyword: "erx1440", Name: "ERX-1440", Product: products.Sub(1, 3), number: 2, LastSlot: 13, Levels: 2, SRPs: []int{6, 7},
		Part: Part{Descr: "ERX-1440 chassis", Number: "4500001440", Assembly: "A02", Hardware: "1.1", Vendor: erx.Sub(1, 3)},
		Fans: []*Part{{Type: "ERX1400 FAN", Descr: "Fan tray", Number: "4500001441", Assembly: "A01", Hardware: "1.0", Vendor: erx.Sub(2, 2)}},
		Power: []*Part{
			{Descr: "Power distribution unit", Number: "4500001442", Assembly: "A01", Hardware: "1.0", Vendor: erx.Sub(3, 2)},
		},
		Modules: []Module{
			{Slot: 0, Part: oc3Atm, Adapters: []*Part{oc3IOA}},
			{Slot: 2, Part: ge2, Adapters: []*Part{ge2IOA}},
			{Slot: 6, Part: srp40, Adapters: []*Part{srpIOA}},
		},
	},
	{
		Keyword: "e120", Name: "E120", Product: products.Sub(6, 2), number: 3, LastSlot: 10, Levels: 4, SRPs: []int{6, 7}, Fabrics: []int{8, 9, 10},
		Part:  Part{Descr: "E120 chassis", Number: "4500000120", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(1, 2)},
		Fans:  []*Part{{Type: "E120 FAN", Descr: "Primary fan tray", Number: "4500000121", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(2, 3)}},
		Power: []*Part{{Descr: "DC power distribution unit", Number: "4500000122", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(3, 1)}},
		Modules: []Module{
			{Slot: 0, Part: lm10, Adapters: []*Part{ge8IOA}},
			{Slot: 6, Part: srp120, Fabric: sfs120, Adapters: []*Part{es2SRPIOA}},
			{Slot: 8, Part: sfm120, IsFabric: true},
			{Slot: 9, Part: sfm120, IsFabric: true},
			{Slot: 10, Part: sfm120, IsFabric: true},
		},
	},
	{
		Keyword: "e320", Name: "E320", Product: products.Sub(6, 1), number: 4, LastSlot: 16, Levels: 4, SRPs: []int{6, 7}, Fabrics: []int{8, 9, 10},
		Part: Part{Descr: "E320 chassis", Number: "4500000320", Assembly: "A01", Hardware: "1.1", Vendor: es2.Sub(1, 1)},
		Fans: []*Part{
			{Type: "Primary FAN", Descr: "Primary fan tray", Number: "4500000321", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(2, 1)},
			{Type: "Auxiliary FAN", Descr: "Auxiliary fan tray", Number: "4500000323", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(2, 2)},
		},
		Power: []*Part{
			{Descr: "DC power distribution unit", Number: "4500000322", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(3, 1)},
			{Descr: "DC power distribution unit", Number: "4500000322", Assembly: "A01", Hardware: "1.0", Vendor: es2.Sub(3, 1)},
		},
		Modules: []Module{
			{Slot: 0, Part: lm4, Adapters: []*Part{ge4IOA}},
			{Slot: 2, Part: lm10, Adapters: []*Part{tenGEIOA}},
			{Slot: 6, Part: srp100, Fabric: sfs100, Adapters: []*Part{es2SRPIOA}},
			{Slot: 8, Part: sfm100, IsFabric: true},
			{Slot: 9, Part: sfm100, IsFabric: true},
			{Slot: 10, Part: sfm100, IsFabric: true},
		},
	},
}

// Modules and adapters of the ERX family.
var (
	srp310 = &Part{Type: "SRP310-10G", Descr: "Switch route processor, 10 Gbps", Number: "3500000310", Assembly: "A01", Hardware: "1.1",
		Vendor: erx.Sub(5, 7), Kind: 1, Memory: 2048, Celsius: 34}
	srp40 = &Part{Type: "SRP-40G+", Descr: "Switch route processor, 40 Gbps", Number: "3500000340", Assembly: "A03", Hardware: "1.2",
		Vendor: erx.Sub(5, 8), Kind: 1, Memory: 2048, Celsius: 34}
	ge2 = &Part{Type: "GE-2", Descr: "2 port Gigabit Ethernet", Number: "3500000002", Assembly: "A01", Hardware: "1.0",
		Vendor: erx.Sub(7, 26), Kind: 38, Memory: 512, Celsius: 31}
	oc3Atm = &Part{Type: "OC3-4A", Descr: "4 port OC3 ATM", Number: "3500000014", Assembly: "A02", Hardware: "1.3",
		Vendor: erx.Sub(7, 10), Kind: 14, Memory: 256, Celsius: 32}

	srp310IOA = &Part{Type: "SRP IOA", Descr: "Switch route processor I/O adapter", Number: "3600000310", Assembly: "A01", Hardware: "1.0",
		Vendor: erx.Sub(6, 2), Kind: 1024, Ports: 1}
	srpIOA = &Part{Type: "SRP IOA", Descr: "Switch route processor I/O adapter", Number: "3600000301", Assembly: "A01", Hardware: "1.0",
		Vendor: erx.Sub(6, 1), Kind: 1024, Ports: 1}
	ge2IOA = &Part{Type: "GE-2 IOA", Descr: "2 port Gigabit Ethernet I/O adapter", Number: "3600000002", Assembly: "A01", Hardware: "1.0",
		Vendor: erx.Sub(8, 53), Kind: 1077, Ports: 2}
	oc3IOA = &Part{Type: "OC3-4 IOA", Descr: "4 port OC3 multi-mode I/O adapter", Number: "3600000014", Assembly: "A01", Hardware: "1.0",
		Vendor: erx.Sub(8, 8), Kind: 1032, Ports: 4}
)

// Modules and adapters of E120 and E320.
var (
	srp120 = &Part{Type: "SRP-120", Descr: "Switch route processor, 120 Gbps", Number: "3500000120", Assembly: "A01", Hardware: "1.1",
		Vendor: es2.Sub(5, 3), Kind: 4096, Memory: 2048, Celsius: 36}
	sfs120 = &Part{Type: "SFM-120", Descr: "Switch fabric slice, 120 Gbps", Vendor: es2.Sub(6, 3), Kind: 4097}
	sfm120 = &Part{Type: "SFM-120", Descr: "Switch fabric module, 120 Gbps", Number: "3500000121", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(6, 3), Kind: 4097, Celsius: 33}
	srp100 = &Part{Type: "SRP-100", Descr: "Switch route processor, 100 Gbps", Number: "3500000100", Assembly: "A02", Hardware: "1.2",
		Vendor: es2.Sub(5, 1), Kind: 2048, Memory: 2048, Celsius: 36}
	sfs100 = &Part{Type: "SFM-100", Descr: "Switch fabric slice, 100 Gbps", Vendor: es2.Sub(6, 1), Kind: 2049}
	sfm100 = &Part{Type: "SFM-100", Descr: "Switch fabric module, 100 Gbps", Number: "3500000101", Assembly: "A02", Hardware: "1.0",
		Vendor: es2.Sub(6, 1), Kind: 2049, Celsius: 33}
	lm4 = &Part{Type: "LM-4", Descr: "4 Gbps line module", Number: "3500000004", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(8, 1), Kind: 2050, Memory: 1024, Celsius: 35}
	lm10 = &Part{Type: "LM-10", Descr: "10 Gbps line module", Number: "3500000010", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(8, 3), Kind: 2052, Memory: 1024, Celsius: 37}

	es2SRPIOA = &Part{Type: "SRP IOA", Descr: "Switch route processor I/O adapter", Number: "3600000100", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(7, 1), Kind: 3072, Ports: 1}
	ge4IOA = &Part{Type: "GE-4 IOA", Descr: "4 port Gigabit Ethernet I/O adapter", Number: "3600000004", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(9, 1), Kind: 3073, Ports: 4}
	ge8IOA = &Part{Type: "GE-8 IOA", Descr: "8 port Gigabit Ethernet I/O adapter", Number: "3600000008", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(9, 9), Kind: 3081, Ports: 8}
	tenGEIOA = &Part{Type: "10GE PR IOA", Descr: "10-Gigabit Ethernet I/O adapter with physical redundancy", Number: "3600000011", Assembly: "A01", Hardware: "1.0",
		Vendor: es2.Sub(9, 10), Kind: 3082, Ports: 1}
)
