package command

import (
	"strings"
	"testing"
)

// TestTechSupport has what other shows have, and nothing that is secret or secure,
// though the session may see both.
func TestTechSupport(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal", "snmp-server community zqcommunity ro", "secure ip policy-list zqpolicy", "exit",
		"interface fastEthernet 9/0", "ip address 10.1.1.1 255.255.255.0", "ip policy secure-input zqpolicy", "end")
	if text := o.do(t, "show configuration"); !strings.Contains(text, "zqcommunity") || !strings.Contains(text, "zqpolicy") {
		t.Fatalf("the configuration has no secrets to leave out:\n%s", text)
	}
	text := o.do(t, "show tech-support")
	for _, line := range techSupport {
		if !strings.Contains(text, "- "+line+" -") {
			t.Errorf("%s is not in it", line)
		}
	}
	if strings.Contains(text, "zq") {
		t.Errorf("it has a secret:\n%s", text)
	}
}
