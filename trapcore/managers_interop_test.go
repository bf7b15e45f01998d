//go:build interop

package trapcore

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// listening is a router that answers on loopback; port is where.
func listening(t *testing.T, m *chassis.Model) (p *polled, port string) {
	t.Helper()
	p = newPolled(t, m)
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Responder().Serve(ctx, conn) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-done)
		_ = conn.Close()
	})
	_, port, err = net.SplitHostPort(conn.LocalAddr().String())
	must(t, err)
	return p, port
}

// manager is a client of SNMP that reads the modules of this repository.
func manager(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	mibs, err := filepath.Abs("../mib")
	must(t, err)
	cmd := exec.CommandContext(ctx, name, args...)
	dir := t.TempDir()
	cmd.Env = append(os.Environ(), "MIBS=ALL", "MIBDIRS="+mibs, "SNMPCONFPATH="+dir, "SNMP_PERSISTENT_DIR="+dir)
	return cmd
}

// output is what a manager prints; it must find nothing wrong.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out, says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &says
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v (make tools installs it)\n%s%s", cmd.Args, err, out.String(), says.String())
	}
	return out.String()
}

// TestManagers: public managers of SNMP take the router for what it simulates,
// and find interfaces, addresses, modules and subscribers.
func TestManagers(t *testing.T) {
	mibs, err := filepath.Abs("../mib")
	must(t, err)
	model, _ := chassis.Find("e320")
	for _, tt := range []struct {
		name string
		args []string // PORT and STUBS stand for what they say
		says []string // patterns
	}{
		{"snmpstatus", []string{"-v2c", "-c", "boss", "127.0.0.1:PORT"}, []string{
			`Juniper Networks, Inc\. E320 Edge Routing Switch`, `(?m)^Interfaces: 24, Recv/Trans packets: 0/0 \| IP: 0/0$`}},
		{"snmpnetstat", []string{"-v2c", "-c", "boss", "-Ci", "127.0.0.1:PORT"}, []string{
			`(?m)^Name +Mtu +Network +Address`, `(?m)^GigabitEthernet1/0 +1500 +10\.0\.0/24 +10\.0\.0\.1 +0 +0 +0 +0 +0$`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "ifXTable"}, []string{
			`(?m)^ifName;ifInMulticastPkts;`, `(?m)^GigabitEthernet1/11;0;`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "juniSystemModuleTable"}, []string{`(?m)^online;none;.*;e320Srp100;e320Srp100;`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "entPhysicalTable"}, []string{`(?m)^E320 chassis;Juniper-ES2-Registry::e320BaseChassis;0;chassis;`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "juniAaaSubscriberTable"}, []string{
			`(?m)^sub0;default;2147483649;.*;100\.64\.0\.1;255\.255\.255\.255;localPool;gigabitEthernet 1/0;`}},
		{"cfgmaker", []string{"--snmp-options=:PORT", "--ifref=name", "boss@127.0.0.1"}, []string{
			`(?m)^Target\[127\.0\.0\.1_GigabitEthernet1_0\]: #GigabitEthernet1/0:boss@127\.0\.0\.1:`, `(?m)^MaxBytes\[127\.0\.0\.1_GigabitEthernet1_11\]: 125000000$`}},
		{"perl", []string{"testdata/snmpinfo.pl", "PORT", mibs, "STUBS"}, []string{
			`(?m)^SNMP::Info::Layer3::ERX\|juniper\|E320\|JunOSe\|0\.1\.0 release-0\.0 \[BuildId 0\]\|01001100\|host1$`,
			`(?m)^interface \d+ GigabitEthernet1/3 up 02:00:00:00:00:01$`, `(?m)^address 10\.0\.3\.1 \d+$`, `(?m)^entity 1 E320 chassis$`,
			`(?m)^route 0\.0\.0\.0 0\.0\.0\.0 10\.0\.3\.7 indirect$`, `(?m)^route 10\.0\.3\.0 255\.255\.255\.0 10\.0\.3\.1 direct$`,
			`(?m)^neighbor 7\.10\.0\.3\.7 10\.0\.3\.7 00:90:1a:00:00:07$`, `(?m)^layer 0\.2 active$`, `(?m)^layer 2\.1 active$`, `(?m)^layer 1\.0 active$`}},
		{"snmpnetstat", []string{"-v2c", "-c", "boss", "-Cr", "-Cfinet", "127.0.0.1:PORT"}, []string{
			`(?m)^default +10\.0\.3\.7 +<UG> +GigabitEthernet1/3$`, `(?m)^10\.0\.3/24 +\* +<U> +GigabitEthernet1/3$`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "ipCidrRouteTable"}, []string{
			`(?m)^0\.0\.0\.0;0\.0\.0\.0;0;10\.0\.3\.7;7;remote;netmgmt;`, `(?m)^10\.0\.3\.0;255\.255\.255\.0;0;0\.0\.0\.0;7;local;local;`}},
		{"snmptable", []string{"-v2c", "-c", "boss", "-Cf", ";", "127.0.0.1:PORT", "ipNetToMediaTable"}, []string{`(?m)^7;0:90:1a:0:0:7;10\.0\.3\.7;static$`}},
		{"perl", []string{"testdata/netsnmp.pl", "PORT"}, []string{
			`^GigabitEthernet1/0 IPdyn\d+ GigabitEthernet1/1 .*\nsub0 sub1 .*\nsub1 sub2 `}},
		{"/usr/bin/python3", []string{"testdata/pysnmp_walk.py", "PORT"}, []string{`(?m)^Switch route processor, 100 Gbps$`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, port := listening(t, model)
			args := strings.Split(strings.NewReplacer("PORT", port, "STUBS", t.TempDir()).Replace(strings.Join(tt.args, "\x00")), "\x00")
			out := output(t, manager(t, tt.name, args...))
			for _, pattern := range tt.says {
				if !regexp.MustCompile(pattern).MatchString(out) {
					t.Errorf("%s finds no %s in\n%s", tt.name, pattern, out)
				}
			}
		})
	}
}

// TestModelsOfSNMPInfo: SNMP::Info knows each model.
func TestModelsOfSNMPInfo(t *testing.T) {
	mibs, err := filepath.Abs("../mib")
	must(t, err)
	for _, m := range chassis.Models() {
		_, port := listening(t, m)
		out := output(t, manager(t, "perl", "testdata/snmpinfo.pl", port, mibs, t.TempDir()))
		if want := "SNMP::Info::Layer3::ERX|juniper|" + m.Name + "|JunOSe|"; !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

// TestPrometheus: snmp_exporter, with the modules of this repository made into
// its configuration by its own generator, exports if_mib.
func TestPrometheus(t *testing.T) {
	p, port := listening(t, chassis.Default)
	must(t, p.Default().Users(side.Clearance{}).SetCommunity(snmp.Community{Name: "public"}))
	dir := t.TempDir()
	generator, err := os.ReadFile("testdata/generator.yml")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "generator.yml"), generator, 0o600))
	generate := manager(t, "prometheus-snmp-generator", "generate", "--fail-on-parse-errors")
	generate.Dir = dir
	output(t, generate)
	exporter := manager(t, "prometheus-snmp-exporter", "--config.file="+filepath.Join(dir, "snmp.yml"), "--web.listen-address=127.0.0.1:0")
	says, err := exporter.StderrPipe()
	must(t, err)
	must(t, exporter.Start())
	t.Cleanup(func() {
		_ = exporter.Process.Kill()
		_ = exporter.Wait() // killed
	})
	address := ""
	for lines := bufio.NewScanner(says); address == "" && lines.Scan(); {
		if found := regexp.MustCompile(`Listening on" address=(\S+)`).FindStringSubmatch(lines.Text()); found != nil {
			address = found[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, says) }() // ends with the process
	answer, err := http.Get(fmt.Sprintf("http://%s/snmp?target=127.0.0.1:%s&module=if_mib", address, port))
	must(t, err)
	defer answer.Body.Close()
	metrics, err := io.ReadAll(answer.Body)
	must(t, err)
	for _, want := range []string{
		`ifHCInOctets{ifAlias="",ifDescr="GigabitEthernet 1/3",ifIndex="7",ifName="GigabitEthernet1/3"} 0`,
		`ifHighSpeed{ifAlias="",ifDescr="GigabitEthernet 1/3",ifIndex="7",ifName="GigabitEthernet1/3"} 1000`,
		`ifType_info{ifAlias="",ifDescr="GigabitEthernet 1/3",ifIndex="7",ifName="GigabitEthernet1/3",ifType="ethernetCsmacd"} 1`,
		`ifNumber 24`,
	} {
		if !strings.Contains(string(metrics), want+"\n") {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
}
