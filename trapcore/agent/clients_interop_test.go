//go:build interop

package agent

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

var gosnmpAuth = map[snmp.AuthProtocol]gosnmp.SnmpV3AuthProtocol{
	snmp.MD5: gosnmp.MD5, snmp.SHA: gosnmp.SHA, snmp.SHA224: gosnmp.SHA224,
	snmp.SHA256: gosnmp.SHA256, snmp.SHA384: gosnmp.SHA384, snmp.SHA512: gosnmp.SHA512,
}

// gosnmp extends keys for AES-192 and AES-256 as net-snmp does.
var gosnmpPriv = map[snmp.PrivProtocol]gosnmp.SnmpV3PrivProtocol{
	snmp.NoPriv: gosnmp.NoPriv, snmp.DES: gosnmp.DES, snmp.AES: gosnmp.AES, snmp.AES192: gosnmp.AES192, snmp.AES256: gosnmp.AES256,
	snmp.AES192C: gosnmp.AES192C, snmp.AES256C: gosnmp.AES256C,
}

// TestInterop: every pair of protocols, with snmpget and snmpset of net-snmp
// and with gosnmp, from discovery on.
func TestInterop(t *testing.T) {
	g := newRig(t)
	g.serve()
	host, port, err := net.SplitHostPort(g.addr)
	g.must(err)
	var number uint16
	if _, err := fmt.Sscan(port, &number); err != nil {
		t.Fatal(err)
	}
	gets := uint32(0)
	for _, auth := range snmp.AuthProtocols() {
		for _, priv := range append([]snmp.PrivProtocol{snmp.NoPriv}, snmp.PrivProtocols()...) {
			name := "u" + auth.String() + priv.String()
			group := "admin"
			if priv == snmp.NoPriv {
				group = "all"
			}
			if err := g.lcd().As(side.Clearance{}).SetUser(user(name, group, auth, priv)); err != nil {
				t.Fatal(err)
			}
			contact := "set by " + name
			plain := []string{"-Ov", "-m", "", "-M", "/nonexistent"}
			out, err := g.tool("snmpset", append(v3(name, auth, priv, plain...), sysContact0, "s", contact)...)
			if err != nil || g.systems[0].Contact() != contact {
				t.Errorf("%s: snmpset: %v %s", name, err, out)
			}
			out, err = g.tool("snmpget", append(v3(name, auth, priv, plain...), sysContact0)...)
			if err != nil || !strings.Contains(out, contact) {
				t.Errorf("%s: snmpget: %v %s", name, err, out)
			}
			flags := gosnmp.AuthNoPriv
			if priv != snmp.NoPriv {
				flags = gosnmp.AuthPriv
			}
			c := &gosnmp.GoSNMP{
				Target: host, Port: number, Version: gosnmp.Version3, Timeout: 5 * time.Second, SecurityModel: gosnmp.UserSecurityModel,
				MsgFlags: flags, SecurityParameters: &gosnmp.UsmSecurityParameters{
					UserName: name, AuthenticationProtocol: gosnmpAuth[auth], AuthenticationPassphrase: authPass,
					PrivacyProtocol: gosnmpPriv[priv], PrivacyPassphrase: privPass,
				},
			}
			if err := c.Connect(); err != nil {
				t.Fatal(err)
			}
			c.SetMsgID(5) // which it sends in four octets
			p, err := c.Get([]string{sysContact0})
			if err != nil || len(p.Variables) != 1 || string(p.Variables[0].Value.([]byte)) != contact {
				t.Errorf("%s: gosnmp: %v %+v", name, err, p)
			}
			_ = c.Conn.Close()
			gets += 2
			g.must(g.lcd().As(side.Clearance{}).RemoveUser(name))
		}
	}
	// show snmp agrees with what the tools did.
	for s, want := range map[snmp.Stat]uint32{
		snmp.StatInGetRequests: gets, snmp.StatInSetRequests: gets / 2, snmp.StatInTotalReqVars: gets, snmp.StatInTotalSetVars: gets / 2,
		snmp.StatOutGetResponses: gets + gets/2, snmp.StatWrongDigests: 0, snmp.StatDecryptionErrors: 0, snmp.StatInASNParseErrs: 0,
	} {
		if n := g.stat(side.Ordinary, s); n != want {
			t.Errorf("%v is %d, want %d", s, n, want)
		}
	}
	in := g.stat(side.Ordinary, snmp.StatInPkts)
	reports := g.stat(side.Ordinary, snmp.StatUnknownEngineIDs) + g.stat(side.Ordinary, snmp.StatNotInTimeWindows)
	if in != gets+gets/2+reports || g.stat(side.Ordinary, snmp.StatOutPkts) != in {
		t.Errorf("%d in, %d out, %d reports", in, g.stat(side.Ordinary, snmp.StatOutPkts), reports)
	}
}

// TestToolsCommunity: SNMPv1 and v2c with net-snmp's tools.
func TestToolsCommunity(t *testing.T) {
	g := newRig(t)
	g.serve()
	for _, version := range []string{"-v1", "-v2c"} {
		args := func(community string, more ...string) []string {
			return append([]string{version, "-c", community, "-m", "", "-M", "/nonexistent", "-On"}, more...)
		}
		for _, tt := range []struct {
			tool string
			args []string
			says string
		}{
			{"snmpget", args("reader", sysDescr0), `.1.3.6.1.2.1.1.1.0 = STRING: "Juniper Networks, Inc. ERX-310`},
			{"snmpget", args("reader", "1.3.6.1.2.1.1.1.1"), "uch"},
			{"snmpgetnext", args("reader", "1.3.6.1.2.1.1.1.0"), ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.4874.1.1.1.1.5"},
			{"snmpset", args("writer", sysContact0, "s", "by"+version), "by" + version},
			{"snmpset", args("writer", sysDescr0, "s", "x"), "Reason: "},
			{"snmpget", args("nobody", sysDescr0), "Timeout"},
		} {
			if out, _ := g.tool(tt.tool, append(tt.args[:len(tt.args):len(tt.args)], "-t1")...); !strings.Contains(out, tt.says) {
				t.Errorf("%s %v: %s", tt.tool, tt.args, out)
			}
		}
	}
}
