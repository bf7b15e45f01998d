package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// busyLines give the shows something to show.
var busyLines = []string{
	"mirror-enable", "configure terminal",
	"snmp-server contact Joe", "snmp-server location lab 7",
	"snmp-server community public ro", "snmp-server view small 1.3.6.1.2.1.2 included",
	"snmp-server group watchers priv notify everything",
	"snmp-server user joe group admin authentication md5 passphrase privacy des passphrase",
	"snmp-server user spy group mirror authentication sha passphrase privacy aes passphrase",
	"snmp-server host 127.0.0.5 version v2c public udp-port 50001 link trapFilters notice",
	"snmp-server host 127.0.0.6 version v3 joe udp-port 50002 informs retries 5",
	"snmp-server host 127.0.0.6 version v3 spy packetMirror udp-port 50003",
	"snmp-server host 127.0.0.5 trapQueue drainRate 600 size 50",
	"snmp-server host 127.0.0.6 pingTimeOut 3 packetMirror",
	"snmp-server enable traps link snmp", "snmp-server enable traps packetMirror trapFilters debug",
	"snmp-server enable traps per-category-trapFilters link error",
	"snmp-server trap-source loopback 0",
	"snmp-server notificationLog log 127.0.0.5 adminStatus includeVarbinds", "snmp-server notificationLog entryLimit 77",
	"mirror trap-enable", "snmp-server secure-log",
	"access-list near permit 10.0.0.0 0.255.255.255",
	"interface loopback 0", "ip address 10.9.8.7 255.255.255.255", "exit",
	"interface fastEthernet 6/0", "ip address 10.1.2.1 255.255.255.0", "exit",
	"interface tunnel gre:lab", "ip address 10.77.0.1 255.255.255.252", "ip analyzer", "exit",
	"ip route 10.66.0.0 255.255.0.0 10.77.0.2",
	"secure ip policy-list tap", "classifier-group *", "mirror analyzer-ip-address 10.66.1.1 analyzer-udp-port 7777", "exit", "exit",
	"mirror username joe ip secure-policy-list tap", "mirror username nobody ip secure-policy-list missing",
	"virtual-router second", "snmp-server contact Ann", "virtual-router default",
	"radius dynamic-request server 127.0.0.9", "key secretkey", "exit",
	"radius authentication server 127.0.0.9", "key secretkey", "radius accounting server 127.0.0.9", "exit",
	"end",
	"test subscriber login joe ip-address 10.0.0.1", "test subscriber login ann ip-address 10.0.0.2 li-action 1 med-dev-handle 40000011 med-ip-address 10.66.1.2 med-port 8888",
	"test mirror traps all",
}

// textByNature are the shows of what is text for whoever reads it.
var textByNature = []string{"show configuration", "show snmp receiver-configuration", "show banner", "show file", "show startup", "show running", "show history", "show log data nv-file", "show privilege"}

// TestShowsAsJSON runs every show command on a router with something to show: the
// JSON has all that the text has.
func TestShowsAsJSON(t *testing.T) {
	shell := newShell(t)
	setup := operatorOf(t, shell)
	for _, line := range busyLines {
		var refusal *cli.Refusal
		if err := setup.Execute(t.Context(), line); err != nil && !errors.As(err, &refusal) {
			t.Fatal(err)
		} else if err != nil {
			t.Errorf("%s: %s", line, setup.take())
		}
	}
	setup.take()
	all := 0
	for line := range shell.Tree().Lines(cli.Exec, sampleValue) {
		m, err := shell.Tree().Parse(cli.Exec, setup.View(), line)
		if err != nil || !m.Command.Shows || strings.ContainsAny(line, "|&>") {
			continue
		}
		if err := setup.Execute(t.Context(), line); err != nil {
			setup.take()
			continue // nothing has the name
		}
		text := setup.take()
		data := setup.do(t, line+" | json")
		all++
		if err := wellFormed(data); err != nil {
			t.Errorf("%s | json: %v in\n%s", line, err, data)
			continue
		}
		checkSame(t, line, text, data)
		byNature := slices.ContainsFunc(textByNature, func(s string) bool { return strings.HasPrefix(line, s) })
		if typed := m.Command.Run.Check != nil; typed && !byNature && strings.HasPrefix(data, "{\n  \"lines\"") {
			t.Errorf("%s returns text", line)
		}
	}
	if all < 50 {
		t.Errorf("only %d lines show anything", all)
	}
}

var numberRegex = regexp.MustCompile(`[0-9]+`)

// checkSame looks for every number of a text, and every name in it that was
// configured, in JSON.
func checkSame(t *testing.T, line, text, data string) {
	t.Helper()
	words := numberRegex.FindAllString(text, -1)
	for _, name := range []string{"joe", "ann", "spy", "public", "watchers", "small", "near", "tap", "missing", "second", "gre:lab", "Joe"} {
		if regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text) {
			words = append(words, name)
		}
	}
	for _, w := range words {
		if !strings.Contains(data, w) {
			t.Errorf("%s | json has no %s, and the text has:\n%s%s", line, w, text, data)
			return
		}
	}
}

var memberRegex = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*$`)

// wellFormed reports what is wrong with JSON, or with the names in it.
func wellFormed(data string) error {
	d := json.NewDecoder(strings.NewReader(data))
	if err := wellFormedValue(d); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

func wellFormedValue(d *json.Decoder) error {
	tok, err := d.Token()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for d.More() && (tok == json.Delim('{') || tok == json.Delim('[')) {
		if tok == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			text, _ := name.(string)
			if !memberRegex.MatchString(text) || names[text] {
				return fmt.Errorf("name %q", text)
			}
			names[text] = true
		}
		if err := wellFormedValue(d); err != nil {
			return err
		}
	}
	if tok == json.Delim('{') || tok == json.Delim('[') {
		_, err = d.Token()
	}
	return err
}
