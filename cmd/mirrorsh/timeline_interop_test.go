//go:build interop

package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mirrorsh/mib"
)

// tshark returns the fields of the packets of a pcap file that match a filter, as
// tshark decodes them. Where one is there more than once, commas are between.
func tshark(t *testing.T, path, filter string, options, fields []string) (rows [][]string) {
	t.Helper()
	args := append([]string{"-r", path, "-Y", filter, "-T", "fields", "-E", "separator=|"}, options...)
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	var said bytes.Buffer
	cmd := exec.Command("tshark", args...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err, said.String())
	}
	for line := range strings.Lines(string(out)) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "|"))
	}
	return rows
}

// left is what has left a router, as tshark decodes it: in order, the traps by the
// names of their objects, and the packets to the analyzer.
type left struct {
	id       string            // mirror and session identifier
	trap     map[string]string // nil: it is a packet
	name     string            // of the trap
	packet   string            // a line of [analyzer.packets]
	from, to string            // of the packet in it
}

// whatLeft decodes a pcap file of mirrorUser's traps to a port and of packets to the
// port of an analyzer. Of the traps, tshark tells the name, snmptrapd the rest.
func whatLeft(t *testing.T, path, trapPort string, analyzerPort int, traps []received) (all []left) {
	t.Helper()
	asSNMP := []string{"-d", "udp.port==" + trapPort + ",snmp"}
	engines := tshark(t, path, "snmp", asSNMP, []string{"snmp.msgAuthoritativeEngineID"})
	if len(engines) == 0 {
		t.Fatal("no trap has left")
	}
	keys := fmt.Sprintf(`uat:snmp_users:%s,"mirrorUser","SHA1","auth passphrase","AES","priv passphrase"`, engines[0][0])
	options := append(asSNMP, "-d", fmt.Sprintf("udp.port==%d,jmirror", analyzerPort), "-o", keys)
	for _, row := range tshark(t, path, "snmp or jmirror", options, strings.Fields("snmp.value.oid jmirror.mid jmirror.sid ip.src ip.dst ip.len")) {
		if row[1] == "" {
			if len(traps) == 0 {
				t.Fatalf("snmptrapd has not got all traps: %q", row)
			}
			all = append(all, trapLeft(t, row[0], traps[0]))
			traps = traps[1:]
			continue
		}
		var id [2]uint64
		for i := range id {
			id[i], _ = strconv.ParseUint(row[1+i], 0, 32)
		}
		inner := func(list string) string { return list[strings.LastIndex(list, ",")+1:] }
		l := left{id: fmt.Sprintf("mid %d sid %d", id[0], id[1]), from: inner(row[3]), to: inner(row[4])}
		l.packet = fmt.Sprintf("%s: %s > %s, %s octets\n", l.id, l.from, l.to, inner(row[5]))
		all = append(all, l)
	}
	if len(traps) > 0 {
		t.Errorf("%d traps have not left", len(traps))
	}
	return all
}

// trapLeft is a trap of which tshark knows the object identifiers among its values.
func trapLeft(t *testing.T, oids string, r received) left {
	t.Helper()
	short := strings.TrimPrefix(r.name(), "juniPacketMirror")
	n := mirrorNotification(short)
	if n == nil || !strings.HasPrefix(oids, n.OID.String()) {
		t.Errorf("tshark decodes %q, snmptrapd %s", oids, r.name())
	}
	values := map[string]string{}
	for _, v := range r.varbinds[2:] {
		name, value, _ := strings.Cut(strings.TrimPrefix(v, "Juniper-PACKET-MIRROR-MIB::juniPacketMirror"), ".0 = ")
		_, values[name], _ = strings.Cut(value, ": ")
	}
	return left{trap: values, name: short, id: fmt.Sprintf("mid %s sid %s", values["Identifier"], values["SessionIdentifier"])}
}

// mirrorNotification is that of a name without its prefix, nil if there is none.
func mirrorNotification(short string) *mib.Notification {
	for _, n := range mib.MirrorNotifications {
		if n.Short() == short {
			return n
		}
	}
	return nil
}

// target is the subscriber's address in a trap of a packet session, "" in others.
func (l left) target() string {
	if a := l.trap["TargetIpAddress"]; a != "0.0.0.0" {
		return a
	}
	return ""
}

// messages are the LAES messages of a trap: of a packet session those about packet
// data, of an access session those about access.
func (l left) messages() []string {
	return slices.DeleteFunc(slices.Clone(mirrorNotification(l.name).LAES), func(m string) bool {
		return strings.HasPrefix(m, "packet-data-") != (l.target() != "")
	})
}

// session is the packet session of a trap: identifiers, direction, subscriber.
func (l left) session() string {
	return l.id + " " + l.trap["Direction"] + " " + l.target()
}

// timeline writes what has left, each LAES message with its trap, and below it the
// packets. Every packet belongs to a packet session that traps have begun and not
// ended, and comes from its subscriber or goes to it.
func timeline(t *testing.T, all []left) (text, packets string) {
	t.Helper()
	var b, p strings.Builder
	open := map[string]bool{}
	for _, l := range all {
		if l.trap == nil {
			p.WriteString(l.packet)
			b.WriteString("    " + l.packet)
			if !open[l.id+" ingress(0) "+l.from] && !open[l.id+" egress(1) "+l.to] {
				t.Errorf("no trap has begun the session of %s", l.packet)
			}
			continue
		}
		switch l.name {
		case "SessionStart", "InterfaceSessionActivated":
			open[l.session()] = l.target() != ""
		case "SessionEnd", "InterfaceSessionDeactivated", "SessionFailed", "InterfaceDeleted":
			delete(open, l.session())
		}
		fmt.Fprintf(&b, "%s", l.name)
		if l.trap["Identifier"] != "" {
			fmt.Fprintf(&b, " %s", strings.TrimSpace(l.session()))
		} else {
			fmt.Fprintf(&b, " %s", l.trap["AnalyzerAddress"])
		}
		if m := l.messages(); m != nil {
			fmt.Fprintf(&b, " [%s]", strings.Join(m, ", "))
		}
		b.WriteByte('\n')
	}
	for s, is := range open {
		if is {
			t.Errorf("no trap has ended %s", s)
		}
	}
	return b.String(), p.String()
}
