package mirror

import (
	"testing"

	"mirrorsh/trapcore/packet"
)

// TestCountingBesideChanges: packets are counted while the lists that they are mirrored
// with change and go. The race detector watches.
func TestCountingBesideChanges(t *testing.T) {
	n, m := newMachine(t, nil, nil)
	ip := make([]byte, 20)
	ip[0], ip[3], ip[8], ip[9] = 0x45, 20, 64, 17
	for range 30 {
		if err := m.def.Login(Subscriber{Name: "sub"}, li("40000010")); err != nil {
			t.Fatal(err)
		}
		copier, done := m.Copier(n.Subscribers()[0].Number, nil), make(chan struct{})
		copied := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 200 {
				copier.Copy(packet.Upstream, [][]byte{ip, ip})
				if i == 0 {
					close(copied)
				}
			}
		}()
		<-copied
		if err := m.def.Logout("sub", UserRequest); err != nil {
			t.Error(err)
		}
		<-done
	}
	if m.copied[Ingress][Unreachable].Packets == 0 {
		t.Errorf("nothing is counted: %v", m.copied)
	}
}
