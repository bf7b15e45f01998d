package command

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

var snmpReceiverCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw("receiver-configuration", "What snmptrapd.conf needs for the SNMPv3 hosts")),
		Summary: "Show the lines of snmptrapd.conf that receive the traps of the SNMPv3 hosts",
		Description: "Of a trap the router is the authoritative engine, so that the receiver has to know its engine ID, and has the key for " +
			"that engine (-l). Of an inform it is the receiver, for which the line has the master key (-m). Passphrases are not kept. " +
			"Keys are shown at level 15 only.",
		Run: cli.Show(cli.None{}, showReceiver),
	},
}

// netsnmpProtocols are the protocols as snmptrapd.conf(5) has them.
var netsnmpProtocols = map[string]string{
	"md5": "MD5", "sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
	"des": "DES", "aes": "AES", "aes192": "AES-192", "aes256": "AES-256",
	"aes192c": "AES192C", "aes256c": "AES256C",
}

// receiverLevels are the security levels as authUser has them.
var receiverLevels = map[snmp.SecurityLevel]string{snmp.NoAuthNoPriv: "noauth", snmp.AuthNoPriv: "auth", snmp.AuthPriv: "priv"}

func showReceiver(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	var text strings.Builder
	vr := s.VirtualRouter()
	users := usersOf(s)
	said := map[string]bool{}
	for _, h := range trapsOf(s).Hosts() {
		if h.Version != notify.V3 {
			continue
		}
		to := transport(h.Address) + ":" + netip.AddrPortFrom(h.Address, h.Port).String()
		u, ok := users.User(h.SecurityString)
		if !ok || u.Side() != h.Side {
			fmt.Fprintf(&text, "# %s: no user %s\n", to, h.SecurityString)
			continue
		}
		lines, err := receiverLines(u, vr.EngineID(), h.Informs, s.Reaches(cli.LevelSecrets))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, "# %s, %ss to %s\n", h.SecurityString, trapOrInform(h.Informs), to)
		for _, line := range lines {
			if !said[line] {
				said[line] = true
				text.WriteString(line + "\n")
			}
		}
	}
	return result.Text(text.String()), nil
}

// transport is how net-snmp calls UDP over the version of IP of an address.
func transport(a netip.Addr) string {
	if a.Is6() {
		return "udp6"
	}
	return "udp"
}

// receiverLines are createUser and authUser for what a host is sent.
func receiverLines(u *snmp.User, id snmp.EngineID, informs, reveal bool) ([]string, error) {
	line := "createUser "
	auth, priv, kind := u.AuthKey, u.PrivKey, "-m "
	if !informs {
		line += "-e " + id.String() + " "
		local, err := u.Localize(id, nil)
		if err != nil {
			return nil, err
		}
		auth, priv = local.Secrets()
		kind = "-l "
	}
	line += u.Name
	key := func(k snmp.Key) string {
		if !reveal {
			return kind + cli.Hidden
		}
		return fmt.Sprintf("%s0x%x", kind, []byte(k))
	}
	if u.Auth != snmp.NoAuth {
		line += " " + netsnmpProtocols[u.Auth.String()] + " " + key(auth)
	}
	if u.Priv != snmp.NoPriv {
		line += " " + netsnmpProtocols[u.Priv.String()] + " " + key(priv)
	}
	return []string{line, strings.Join([]string{"authUser log", u.Name, receiverLevels[u.Level()]}, " ")}, nil
}
