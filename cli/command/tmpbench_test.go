package command

import (
	"fmt"
	"testing"
)

func BenchmarkConfigurationTmp(b *testing.B) {
	sh := shellWith(b, All())
	o := operatorOf(b, sh, "mirror-enable", "configure terminal")
	for i := range 2000 {
		o.do(b, fmt.Sprintf("interface loopback %d", i))
		o.do(b, fmt.Sprintf("ip address 10.%d.%d.1 255.255.255.0", i/250, i%250))
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = sh.Configuration("", true, true)
	}
}
