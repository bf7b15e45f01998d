package cli

import (
	"slices"
	"strings"
)

// configNames are what operators call configurations, here and elsewhere: a file
// of such a name would only seem to be one.
var configNames = []string{"running", "running-config", "running-configuration", "startup", "startup-config", "startup-configuration"}

// minConfigName is the shortest abbreviation that is taken for a configuration.
const minConfigName = 2

// meansConfiguration reports whether a file name is what operators call a
// configuration, an abbreviation of that, or one slip from it.
func meansConfiguration(name string) bool {
	name = strings.ToLower(name)
	for _, c := range configNames {
		if len(name) >= minConfigName && strings.HasPrefix(c, name) || oneSlip(name, c) {
			return true
		}
	}
	return false
}

// places are where other routers copy to and from. A file of such a name would
// only seem to be there.
var places = []string{"tftp", "ftp", "sftp", "scp", "rcp", "http", "https", "flash", "bootflash", "nvram", "usb"}

// meansPlace reports whether a file name is a place, or leads to one.
func meansPlace(name string) bool {
	place, _, _ := strings.Cut(strings.TrimPrefix(name, disk), ":")
	return slices.Contains(places, strings.ToLower(place))
}

// oneSlip reports whether one octet too many, too few or wrong, or two that
// changed places, make a of b.
func oneSlip(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	a, b = a[n:], b[n:]
	switch {
	case a == "" || b == "":
		return len(a)+len(b) == 1
	case a[1:] == b, a == b[1:], a[1:] == b[1:]:
		return true
	}
	return len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
