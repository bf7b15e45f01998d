package command

import (
	"strings"
	"testing"
)

// TestClassifierIsWritten types entries in other words than they are kept in, and
// the kept ones again, which adds nothing.
func TestClassifierIsWritten(t *testing.T) {
	for typed, want := range map[string]string{
		"classifier-auth 0":                                         "classifier-auth-id 0",
		"udp any host 192.168.5.9 eq 5060":                          "udp any host 192.168.5.9 eq 5060",
		"UD an ho 192.168.5.9 ra 0 9":                               "udp any host 192.168.5.9 range 0 9",
		"not 0 10.0.0.0 0.0.0.255 not any neq 0":                    "not 0 10.0.0.0 0.0.0.255 not any neq 0",
		"color red user-packet-class 0 local true ip any any tos 0": "local true color red user-packet-class 0 ip any any tos 0",
		`traffic-class "not" ip any any`:                            "traffic-class not ip any any",
		"source-route 0 destination-route 255 tcp not host 1.2.3.4 gt 1 any lt 2 tcp-flags syn ip-flags df ip-frag gt 1 dsfield 63": "source-route-class 0 destination-route-class 255 tcp not host 1.2.3.4 gt 1 any lt 2 tcp-flags syn ip-flags df ip-frag-offset gt 1 dsfield 63",
		"ip any any ip-frag-offset eq 0 precedence 7": "ip any any ip-frag-offset eq 0 precedence 7",
	} {
		o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
		o.do(t, "secure ip classifier-list c "+typed)
		o.do(t, "secure ip classifier-list c "+want)
		want = "Secure IP c.1 " + want + "\n"
		if got := o.do(t, "do show secure classifier-list"); !strings.HasSuffix(got, "-----\n"+want) {
			t.Errorf("%s is kept as\n%s\nwant %s", typed, got, want)
		}
	}
}
