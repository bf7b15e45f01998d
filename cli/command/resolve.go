package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"sync"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/notify"
)

// resolveTime is how long the name of a host may take to be resolved.
const resolveTime = 5 * time.Second

// maxName is the most octets of the name of a host (RFC 1123 section 2.1).
const maxName = 255

// nameForm has labels of letters, digits and hyphens (RFC 1123 section 2.1): two at least,
// of which the first is no number and the last has letters only. What has no dot, or looks
// like an address, may be another word that has come to stand in its place.
var nameForm = expression(`^(?i:localhost|[0-9]*[a-z-](?:[0-9a-z-]*[0-9a-z])?(?:\.[0-9a-z](?:[0-9a-z-]*[0-9a-z])?)*\.[a-z]{2,63})$`)

// labelForm is too long a label, or one that begins with a hyphen.
var labelForm = expression(`(?:^|\.)-|[^.]{64}`)

// hostNameType is the name of a host.
var hostNameType = grammar.Value("NAME", "not the name of a host with its domain",
	func(word string) (string, bool) {
		return word, word != "" && len(word) <= maxName && !digit(word[len(word)-1]) && nameForm().MatchString(word) && !labelForm().MatchString(word)
	},
	func(name string) (string, bool) { return name, true })

// digit reports whether an octet is one: what ends so is an address, if anything.
func digit(c byte) bool { return '0' <= c && c <= '9' }

var (
	errNoResolver  = errors.New("names of hosts are not resolved here: give an address")
	errNotResolved = errors.New("name of the host cannot be resolved")
	errNoAddress   = errors.New("name of the host has no address that a receiver can have")
)

// resolve returns the first address of a host that a receiver can have, of IPv4 if
// there is one.
func resolve(ctx context.Context, s *cli.Session, name string) (netip.Addr, error) {
	find := s.Shell().Resolve
	if find == nil {
		return netip.Addr{}, errNoResolver
	}
	waiting, stop := context.WithTimeout(ctx, resolveTime)
	defer stop()
	all, err := find(waiting, name)
	if err != nil {
		if ctx.Err() != nil {
			return netip.Addr{}, ctx.Err()
		}
		return netip.Addr{}, unresolved(err)
	}
	for i := range all {
		all[i] = all[i].Unmap()
	}
	all = slices.DeleteFunc(all, func(a netip.Addr) bool { return !notify.HostAddress(a) })
	if i := slices.IndexFunc(all, netip.Addr.Is4); i >= 0 {
		return all[i], nil
	}
	if len(all) == 0 {
		return netip.Addr{}, errNoAddress
	}
	return all[0], nil
}

// unresolved says why a name is not resolved, and not who was asked.
func unresolved(err error) error {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("%w: there is no such host", errNotResolved)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return fmt.Errorf("%w: no answer in %v", errNotResolved, resolveTime)
	}
	return errNotResolved
}

// expression is a regular expression that is compiled when it is first needed: while
// the program starts, somebody waits.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
