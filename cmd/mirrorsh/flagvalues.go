package main

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"mirrorsh/cli/command"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/state"
)

// value is a flag that says itself what it takes.
type value struct {
	text string
	set  func(string) error
}

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return "" }

func (v *value) Set(s string) error {
	v.text = s
	return v.set(s)
}

// given is a flag whose empty value is no value, as a script's unset variable has it.
func given(to *string) *value {
	return &value{"", func(s string) error {
		if *to = s; s == "" {
			return wrongValue("must have a value")
		}
		return nil
	}}
}

// wrongValue says what a flag must be, as in "must be 0 to 15".
type wrongValue string

func (e wrongValue) Error() string { return string(e) }

func (c *config) addCommands(s string) error {
	c.commands = append(c.commands, s)
	return nil
}

func (c *config) setRADIUS(s string) (err error) {
	if c.radius, err = netip.ParseAddr(s); err != nil || !c.radius.Is4() {
		return wrongValue("must be an IPv4 address")
	}
	return nil
}

func (c *config) setAnalyzer(s string) (err error) {
	if s == "any" {
		c.analyzer = netip.IPv4Unspecified()
		return nil
	}
	if c.analyzer, err = netip.ParseAddr(s); err != nil || !c.analyzer.Is4() || c.analyzer.IsUnspecified() || c.analyzer.IsMulticast() {
		return wrongValue("must be any or an IPv4 address")
	}
	return nil
}

func (c *config) setHostname(s string) error {
	if c.hostname = s; !command.ValidHostname(s) {
		return wrongValue("must be 1 to 64 printable characters without blanks")
	}
	return nil
}

func (c *config) setIdentity(s string) error {
	if c.identity = s; s == "" {
		return wrongValue("must be a name")
	}
	return nil
}

func (c *config) setModel(s string) error {
	m, ok := chassis.Find(s)
	if c.model = m; !ok {
		return wrongValue("must be one of " + chassis.Keywords())
	}
	return nil
}

func (c *config) setMAC(s string) (err error) {
	if c.mac, err = state.ParseMAC(s); err != nil {
		return wrongValue("must be six octets of a unicast address such as " + state.EphemeralMAC)
	}
	return nil
}

func (c *config) setLevel(s string) (err error) {
	if c.level, err = strconv.Atoi(s); err != nil || c.level < 0 || c.level > 15 {
		return wrongValue("must be 0 to 15")
	}
	return nil
}

func (c *config) setDrain(s string) (err error) {
	if c.drain, err = time.ParseDuration(s); err != nil || c.drain < 0 {
		return wrongValue("must be a time such as 5s or 2m")
	}
	return nil
}

// logLevels are the names of a slog.Level.
var logLevels = []string{"debug", "info", "warn", "error"}

func (c *config) setLogLevel(s string) error {
	if !slices.Contains(logLevels, strings.ToLower(s)) || c.logLevel.UnmarshalText([]byte(s)) != nil {
		return wrongValue("must be debug, info, warn or error")
	}
	return nil
}
