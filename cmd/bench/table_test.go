package main

import (
	"regexp"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	r := results{}
	r.add(`goos: linux
BenchmarkTrap/mirrorsh-2   	  239960	      4683 ns/op	    213527 traps/s	       1 B/op	       2 allocs/op
BenchmarkTrap/gosnmp-2     	   13321	     78007 ns/op	     20000 traps/s	   13998 B/op	     297 allocs/op
BenchmarkTrap/net-snmp-2   	   13321	     78007 ns/op	    200000 traps/s
BenchmarkHosts-2 	  239960	      4683 ns/op	    250000 traps/s
BenchmarkLoopback-2 	  239960	      4683 ns/op	    500000 traps/s
BenchmarkInform/mirrorsh-2 	    6810	    152976 ns/op	      6537 informs/s
BenchmarkInform/gosnmp-2   	    6810	    152976 ns/op	      3000 informs/s
BenchmarkGet/mirrorsh-2 	 1000000	 5000 ns/op	 200000 gets/s
BenchmarkGet/snmpd-2 	 30000	 30000 ns/op	 33000 gets/s
BenchmarkMirror/mirrorsh-2 	 1000000	 2900 ns/op	 340000 packets/s	 0 allocs/op
BenchmarkMirror/sendmmsg-2 	 1000000	 2800 ns/op	 360000 packets/s	 0 allocs/op
BenchmarkTrapBesideMirror-2 	 1000	 2900 ns/op	 2.5 max-ms	 0.5 p99-ms	 300000 packets/s
BenchmarkSealOverFloor/sha-aes-2 	 100	 0 ns/op	 1.25 x-floor	 1.5 list-x-floor
BenchmarkParts-2  	 100	 900 cipher-ns	 500 mac-ns	 1700 seal-ns
BenchmarkSend-2  	 100	 166719 ns/op	 2605 ns/trap
BenchmarkList-2  	 100	 395.2 ns/op
BenchmarkAppend/readers=1-2  	 100	 120 ns/op	 0 allocs/op
BenchmarkBatch/tables-2  	 100	 1 ns/op	 1234567 commands/s
BenchmarkBatch/plain-2  	 100	 1 ns/op	 2234567 commands/s
BenchmarkVolume-2  	 1	 61725437232 ns/op	 86.05 commands/s	 79980 datagrams/s	 0.25 growth-MB	 0 lost
BenchmarkKeystroke/exec_-2  	 100	 2000 ns/op
BenchmarkKeystroke/config_-2  	 100	 250000 ns/op
BenchmarkFleet/start-2  	 1	 8000000000 ns/op	 8.0 start-s	 40 KB/router
BenchmarkFleet/receive-2  	 1	 8000000000 ns/op	 12000 informs/s	 0 lost
BenchmarkFleet/receive-traps-2  	 1	 8000000000 ns/op	 1999 traps/s	 0 lost
BenchmarkFleet/snmptrapd-traps-2  	 1	 8000000000 ns/op	 1999 traps/s	 0 lost
BenchmarkFleet/snmptrapd-2  	 1	 8000000000 ns/op	 12000 informs/s	 0 lost
BenchmarkChassis-2 	 1	 3.5 restart-s	 300 MB	 1.5 key-ms	 2.5 change-ms	 90000 rows/s	 30000 logins/s
PASS
`)
	r["program start ms"], r["program empty ms"], r["program memory MB"] = 12.3, 2.5, 14
	var out strings.Builder
	r.report(&out, benchmarks)
	plain := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"213 527  20 000   traps/s  10.7 x  8        15",
		"213 527  200 000  traps/s  1.1 x   2.50     5        MISSED",
		"2                 allocs           1        0        MISSED",
		"340 000  360 000  packets/s  0.9 x  0.70     0.8",
		"2.50              ms               10       1",
		"12        2.50     ms      4.9 x   12       4",
		"1.25              x                1.20     1.10   MISSED",
		"250               us               1 000    100",
		"79 980            datagrams/s      79 000   80 000",
		"0                 traps            0        0",
		"0.25              MB               1        0",
		"message around it   300 ns",
		"2605 ns",
	} {
		if !strings.Contains(plain, strings.Join(strings.Fields(want), " ")) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	delete(r, "program start ms")
	delete(r, "BenchmarkGet/snmpd gets/s")
	out.Reset()
	r.report(&out, benchmarks)
	for line := range strings.Lines(out.String()) {
		failed := strings.HasPrefix(line, "start to first prompt") || strings.HasPrefix(line, "GETs answered")
		if strings.Contains(line, noMeasure) != failed {
			t.Errorf("a row is %q", line)
		}
	}
	out.Reset()
	r.report(&out, (&options{only: regexp.MustCompile("Keystroke")}).chosen())
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("of one benchmark there is\n%s", out.String())
	}
}

func TestGrowth(t *testing.T) {
	r := results{}
	r.add(`BenchmarkTrap/mirrorsh-2   	  239960	      4683 ns/op	    213527 traps/s
BenchmarkTrap/gosnmp-2     	   13321	     78007 ns/op	     20000 traps/s
BenchmarkGrowth/static_routes/configure-2 	 1	 1.05 exponent	 12345 ns/one	 2.1 x2	 4.3 x4
BenchmarkGrowth/static_routes/change-2 	 1	 0.9 exponent	 12345678 ns/one	 1 x2	 1 x4
BenchmarkGrowth/static_routes/configuration-2 	 1	 1 exponent	 1000 ns/one
BenchmarkGrowth/static_routes/show-2 	 1	 1 exponent	 1000 ns/one
BenchmarkGrowth/static_routes/restore-2 	 1	 1.104 exponent	 1000 ns/one
BenchmarkGrowth/static_routes/remove-2 	 1	 1.95 exponent	 2000 ns/one
BenchmarkGrowth/static_routes/memory-2 	 1	 1 exponent	 300 B/one
BenchmarkWalk/ifTable-2 	 1	 1.2 exponent	 50000 ns/row
`)
	var out strings.Builder
	r.growth(&out, benchmarks)
	plain := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{"static routes 1.05 12 us 0.90 12 345 us MISSED", "1.10 1 us 1.95 2 us MISSED 1.00 300 B", "walk of ifTable 1.20 50 us MISSED"} {
		if !strings.Contains(plain, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	picture := string(r.picture())
	for _, want := range []string{"213 527", "static routes", "<polyline", "</svg>"} {
		if !strings.Contains(picture, want) {
			t.Errorf("no %q in the picture", want)
		}
	}
	delete(r, "BenchmarkWalk/ifTable ns/row")
	delete(r, "BenchmarkGrowth/static_routes/configure x4")
	out.Reset()
	r.growth(&out, benchmarks)
	if !strings.Contains(out.String(), noMeasure) {
		t.Errorf("a table without its measurement is\n%s", out.String())
	}
	if picture := string(r.picture()); strings.Contains(picture, "<polyline") {
		t.Error("what failed is drawn")
	}
	out.Reset()
	results{}.growth(&out, benchmarks)
	if picture := string(results{}.picture()); !strings.Contains(picture, "not measured") || !strings.Contains(out.String(), noMeasure) {
		t.Errorf("without anything:\n%s\n%s", out.String(), picture)
	}
}
