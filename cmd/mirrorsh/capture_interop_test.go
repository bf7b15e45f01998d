//go:build interop

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// TestCaptureOnTheSendingHost: what tcpdump sees on this machine are the
// datagrams that the receiver gets, one frame each, unless there are so many
// that the system cuts them.
func TestCaptureOnTheSendingHost(t *testing.T) {
	for _, tt := range []struct {
		name, traps string
		count       int
		args        []string
	}{
		{"all", "all", 10, nil},
		{"of one length", "sessionStart count 60", 60, nil},
		{"without offload", "sessionStart count 63", 63, []string{"--no-udp-offload"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			defer sink.Close()
			received := make(chan []byte, tt.count)
			go func() {
				for {
					b := make([]byte, 2048)
					n, err := sink.Read(b)
					if err != nil {
						close(received)
						return
					}
					received <- b[:n]
				}
			}()
			port := sink.LocalAddr().(*net.UDPAddr).Port
			frames := capture(t, port)
			script := mirrorPreamble + `snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"` + "\n" +
				fmt.Sprintf("snmp-server host 127.0.0.1 version v3 mirrorUser udp-port %d packetMirror\n", port) +
				"snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps " + tt.traps + "\n"
			mirrorsh(t, 0, script, tt.args...)
			for i := range tt.count {
				frame, got := frames.next(t), <-received
				if !bytes.Equal(frame, got) {
					t.Fatalf("frame %d holds %d octets, the datagram has %d", i+1, len(frame), len(got))
				}
			}
		})
	}
}

// frames reads the datagrams of a capture file (pcap, Ethernet framing).
type frames struct {
	in    *bufio.Reader
	began bool
}

// capture starts tcpdump on the loopback interface and waits until it listens.
func capture(t *testing.T, port int) *frames {
	t.Helper()
	cmd := exec.Command("tcpdump", "-i", "lo", "-U", "--immediate-mode", "-B", "8192", "-w", "-", fmt.Sprintf("udp dst port %d", port))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	r := bufio.NewReader(said)
	line, err := r.ReadString('\n')
	for err == nil && !strings.Contains(line, "listening on") {
		line, err = r.ReadString('\n')
	}
	if err != nil {
		t.Fatalf("tcpdump: %q, %v", line, err)
	}
	return &frames{in: bufio.NewReaderSize(out, 1<<20)}
}

func (f *frames) read(t *testing.T, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(f.in, b); err != nil {
		t.Fatalf("capture: %v", err)
	}
	return b
}

// next returns the payload of the next frame, by the length in its UDP header.
func (f *frames) next(t *testing.T) []byte {
	t.Helper()
	if !f.began { // the header of the file comes with the first frame
		f.began = true
		f.read(t, 24)
	}
	header := f.read(t, 16)
	frame := f.read(t, int(binary.LittleEndian.Uint32(header[8:])))
	udp := frame[14+20:]
	if n := int(binary.BigEndian.Uint16(udp[4:])); n != len(udp) {
		t.Fatalf("a datagram of %d octets in a frame with %d", n, len(udp))
	}
	return udp[8:]
}
