package command

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"mirrorsh/cli"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/state"
)

// capture is a pcap file of n packets of a host, as many from it as to it, in turn.
func capture(t testing.TB, n int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	f := packet.Flow{Subscriber: netip.MustParseAddr("10.1.2.3"), Protocol: "udp", Size: packet.MaxSize}
	for i := range n {
		p := f.Append(nil, packet.Direction(i%2), uint32(i/2))
		if err := w.WritePacket(gopacket.CaptureInfo{CaptureLength: len(p), Length: len(p)}, p); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

// TestReplayedTraffic passes a capture that is larger than a file of the router
// may be, and parts of it.
func TestReplayedTraffic(t *testing.T) {
	dir := t.TempDir()
	store, err := state.Open(filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	const n = 1000
	whole := capture(t, n)
	put(t, store, "whole.pcap", whole)
	put(t, store, "cut.pcap", whole[:len(whole)-1])
	put(t, store, "head.pcap", whole[:24])
	put(t, store, "text.pcap", []byte("hello\n"))
	shell := shellOn(t, store)
	o := operatorOf(t, shell, "test subscriber login joe ip-address 10.0.0.5")
	for line, want := range map[string]string{
		"pcap whole.pcap":                                 "1000 packets passed, 1500000 octets\n",
		"pcap disk0:whole.pcap":                           "1000 packets passed, 1500000 octets\n",
		"pcap whole.pcap direction upstream":              "500 packets passed, 750000 octets\n",
		"pcap whole.pcap direction downstream count 7":    "7 packets passed, 10500 octets\n",
		"pcap whole.pcap count 2 rate 1000":               "2 packets passed, 3000 octets\n",
		"pcap whole.pcap count 5000":                      "1000 packets passed, 1500000 octets\n",
		"pcap whole.pcap host 10.1.2.3 count 65":          "65 packets passed, 97500 octets\n",
		"pcap whole.pcap host 10.1.2.4":                   "% the capture has no packets of a host: left out are 1000 of others\n",
		"pcap cut.pcap":                                   "999 packets passed, 1498500 octets\n% the capture ends within a packet\n",
		"pcap head.pcap":                                  "% the capture has no packets of a host\n",
		"pcap text.pcap":                                  "% neither a pcap nor a pcapng file\n",
		"pcap none.pcap":                                  "% no such file\n",
		"pcap ../startup.cnf":                             "% invalid file name\n",
		"pcap startup.cnf":                                "% no such file\n",
		"pcap whole.pcap virtual-router default count 10": "10 packets passed, 15000 octets\n",
	} {
		same(t, line, want, o.run(t, "test subscriber traffic joe "+line))
	}
	// It takes no space of the others.
	for i := range cli.MaxSpace / cli.MaxFile {
		put(t, store, strings.Repeat("x", i+1), whole)
	}
	same(t, "space", "", o.run(t, "show clock > clock.txt"))
	if got := o.do(t, "dir"); !strings.Contains(got, ", 16777") && !strings.Contains(got, ", 16776") {
		t.Error(got)
	}
	sent := shell.Router.Default().Network().Interfaces()[0]
	if sent.In.Octets != sent.In.Unicast*1500 || sent.In.Unicast < 2000 || sent.Out.Unicast < 2000 {
		t.Errorf("%+v", sent)
	}
}

// put lays a file into those of a router, as its host may.
func put(t testing.TB, store *state.Dir, name string, data []byte) {
	t.Helper()
	path := store.Path(state.Files + "/" + name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCapturesBeside are found by the script that they lie beside, and by nobody
// once that has ended.
func TestCapturesBeside(t *testing.T) {
	host := fstest.MapFS{"call.pcap": {Data: capture(t, 3)}}
	var out, errs bytes.Buffer
	w := bufio.NewWriter(&out)
	shell := shellOn(t, memory())
	b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs, Quiet: true}
	defer b.Session.Close()
	const line = "test subscriber traffic joe pcap call.pcap"
	_ = b.Run(t.Context(), cli.Source{Name: "s", R: strings.NewReader("test subscriber login joe ip-address 10.0.0.5\n" + line + "\n"), Beside: host})
	_ = w.Flush()
	same(t, "beside", "3 packets passed, 4500 octets\n", out.String()+errs.String())
	if err := b.Session.Execute(t.Context(), line); err == nil {
		t.Error("found without a script")
	}
}

// TestCapturesHere are found where the operator is, by what the operator types or gives
// to the program: not by scripts of the router's files, which others may have written,
// nor by operators from elsewhere.
func TestCapturesHere(t *testing.T) {
	here := fstest.MapFS{
		"call.pcap": {Data: capture(t, 3)}, "sub/call.pcap": {Data: capture(t, 4)}, "sub": {Mode: 0o755 | fs.ModeDir},
		"fifo": {Mode: 0o600 | fs.ModeNamedPipe}, "device": {Mode: 0o600 | fs.ModeDevice}, "inner.scr": {Data: []byte("show clock\n")},
	}
	store, err := state.Open(filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	shell := shellOn(t, store)
	put(t, store, "call.pcap", capture(t, 6))
	put(t, store, "only.pcap", capture(t, 7))
	operatorOf(t, shell, "test subscriber login joe ip-address 10.0.0.5")
	const replay = "test subscriber traffic joe pcap "
	script(t, shell, "outer.scr", replay+"call.pcap")
	script(t, shell, "calls.mac", "<# call #>", replay+"call.pcap", "<# endtmpl #>")
	const noName, irregular = "% invalid file name\n", "% file cannot be read: it is no regular file\n"
	passed := func(n int) string { return fmt.Sprintf("%d packets passed, %d octets\n", n, n*1500) }
	const id = "Macro 'call' in file 'calls.mac' %s execution (Id: 1)\n"
	macro := fmt.Sprintf(id, "starting") + passed(6) + fmt.Sprintf(id, "ending")
	for _, tt := range []struct{ line, here, elsewhere string }{
		{replay + "call.pcap", passed(3), passed(6)},
		{replay + "sub/call.pcap", passed(4), noName},
		{replay + "only.pcap", passed(7), passed(7)},
		{replay + "disk0:call.pcap", passed(6), passed(6)},
		{replay + "disk0:sub/call.pcap", noName, noName},
		{replay + "../call.pcap", noName, noName},
		{replay + "/call.pcap", noName, noName},
		{replay + "none.pcap", "% no such file\n", "% no such file\n"},
		{replay + "sub", irregular, "% no such file\n"},
		{replay + "fifo", irregular, "% no such file\n"},
		{replay + "device", irregular, "% no such file\n"},
		{"configure file outer.scr", passed(6), passed(6)},
		{"configure file inner.scr", "% no such file\n", "% no such file\n"},
		{"macro calls.mac call", macro, macro},
	} {
		for _, o := range []struct {
			*operator
			captures fs.FS
			want     string
		}{{&operator{}, here, tt.here}, {&operator{}, nil, tt.elsewhere}} {
			o.Session = shell.NewSession(cli.SessionOptions{Level: 15, Out: &o.out, Captures: o.captures})
			same(t, tt.line, o.want, o.run(t, tt.line))
			o.Close()
		}
	}
}
