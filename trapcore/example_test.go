package trapcore_test

import (
	"fmt"

	"mirrorsh/trapcore"
)

// A router without a command line. Each virtual router is an SNMP engine.
func ExampleNew() {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		panic(err)
	}
	defer router.Close()
	if _, err := router.Create("isp"); err != nil {
		panic(err)
	}
	for _, v := range router.VirtualRouters() {
		fmt.Println(v.Name(), v.EngineID(), v.ContextName())
	}
	// Output:
	// default 0x8000130a0502000000000180000001 router1
	// isp 0x8000130a0502000000000180000002 router2
}
