package radius

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"
)

// FuzzPacket hands the server any datagram, as it is and then with length and
// authenticator put right, so that the fuzzer gets behind them. What is
// answered is answered alike a second time.
func FuzzPacket(f *testing.F) {
	for _, p := range []builder{
		coa(), coa().user("joe"), coa().acct("none"), coa().user("joe").mirror(),
		coa().user("joe").mirror().hidden(medDevHandle, make([]byte, 8)).hidden(medPortNumber, u32(2500)),
		coa().user("joe").hidden(liAction, u32(0)), coa().user("joe").vendor(vendorJuniper, liAction, u32(1)),
		coa().user("joe").vendor(vendorJuniper, virtualRouter, []byte("default")).mirror().sign(key),
		coa().vendor(vendorADSLForum, agentCircuitID, []byte("circuit")).mirror(),
		disconnect().user("joe"), disconnect().acct("none").sign(key), disconnect(),
		coa().acct("none").add(rfc2869.EventTimestamp_Type, u32(1e9)), disconnect().add(rfc2865.NASIPAddress_Type, []byte{127, 0, 0, 1}),
		coa().acct("none").add(rfc2865.ServiceType_Type, u32(17)).add(rfc2865.State_Type, []byte("state")).proxyState("proxy"),
	} {
		f.Add(p.encode())
	}
	f.Add([]byte{})
	f.Add([]byte{43, 1, 0, 20})
	b := newBench(f)
	b.client("default", nil)
	b.client("isp", func(c *Client) { c.Key = "other" })
	f.Fuzz(func(t *testing.T, datagram []byte) {
		datagram = datagram[:min(len(datagram), radius.MaxPacketLength)]
		b.t = t
		b.pass(time.Second) // what was answered long ago is forgotten
		b.take()
		_ = b.def.Login(joe(), nil) // again, where the last one was logged out
		b.exchange(datagram)
		if len(datagram) < 20 {
			return
		}
		fixed := bytes.Clone(datagram)
		binary.BigEndian.PutUint16(fixed[2:], uint16(len(fixed)))
		clear(fixed[4:20])
		sum := md5.Sum(append(bytes.Clone(fixed), key...))
		copy(fixed[4:], sum[:])
		answer := b.exchange(fixed)
		if answer == nil {
			return
		}
		b.verdictOf(fixed, answer)
		if again := b.exchange(fixed); !bytes.Equal(answer, again) {
			t.Errorf("answers %x and %x", answer, again)
		}
		for _, m := range b.answered {
			if len(m.plain.order) > maxAnswers || len(m.stamped.order) > maxAnswers {
				t.Error("cache grows")
			}
		}
	})
}
