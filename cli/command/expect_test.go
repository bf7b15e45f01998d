package command

import (
	"bufio"
	"bytes"
	"net"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// TestExpect: wait and expect see what a session sees: an ordinary one nothing of the
// secure side, however busy that is.
func TestExpect(t *testing.T) {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	_, port, _ := strings.Cut(sink.LocalAddr().String(), ":")
	shell := newShell(t)
	busy := operatorOf(t, shell, "mirror-enable", "configure terminal",
		`snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`,
		"snmp-server host 127.0.0.1 version v3 watcher udp-port "+port+" packetMirror link", "snmp-server host 127.0.0.2 version v2c public udp-port "+port+" link",
		"snmp-server enable traps packetMirror link", "mirror trap-enable", "interface fastEthernet 6/0", "ip address 10.1.1.1 255.255.255.0", "end")
	shell.Router.Drain(t.Context())
	run := func(script string) string {
		shell.Router.Drain(t.Context()) // what an earlier script has raised is not sent in this one
		var out, errs bytes.Buffer
		w := bufio.NewWriter(&out)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs, Quiet: true}
		defer b.Session.Close()
		_ = b.Run(t.Context(), cli.Source{Name: "x.scr", R: strings.NewReader(script)})
		return errs.String()
	}
	const link = "configure terminal\ninterface fastEthernet 6/0\nshutdown\nno shutdown\nend\n"
	const plain = "wait sent 2 timeout 1m\nwait sent timeout 20ms\n"
	for _, tt := range []struct{ name, script, want string }{
		{"sent", link + plain, "x.scr:7: % 0 of 1 sent in 20ms\n"},
		{"expected", link + "expect trap linkUp ifOperStatus up\nexpect trap linkDown ifAdminStatus 2 ifOperStatus down\nexpect trap linkUp timeout 10ms\n", "x.scr:8: % no such trap in 10ms\n"},
		{"values", link + "expect trap linkUp ifOperStatus down timeout 10ms\n", "x.scr:6: % no such trap with these values in 10ms\n"},
		{"acknowledged", link + "wait acknowledged 1 timeout 10ms\n", "x.scr:6: % 0 of 1 acknowledged in 10ms\n"},
		{"scheduled", "at +30ms snmp-server bogus\n", "x.scr:1: at +30ms snmp-server <hidden>: % Invalid input detected at '^' marker.\n"},
		{"secure unseen", "expect trap sessionStart\n", "x.scr:1: % Invalid input detected at '^' marker.\n"},
		{"unknown", "expect trap nosuchTrap\n", "x.scr:1: % Invalid input detected at '^' marker.\n"},
		{"secure", "mirror-enable\nat +20ms test mirror traps sessionStart juniPacketMirrorIdentifier 7\nexpect trap sessionStart juniPacketMirrorIdentifier 7 juniPacketMirrorTriggerType 1\nwait sent 1 timeout 1m\n" +
			"no mirror-enable\nwait sent timeout 10ms\n", "x.scr:6: % 0 of 1 sent in 10ms\n"},
		{"both sides", "mirror-enable\n" + link + "wait sent 4 timeout 1m\n", ""},
	} {
		if got := run(tt.script); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// The secure side is busy while an ordinary script waits.
	done := make(chan string)
	go func() { done <- run(link + plain) }()
	busy.do(t, "test mirror traps all count 20")
	if got := <-done; got != "x.scr:7: % 0 of 1 sent in 20ms\n" {
		t.Errorf("beside a busy secure side: %q", got)
	}
	if err := busy.Execute(t.Context(), "wait sent timeout 1s"); err == nil || err.Error() != "% only a script waits for notifications" {
		t.Errorf("typed: %v", err)
	}
}
