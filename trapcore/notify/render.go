package notify

import (
	"strconv"
	"sync"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// knownObjects finds an object by its OID in dotted decimal.
var knownObjects = sync.OnceValue(func() map[string]*mib.Object {
	m := map[string]*mib.Object{mib.MirrorTrapEnable.OID.String(): mib.MirrorTrapEnable}
	for _, n := range mib.Notifications {
		for _, o := range n.Objects {
			m[o.OID.String()] = o
		}
	}
	return m
})

// RenderVarbinds appends encoded varbinds to dst as `name.0 = value, ...`:
// enumerations as label(number), DateAndTime as 2026-11-22,6:12:11.0,+0:0,
// addresses dotted, texts as they are; a name without an object is dotted. It
// stops where the list is cut. It is the securelog.Renderer of the router and
// keeps neither slice.
func RenderVarbinds(dst, varbinds []byte) []byte {
	r := snmp.NewReader(varbinds)
	for first := true; !r.Empty(); first = false {
		vb, err := r.Varbind()
		if err != nil {
			return dst
		}
		if !first {
			dst = append(dst, ", "...)
		}
		dst = renderVarbind(dst, vb)
	}
	return dst
}

// RenderVarbind is RenderVarbinds of one that is not encoded.
func RenderVarbind(vb snmp.Varbind) string { return string(renderVarbind(nil, vb)) }

func renderVarbind(dst []byte, vb snmp.Varbind) []byte {
	if len(vb.Name) == 0 {
		return dst
	}
	last := len(vb.Name) - 1
	o := knownObjects()[vb.Name[:last].String()]
	if o == nil {
		dst = append(dst, vb.Name.String()...)
		return append(append(dst, " = "...), vb.Value.String()...)
	}
	dst = append(dst, o.Name...)
	dst = append(dst, '.')
	dst = strconv.AppendUint(dst, uint64(vb.Name[last]), 10)
	dst = append(dst, " = "...)
	return append(dst, snmp.Display(o, vb.Value)...)
}
