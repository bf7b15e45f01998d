package main

import (
	"path/filepath"
	"strings"
	"testing"

	"mirrorsh/mib"
)

// TestHostCommunityIsASecret looks for a trap host's community where levels
// below 15 can see it.
func TestHostCommunityIsASecret(t *testing.T) {
	const setup = `enable 15
configure terminal
no snmp-server
log severity debug
snmp-server host 127.0.0.1 topsecret
snmp-server host 127.0.0.2 version v2c topsecret
snmp-server host 127.0.0.3 version v3 joe
end
`
	out, _ := mirrorsh(t, 0, setup+"enable 5\nshow log data\nshow history\nshow configuration\nshow snmp trap\n", "--quiet")
	if strings.Contains(out, "topsecret") {
		t.Errorf("the community is shown at level 5:\n%s", out)
	}
	for _, want := range []string{"console: snmp-server host 127.0.0.2 version v2c <hidden>", "  snmp-server host 127.0.0.3 version v3 joe\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	if out, _ = mirrorsh(t, 0, setup+"show configuration snmp\n", "--quiet"); !strings.Contains(out, "version v2c topsecret") {
		t.Errorf("level 15 does not see the community:\n%s", out)
	}
}

// TestSecretGoesWithItsInterrupt types part of a password and Ctrl-C in one
// write: nothing of it may be left to the next line, which is shown.
func TestSecretGoesWithItsInterrupt(t *testing.T) {
	for _, term := range []string{"TERM=dumb", "TERM=xterm-256color"} {
		con := startConsole(t, term, "--ephemeral", "--level", "15")
		con.expect("host1#", 1)
		con.send("configure terminal\r")
		con.expect("(config)#", 1)
		con.send("enable password level 15 rightpw\r")
		con.expect("(config)#", 2)
		con.send("end\rdisable 1\r")
		con.expect("host1>", 1)
		con.send("enable 15\r")
		con.expect("Password: ", 1)
		con.send("wrongpw\x03")
		con.expect("host1>", 2)
		con.send("show privilege\r")
		if out := con.expect("Privilege level is 1", 1); strings.Contains(out, "wrongpw") {
			t.Errorf("%s: the password is shown: %q", term, out)
		}
		con.send("exit\r")
		con.wait()
	}
}

// TestExactGlobalCommandFromASubmode types a command of Global Configuration
// whose first word begins several commands of the mode.
func TestExactGlobalCommandFromASubmode(t *testing.T) {
	out, _ := mirrorsh(t, 0, "enable 15\nconfigure terminal\nline console\nlog severity debug system\nline console\nno log severity\nhostname x\n")
	for _, want := range []string{"host1(config-line)#log severity debug system\nhost1(config)#", "host1(config-line)#no log severity\nhost1(config)#"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if _, stderr := mirrorsh(t, 1, "enable 15\nconfigure terminal\nline console\nlo\n"); !strings.Contains(stderr, "Ambiguous") {
		t.Errorf("a prefix of several words: %q", stderr)
	}
}

// TestOrdinaryNamesOfSecureThingsRoundTrip has an ordinary session use the names
// of the secure side for records of its own. Neither a restart nor the script
// that a session with mirror-enable prints may make them secure.
func TestOrdinaryNamesOfSecureThingsRoundTrip(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, `enable 15
configure terminal
no snmp-server
snmp-server view mirrorAdmin 1.3 included
snmp-server group mirror priv read mirrorAdmin write mirrorAdmin notify mirrorAdmin
snmp-server user ord group mirror authentication sha passphrase privacy aes passphrase
snmp-server community mc view mirrorAdmin rw
end
mirror-enable
configure terminal
snmp-server user spy group mirror authentication sha passphrase privacy aes passphrase
`, "--state", dir)
	const groups = "mirror spy\nmirror ord\n"
	show := func(script string, args ...string) (config, users string) {
		out, _ := mirrorsh(t, 0, script+"mirror-enable\nshow configuration\nshow snmp group | include mirror\n", append(args, "--quiet", "--level", "15")...)
		_, out, _ = strings.Cut(out, "\nconfigure terminal\n")
		config, users, _ = strings.Cut(out, "! End of configuration script\n")
		return config, strings.Join(strings.Fields(users), " ")
	}
	config, users := show("", "--state", dir)
	if want := strings.Join(strings.Fields(groups), " "); users != want {
		t.Errorf("after a restart the groups are %q, want %q", users, want)
	}
	again, users := show("mirror-enable\nconfigure terminal\n" + config + "end\nno mirror-enable\n")
	if again != config || users != strings.Join(strings.Fields(groups), " ") {
		t.Errorf("the script\n%s\ngives\n%s\nand the groups %q", config, again, users)
	}
}

// TestCategoryAsDocumented shows privileges the way the manuals do.
func TestCategoryAsDocumented(t *testing.T) {
	out, _ := mirrorsh(t, 0, "enable 15\nconfigure terminal\nprivilege exec level 12 terminal\nend\n"+
		"show configuration category management cli command-privileges\nshow config category privilege\n", "--quiet")
	if n := strings.Count(out, "privilege exec level 12 terminal\n"); n != 2 {
		t.Errorf("shown %d times:\n%s", n, out)
	}
}

// TestPlatformIsOne asks the shell and the agent what the chassis is.
func TestPlatformIsOne(t *testing.T) {
	out, _ := mirrorsh(t, 0, "show version\n")
	if !strings.Contains(out, "ERX-310") || mib.JuniErx310.String() != "1.3.6.1.4.1.4874.1.1.1.1.5" {
		t.Errorf("sysObjectID %v does not fit\n%s", mib.JuniErx310, out)
	}
}
