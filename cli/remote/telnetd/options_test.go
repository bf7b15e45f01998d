package telnetd

import "testing"

// TestOptions: what is offered is not confirmed, what is unknown is refused each
// time, and what is agreed is not answered.
func TestOptions(t *testing.T) {
	for name, says := range map[string][][3]byte{ // verb, option, answer
		"takes all":            {{cmdDO, optECHO, 0}, {cmdDO, optSGA, 0}, {cmdWILL, optSGA, 0}, {cmdWILL, optNAWS, 0}, {cmdWILL, optTTYPE, 0}},
		"says so again":        {{cmdDO, optECHO, 0}, {cmdDO, optECHO, 0}, {cmdWILL, optNAWS, 0}, {cmdWILL, optNAWS, 0}},
		"takes nothing":        {{cmdDONT, optECHO, 0}, {cmdDONT, optSGA, 0}, {cmdWONT, optNAWS, 0}, {cmdWONT, optNAWS, 0}},
		"thinks better of it":  {{cmdWONT, optNAWS, 0}, {cmdWILL, optNAWS, cmdDO}, {cmdWILL, optNAWS, 0}},
		"turns off":            {{cmdDO, optECHO, 0}, {cmdDONT, optECHO, cmdWONT}, {cmdDONT, optECHO, 0}, {cmdDO, optECHO, cmdWILL}},
		"wants what is not":    {{cmdDO, 0, cmdWONT}, {cmdDO, 0, cmdWONT}, {cmdWILL, 36, cmdDONT}, {cmdWILL, 255, cmdDONT}},
		"does not want either": {{cmdDONT, 0, 0}, {cmdWONT, 36, 0}},
		"the other side":       {{cmdDO, optNAWS, cmdWONT}, {cmdDO, optTTYPE, cmdWONT}, {cmdWILL, optECHO, cmdDONT}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOptions()
			for i, s := range says {
				if answer, _ := o.heard(s[0], s[1]); answer != s[2] {
					t.Errorf("%d: %d %d is answered %d, not %d", i, s[0], s[1], answer, s[2])
				}
			}
		})
	}
}
