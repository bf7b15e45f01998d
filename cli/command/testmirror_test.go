package command

import (
	"context"
	"errors"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
)

// TestTestMirrorTrapsSaysWhatLeft types test mirror traps at routers that let
// all, some or none of the traps leave.
func TestTestMirrorTrapsSaysWhatLeft(t *testing.T) {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	_, port, _ := strings.Cut(sink.LocalAddr().String(), ":")
	const on = "snmp-server enable traps packetMirror"
	host := func(last int, more string) string {
		return "snmp-server host 127.0.0." + strconv.Itoa(last) + " version v3 watcher udp-port " + port + " packetMirror " + more
	}
	at := func(last int) string { return "    127.0.0." + strconv.Itoa(last) + ":" + port + ": " }
	const nothing = "% no trap left the router"
	for _, tt := range []struct {
		name    string
		set     []string
		typed   string
		printed string
		refused string
	}{
		{"one host", []string{on, "mirror trap-enable", host(1, "")}, "all", "10 traps raised, 10 to hosts\n", ""},
		{"one trap", []string{on, "mirror trap-enable", host(1, "")}, "sessionStart", "1 trap raised, 1 to hosts\n", ""},
		{"two hosts", []string{on, "mirror trap-enable", host(1, ""), host(2, "")}, "all", "10 traps raised, 20 to hosts\n", ""},
		{"at a rate", []string{on, "mirror trap-enable", host(1, "")}, "all rate 1000", "10 traps raised, 10 to hosts\n", ""},
		{"trap-enable off", []string{on, host(1, "")}, "all",
			"10 traps raised, 0 to hosts (mirror trap-enable is off)\n", nothing},
		{"category off", []string{"mirror trap-enable", host(1, "")}, "all",
			"10 traps raised, 0 to hosts (category packetMirror is not enabled)\n", nothing},
		{"both off", []string{host(1, "")}, "sessionEnd count 2",
			"2 traps raised, 0 to hosts (category packetMirror is not enabled, mirror trap-enable is off)\n", nothing},
		{"agent off", []string{on, "mirror trap-enable", host(1, ""), "no snmp-server"}, "all",
			"10 traps raised, 0 to hosts (snmp-server is off)\n", nothing},
		{"no host", []string{on, "mirror trap-enable"}, "all",
			"10 traps raised, 0 to hosts (no host of the category packetMirror)\n", nothing},
		{"an ordinary host", []string{on, "mirror trap-enable", "snmp-server host 127.0.0.1 version v3 watcher udp-port " + port}, "all",
			"10 traps raised, 0 to hosts (no host of the category packetMirror)\n", nothing},
		{"own filter", []string{on + " trapFilters critical", "mirror trap-enable", host(1, "")}, "all",
			"10 traps raised, 1 to hosts (9: trapFilters of packetMirror)\n", ""},
		{"global filter", []string{on, "snmp-server enable traps trapFilters alert", "mirror trap-enable", host(1, "")}, "all",
			"10 traps raised, 0 to hosts (trapFilters of packetMirror)\n", nothing},
		{"filter of the host", []string{on, "mirror trap-enable", host(1, "trapFilters critical")}, "all",
			"10 traps raised, 1 to hosts\n" + at(1) + "1 sent, 9 discarded (trapFilters of the host)\n", ""},
		{"filter of the one host", []string{on, "mirror trap-enable", host(1, "trapFilters alert")}, "all",
			"10 traps raised, 0 to hosts\n" + at(1) + "10 discarded (trapFilters of the host)\n", nothing},
		{"filters of two hosts", []string{on, "mirror trap-enable", host(1, "trapFilters alert"), host(2, "")}, "all",
			"10 traps raised, 10 to hosts\n" + at(1) + "10 discarded (trapFilters of the host)\n", ""},
		{"lost at a rate", []string{on, "mirror trap-enable", host(1, ""), "snmp-server host 127.0.0.1 trapQueue drainRate 1 packetMirror"},
			"sessionStart count 40 rate 1000000", "40 traps raised, N to hosts\n" + at(1) + "N sent, N discarded (queue full), N queued\n", ""},
		{"informs that nobody answers", []string{on, "mirror trap-enable", host(1, "informs timeout 60")}, "sessionStart count 2",
			"2 traps raised, 0 to hosts\n" + at(1) + "2 not acknowledged yet\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := operatorOf(t, newShell(t), append([]string{"mirror-enable", "configure terminal",
				`snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`}, tt.set...)...)
			o.do(t, "end")
			err := o.Execute(t.Context(), "test mirror traps "+tt.typed)
			printed := o.take()
			var refusal *cli.Refusal
			if errors.As(err, &refusal) && refusal.Text != tt.refused || (err != nil) != (tt.refused != "") {
				t.Errorf("refused: %v, want %q", err, tt.refused)
			}
			want := tt.printed
			if tt.refused != "" {
				want += tt.refused + "\n"
			}
			if strings.Contains(want, "N") { // it depends on time how many
				printed = regexp.MustCompile(`(raised, |: |\), |sent, )\d+ `).ReplaceAllString(printed, "${1}N ")
			}
			if d := cmp.Diff(want, printed); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestTestMirrorTrapsInterrupted: what was raised until then is said.
func TestTestMirrorTrapsInterrupted(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal",
		`snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`,
		"snmp-server host 127.0.0.1 version v3 watcher udp-port 9 informs timeout 60 packetMirror",
		"snmp-server enable traps packetMirror", "mirror trap-enable", "end")
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- o.Execute(ctx, "test mirror traps sessionStart count 5000") }()
	traps := o.VirtualRouter().Traps().As(side.Clear(true))
	for traps.Hosts()[0].Pending < 32 {
		time.Sleep(time.Millisecond)
	}
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	got := o.take()
	if !strings.Contains(got, " of 5000 traps raised, 0 to hosts\n    127.0.0.1:9: ") || !strings.Contains(got, "not acknowledged yet") {
		t.Errorf("said %q", got)
	}
}
