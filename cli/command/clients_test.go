package command

import (
	"regexp"
	"strings"
	"testing"
)

// clientLine is what a public tool types and how it reads the answer, each pattern
// once at least. Lines with a reason are refused, which the tools take for a command
// that this release does not have.
type clientLine struct {
	line     string
	patterns []string
	refused  string
}

const (
	noRouting = "no routing protocols are simulated"
	noLayer2  = "nothing below IP is simulated but whether a link is up"
)

// clients are tools that cannot be installed from where the tests get theirs.
var clients = map[string][]clientLine{
	"NOC Juniper.JUNOSe": {
		{line: "terminal length 0"},
		{line: "terminal width 200"},
		{line: "show version", patterns: []string{`(?ms)Juniper\s+(Edge Routing Switch )?(.+?)$.+Version:?\s+(.+?)\s*\[BuildId (\d+)`}},
		{line: "show running-configuration", patterns: []string{`(?m)^! Configuration script being generated on.*$`, `(?m)^hostname host1$|^configure terminal$`}},
		{line: "show running-configuration | include interface", patterns: []string{`(?m)^interface fastEthernet 9/0\s*$`, `(?m)^interface loopback 0\s*$`}},
		{line: "show service-management service-definition brief | include True"},
		{line: "more lab.mac", patterns: []string{`show clock`}},
		{line: "show hardware | begin Adapters", patterns: []string{`(?m)^(\d+)/(\d+)\s+(\S+(?: \S+)+?)\s+(\d{10})?\s+(\d{10})\s+(\S{3})\s+(\d+)\s*$`}},
		{line: "show interface FastEthernet9/0", patterns: []string{
			`(?m)^(\S+)\s+is\s+(Up|Down), Administrative status is (Up|Down)`, `(?m)^\s*Description:(.*)`,
			`(?m)^\s*Hardware is .+, address is (\S+)`, `(?m)^\s*MTU: Operational (\d+)`,
		}},
		{line: "show interface FastEthernet9/0 | include Administrative status", patterns: []string{`^FastEthernet9/0 is (Up), Administrative status is (Up)\n$`}},
		{line: "show ip interface", patterns: []string{
			`(?m)^(?:TUNNEL )?(\S+) line protocol( (\S+))? is (up|down), ip is (up|down)`, `(?m)^\s+Description:`, `(?m)^\s+Network Protocols: `,
			`(?m)^\s+Internet address is (\S+)/(\S+)`, `(?m)^\s+Broadcast address is `, `(?m)^\s+Operational MTU = (\d+)  Administrative MTU = (\d+)`,
		}},
		{line: "show ip interface FastEthernet9/0", patterns: []string{`Internet address is 10\.1\.1\.1/255\.255\.255\.0`}},
		{line: "show ip interface vrf blue ATM2/1", patterns: []string{`Internet address is 10\.2\.1\.1/`}},
		{line: "show ip vrf", patterns: []string{`(?m)^blue\s`}},
		{line: "show arp", patterns: []string{`(?m)^\s*10\.1\.1\.9\s+\S+\s+0090\.1a00\.0001\s+FastEthernet9/0\s*$`}},
		{line: "show license", patterns: []string{`(?m)^(.+)\s+license\s+(is not set)`}},
		{line: "show tech-support", patterns: []string{`show version`}},
		{line: "show subscribers summary slot", patterns: []string{`(?m)^9\s+1\s*$`}},
		{line: "show subscribers summary port", patterns: []string{`(?m)^9/0\s+1\s*$`}},
		{line: "ping ip 10.1.1.1 3 source address 10.1.1.1 data-size 100", patterns: []string{`Success rate = \d+% \((\d+)/(\d+)\), round-trip min/avg/max = \d+/\d+/\d+`}},
		{line: "ping ip vrf blue 10.2.1.1", patterns: []string{`Success rate = 100% \(5/5\)`}},
		{line: "show ethernet oam lfm summary", refused: noLayer2},
		{line: "show bfd session", refused: noRouting},
		{line: "show ppp interface summary oper", refused: noLayer2},
		{line: "show pppoe interface summary | include Total", refused: noLayer2},
	},
	"erx_grab_info.pl": {
		{line: "term len 0"},
		{line: "sho clock", patterns: []string{`\d\d:\d\d:\d\d`}},
		{line: "! ************ show hard ************"},
		{line: "show hard", patterns: []string{`(?m)^Chassis`}},
		{line: "show env", patterns: []string{`fan: ok`}},
		{line: "show util", patterns: []string{`System Resource Utilization`}},
		{line: "show red"}, {line: "show proc"}, {line: "show proc mem"},
		{line: "show subscribers sum", patterns: []string{`Total subscribers: 1`}},
		{line: "show user all"}, {line: "show ver"}, {line: "show reboot-history", patterns: []string{`time of reset:`}},
		{line: "show ip int br", patterns: []string{`(?m)^FastEthernet9/0\s+10\.1\.1\.1/24`}},
		{line: "show ip bgp summary", refused: noRouting},
		{line: "show ip ospf neighbor", refused: noRouting},
		{line: "show ip route summary", patterns: []string{`\d+ total routes`}},
		{line: "show ip traffic", patterns: []string{`IP statistics:`, `(?m)^    2 total, 0 local destination$`, `(?m)^    2 forwarded, 0 generated$`}},
		{line: "show log data nv > show_log_nv.txt"},
		{line: "show log data severity 7 > show_log_sev_7.txt"},
		{line: "show conf > config.scr"},
		{line: "copy run config.cnf"},
		{line: "copy standby:reboot.hty standby.hty", refused: "there is no standby SRP"},
		{line: "copy config.scr 10.1.1.1:/tmp/config.scr", refused: "files do not leave the router"},
		{line: "del config.scr"},
	},
	"RANCID jerancid": {
		{line: "show version", patterns: []string{`(?m)^Juniper Edge .* (\S+)$`, `(?m)^System Release: `, `(?m)^\s+(Version: .*)$`, `(?m)^(slot .*)\s+slot uptime`}},
		{line: "show redundancy"}, {line: "show boot", patterns: []string{`System Release:\s+(.*)`, `System Configuration:\s+(.*)`}},
		{line: "show environment all"}, {line: "dir"}, {line: "show hardware"}, {line: "show configuration", patterns: []string{`! End of `}},
	},
	"Nessus, Natale": {
		{line: "show version", patterns: []string{`Version: ([^[]+\[[^]]+\])`, `Juniper Edge Routing Switch (E[^ \r\n]+)`, `(?m)^System running for: \d+ days, \d+ hours, \d+ minutes, \d+ seconds$`}},
	},
	"Exscript junos_erx": {{line: "terminal length 0"}, {line: "terminal width 512"}, {line: "enable 15"}},
	"Netmiko cisco_ios": {
		{line: "terminal width 511"}, {line: "terminal length 0"}, {line: "configure terminal"}, {line: "end"}, {line: "write mem"},
	},
	"scrapli cisco_iosxe": {{line: "terminal length 0"}, {line: "terminal width 512"}, {line: "disable"}, {line: "enable"}, {line: "configure terminal"}, {line: "end"}},
}

// refusedAs is how the tools know that a command is not there.
var refusedAs = regexp.MustCompile(`(?m)^% `)

// TestClients types what public tools type, and reads the answers as they do.
func TestClients(t *testing.T) {
	for name, lines := range clients {
		t.Run(name, func(t *testing.T) {
			shell := shellOn(t, memory())
			script(t, shell, "lab.mac", "<# m1 #>", "show clock", "<# endtmpl #>")
			o := operatorOf(t, shell, "configure terminal", "interface fastEthernet 9/0", "description uplink", "ip address 10.1.1.1 255.255.255.0", "exit",
				"interface loopback 0", "exit", "arp 10.1.1.9 fastEthernet 9/0 0090.1a00.0001", "virtual-router default:blue", "interface atm 2/1",
				"ip address 10.2.1.1 255.255.255.0", "virtual-router default", "end",
				"test subscriber login ann interface fastEthernet 9/0", "test subscriber traffic ann udp")
			for _, tt := range lines {
				got := o.run(t, tt.line)
				if refused := strings.Contains(got, "% "); refused && !strings.HasPrefix(tt.line, "ping") && tt.refused == "" || tt.refused != "" && !refusedAs.MatchString(got) {
					t.Errorf("%s: %q", tt.line, got)
				}
				for _, p := range tt.patterns {
					if !regexp.MustCompile(p).MatchString(got) {
						t.Errorf("%s: %s does not match\n%s", tt.line, p, got)
					}
				}
			}
		})
	}
}
