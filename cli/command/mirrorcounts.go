package command

import (
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/mirror"
)

// fateTexts are how output writes what became of packets.
var fateTexts = map[mirror.Fate]string{
	mirror.Sent:        "mirrored",
	mirror.Unreachable: "lost, analyzer unreachable",
	mirror.Headerless:  "lost, no analyzer-udp-port: only UDP can be sent",
	mirror.Unsent:      "lost, not sent",
}

// addCounts adds a line for each direction and fate that packets had.
func addCounts(r *result.Record, indent string, counts [2]mirror.Counts) {
	var all result.List
	for d, of := range counts {
		for f, n := range of {
			if n.Packets > 0 {
				all.Items = append(all.Items, new(result.Record).Line(indent+"{packets} Packets {octets} Bytes {direction} {fate}",
					n.Packets, n.Octets, mirror.Direction(d), fateTexts[mirror.Fate(f)]))
			}
		}
	}
	r.Part("traffic", all)
}

// addMirrored adds what was mirrored of a session, then by each of its rules.
func addMirrored(r *result.Record, v *mirror.SessionStatus) {
	addCounts(r, "    ", v.Counts)
	if v.Unsent != "" {
		r.Field(26, "    Last error:", v.Unsent)
	}
	var rules result.List
	for _, rule := range v.Rules {
		of := new(result.Record).Line("    Classifier control list: {classifier}", rule.Classifier)
		addCounts(of, "        ", rule.Counts)
		rules.Items = append(rules.Items, of)
	}
	r.Part("rules", rules)
}
