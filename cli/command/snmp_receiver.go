package command

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/snmp"
)

var snmpReceiverCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, snmpWord, kw("receiver-configuration", "What a receiver of the SNMPv3 hosts needs, snmptrapd.conf if nothing is said"),
			opt(receiverForms())),
		Summary: "Show the configuration that makes a receiver take the traps of the SNMPv3 hosts",
		Description: "Of a trap the router is the authoritative engine, so that the receiver has to know its engine ID, and has the key for " +
			"that engine (-l). Of an inform it is the receiver, for which the line has the master key (-m). Passphrases are not kept. " +
			"Keys are shown at level 15 only. For Telegraf and for Splunk Connect for SNMP, which take passphrases, there is the name of an environment " +
			"variable in their place.",
		Run: cli.Show(receiverArgs{Form: ReceiverForms[0]}, showReceiver),
	},
}

// ReceiverForms are the receivers for which there is a configuration.
var ReceiverForms = []string{"snmptrapd", "telegraf", "sc4snmp"}

func receiverForms() grammar.Node {
	help := map[string]string{"snmptrapd": "snmptrapd.conf of net-snmp", "telegraf": "The snmp_trap input of Telegraf", "sc4snmp": "Splunk Connect for SNMP"}
	var nodes []grammar.Node
	for _, f := range ReceiverForms {
		nodes = append(nodes, kw(f, help[f]).As("form").Is(f))
	}
	return alt(nodes...)
}

type receiverArgs struct {
	Form string `cli:"form"`
}

func showReceiver(_ context.Context, s *cli.Session, a receiverArgs) (result.Value, error) {
	r := &Receivers{}
	if err := r.Add(s); err != nil {
		return nil, err
	}
	text, err := r.Configuration(a.Form)
	return result.Text(text), err
}

// Receivers collects what receivers of the SNMPv3 hosts of routers need, as far as
// sessions on them see it.
type Receivers struct {
	routers []receiverLine
	users   []receiverUser // each once
	engines []snmp.EngineID
}

// receiverLine is a host of one router.
type receiverLine struct {
	about string   // a comment
	lines []string // of snmptrapd.conf
}

// receiverUser is a user at a port.
type receiverUser struct {
	name  string
	auth  snmp.AuthProtocol
	priv  snmp.PrivProtocol
	level snmp.SecurityLevel
	to    netip.AddrPort
}

// Add collects the hosts of the virtual router that a session is in.
func (r *Receivers) Add(s *cli.Session) error {
	vr, users := s.VirtualRouter(), usersOf(s)
	for _, h := range trapsOf(s).Hosts() {
		if h.Version != snmp.Version3 {
			continue
		}
		to := netip.AddrPortFrom(h.Address, h.Port)
		u, ok := users.User(h.SecurityString)
		if !ok || u.Side() != h.Side {
			r.routers = append(r.routers, receiverLine{about: fmt.Sprintf("# %s:%v: no user %s", transport(h.Address), to, h.SecurityString)})
			continue
		}
		lines, err := receiverLines(u, vr.EngineID(), h.Informs, s.Reaches(cli.LevelSecrets))
		if err != nil {
			return err
		}
		r.routers = append(r.routers, receiverLine{fmt.Sprintf("# %s, %ss to %s:%v", h.SecurityString, trapOrInform(h.Informs), transport(h.Address), to), lines})
		user := receiverUser{u.Name, u.Auth, u.Priv, u.Level(), to}
		if !has(r.users, user) {
			r.users = append(r.users, user)
		}
		if id := vr.EngineID(); !h.Informs && (len(r.engines) == 0 || r.engines[len(r.engines)-1] != id) {
			r.engines = append(r.engines, id)
		}
	}
	return nil
}

func has(all []receiverUser, u receiverUser) bool {
	for _, have := range all {
		if have == u {
			return true
		}
	}
	return false
}

// errReceiverForm is the error of a receiver that is not among [ReceiverForms].
var errReceiverForm = errors.New("no such receiver")

// Configuration writes what was collected in one of [ReceiverForms].
func (r *Receivers) Configuration(form string) (string, error) {
	switch form {
	case "snmptrapd":
		return r.snmptrapd(), nil
	case "telegraf":
		return r.telegraf(), nil
	case "sc4snmp":
		return r.sc4snmp(), nil
	}
	return "", fmt.Errorf("%w: %s", errReceiverForm, form)
}

func (r *Receivers) snmptrapd() string {
	var text strings.Builder
	said := map[string]bool{}
	for _, h := range r.routers {
		text.WriteString(h.about + "\n")
		for _, line := range h.lines {
			if !said[line] {
				said[line] = true
				text.WriteString(line + "\n")
			}
		}
	}
	return text.String()
}

// telegraf is the section of inputs.snmp_trap; each has one user and one port, and
// takes every engine ID.
func (r *Receivers) telegraf() string {
	var text strings.Builder
	for _, u := range r.users {
		fmt.Fprintf(&text, "[[inputs.snmp_trap]]\n  service_address = \"udp://:%d\"\n  version = \"3\"\n  sec_name = %q\n  sec_level = %q\n", u.to.Port(), u.name, u.level)
		if u.auth != snmp.NoAuth {
			fmt.Fprintf(&text, "  auth_protocol = %q\n  auth_password = \"${%s}\"\n", strings.ToUpper(u.auth.String()), passphraseName(u.name, "AUTH"))
		}
		if u.priv != snmp.NoPriv {
			fmt.Fprintf(&text, "  priv_protocol = %q\n  priv_password = \"${%s}\"\n", strings.ToUpper(u.priv.String()), passphraseName(u.name, "PRIV"))
		}
	}
	return text.String()
}

// sc4snmp is the section traps of values.yaml, and the secrets that it names.
func (r *Receivers) sc4snmp() string {
	var text strings.Builder
	if len(r.users) == 0 {
		return ""
	}
	text.WriteString("traps:\n  usernameSecrets:\n")
	said := map[string]bool{}
	var secrets strings.Builder
	for _, u := range r.users {
		if said[u.name] {
			continue
		}
		said[u.name] = true
		fmt.Fprintf(&text, "    - %s\n", secretName(u.name))
		fmt.Fprintf(&secrets, "# kubectl create -n sc4snmp secret generic %s --from-literal=userName=%s", secretName(u.name), u.name)
		if u.auth != snmp.NoAuth {
			fmt.Fprintf(&secrets, " --from-literal=authKey=\"$%s\" --from-literal=authProtocol=%s", passphraseName(u.name, "AUTH"), strings.ToUpper(u.auth.String()))
		}
		if u.priv != snmp.NoPriv {
			fmt.Fprintf(&secrets, " --from-literal=privKey=\"$%s\" --from-literal=privProtocol=%s", passphraseName(u.name, "PRIV"), strings.ToUpper(u.priv.String()))
		}
		secrets.WriteByte('\n')
	}
	if len(r.engines) > 0 {
		text.WriteString("  securityEngineId:\n")
		for _, id := range r.engines {
			fmt.Fprintf(&text, "    - %q\n", strings.TrimPrefix(id.String(), "0x"))
		}
	}
	return secrets.String() + text.String()
}

// passphraseName is an environment variable, such as MIRRORUSER_AUTH.
func passphraseName(user, what string) string {
	return onlyOf(strings.ToUpper(user), '_', func(c rune) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }) + "_" + what
}

// secretName is a name that Kubernetes takes (RFC 1123).
func secretName(user string) string {
	return "sc4snmp-" + onlyOf(strings.ToLower(user), '-', func(c rune) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' })
}

func onlyOf(s string, other rune, keep func(rune) bool) string {
	return strings.Map(func(c rune) rune {
		if keep(c) {
			return c
		}
		return other
	}, s)
}

// netsnmpProtocols are the protocols as snmptrapd.conf(5) has them.
var netsnmpProtocols = map[string]string{
	"md5": "MD5", "sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
	"des": "DES", "aes": "AES", "aes192": "AES-192", "aes256": "AES-256",
	"aes192c": "AES192C", "aes256c": "AES256C",
}

// receiverLevels are the security levels as authUser has them.
var receiverLevels = map[snmp.SecurityLevel]string{snmp.NoAuthNoPriv: "noauth", snmp.AuthNoPriv: "auth", snmp.AuthPriv: "priv"}

// transport is how net-snmp calls UDP over the version of IP of an address.
func transport(a netip.Addr) string {
	if a.Is6() {
		return "udp6"
	}
	return "udp"
}

// receiverLines are createUser and authUser for what a host is sent.
func receiverLines(u *snmp.User, id snmp.EngineID, informs, reveal bool) ([]string, error) {
	name, ok := netsnmpWord(u.Name)
	if !ok {
		return []string{"# net-snmp has no way to write the name of user " + u.Name}, nil
	}
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
	line += name
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
	return []string{line, strings.Join([]string{"authUser log", name, receiverLevels[u.Level()]}, " ")}, nil
}

// netsnmpWord is a word of snmptrapd.conf, in quotes where # and ' would be no part
// of it. One with a double quote or a backslash cannot be written.
func netsnmpWord(word string) (_ string, ok bool) {
	switch {
	case strings.ContainsAny(word, `"\`):
		return "", false
	case strings.ContainsAny(word, "#' "):
		return `"` + word + `"`, true
	}
	return word, true
}
