//go:build interop

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"strconv"
	"time"

	"github.com/gosnmp/gosnmp"
	"layeh.com/radius"
	"layeh.com/radius/rfc2865"

	"mirrorsh/mib"
)

// peerPause keeps the peers from taking a processor for themselves.
const peerPause = 5 * time.Millisecond

// manager is a client of the agent whose messages are counted.
func (s *soak) manager() *gosnmp.GoSNMP {
	g := labManager(s.lab)
	g.OnSent = func(*gosnmp.GoSNMP) { s.asked.add(1) }
	g.OnRecv = func(*gosnmp.GoSNMP) { s.answered.add(1) }
	return g
}

func (s *soak) managerV3(user string) *gosnmp.GoSNMP {
	g := s.manager()
	g.Version, g.SecurityModel, g.MsgFlags = gosnmp.Version3, gosnmp.UserSecurityModel, gosnmp.AuthPriv
	g.SecurityParameters = &gosnmp.UsmSecurityParameters{
		UserName: user, AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: labAuth,
		PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: labPriv,
	}
	return g
}

// walk walks what an ordinary manager may see, again and again. Nothing of the
// mirror MIB is there.
func (s *soak) walk() error {
	g := s.manager()
	if err := g.Connect(); err != nil {
		return err
	}
	defer g.Conn.Close()
	over := errors.New("the time is up")
	for s.going() {
		n := 0
		err := g.BulkWalk("1.3", func(pdu gosnmp.SnmpPDU) error {
			if oid, err := mib.ParseOID(pdu.Name[1:]); err != nil || oid.HasPrefix(mib.PacketMirrorMIB) {
				return fmt.Errorf("%s: %v", pdu.Name, err)
			}
			if n++; n%1000 == 0 { // of millions
				if !s.going() {
					return over
				}
				rest(0)
			}
			return nil
		})
		if errors.Is(err, over) {
			return nil
		}
		if err != nil || n < 100 {
			return fmt.Errorf("walk of %d objects: %w", n, err)
		}
		rest(peerPause)
	}
	return nil
}

// manage reads and sets as an ordinary user.
func (s *soak) manage() error {
	g := s.managerV3("ops")
	if err := g.Connect(); err != nil {
		return err
	}
	defer g.Conn.Close()
	const location = "1.3.6.1.2.1.1.6.0"
	for n := 0; s.going(); n++ {
		want := fmt.Sprintf("place %d", n)
		r, err := g.Set([]gosnmp.SnmpPDU{{Name: location, Type: gosnmp.OctetString, Value: want}})
		if err == nil && r.Error == gosnmp.NoError {
			r, err = g.Get([]string{location, mib.MirrorTrapEnable.OID.Sub(0).String()})
		}
		if err != nil || r.Error != gosnmp.NoError {
			return fmt.Errorf("%v: %w", r, err)
		}
		if got, ok := r.Variables[0].Value.([]byte); !ok || string(got) != want || r.Variables[1].Type != gosnmp.NoSuchObject {
			return fmt.Errorf("%+v", r.Variables)
		}
		rest(peerPause)
	}
	return nil
}

// manageMirror reads and sets the switch of the mirror traps; each time is audited.
func (s *soak) manageMirror() error {
	g := s.managerV3("mirrorUser")
	if err := g.Connect(); err != nil {
		return err
	}
	defer g.Conn.Close()
	name := mib.MirrorTrapEnable.OID.Sub(0).String()
	for s.going() {
		r, err := g.Get([]string{name})
		if err == nil && r.Error == gosnmp.NoError {
			r, err = g.Set([]gosnmp.SnmpPDU{{Name: name, Type: gosnmp.Integer, Value: 1}})
		}
		if err != nil || r.Error != gosnmp.NoError || r.Variables[0].Value != 1 {
			return fmt.Errorf("%+v: %w", r, err)
		}
		s.audited.add(2)
		rest(peerPause)
	}
	return nil
}

// garble sends the agent what is no message at all.
func (s *soak) garble() error {
	conn, err := dial("127.0.0.1", s.snmp.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	rnd := rand.New(rand.NewPCG(1, 1))
	for s.going() {
		junk := make([]byte, 1+rnd.IntN(400))
		for i := range junk {
			junk[i] = byte(rnd.Uint32())
		}
		junk[0] = 0x31 // no SEQUENCE, so that none is one by chance
		if _, err := conn.Write(junk); err != nil {
			return err
		}
		s.asked.add(1)
		s.malformed.add(1)
		rest(peerPause)
	}
	return nil
}

// disconnect ends the session of the target by a Disconnect-Request.
func (s *soak) disconnect() error {
	p := radius.New(radius.CodeDisconnectRequest, []byte(radiusKey))
	if err := rfc2865.UserName_SetString(p, target); err != nil {
		return err
	}
	// The same octets from the same port would be a retransmission.
	if err := rfc2865.ProxyState_SetString(p, strconv.Itoa(s.cycles)); err != nil {
		return err
	}
	c := radius.Client{Dialer: net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(radiusHost)}}}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	s.disconnects.add(1)
	answer, err := c.Exchange(ctx, p, "127.0.0.1:"+strconv.Itoa(s.radius))
	if err == nil && answer.Code != radius.CodeDisconnectACK {
		err = errors.New(answer.Code.String())
	}
	return err
}

// forge sends the RADIUS listener requests with a wrong secret.
func (s *soak) forge() error {
	conn, err := dial(radiusHost, "127.0.0.1:"+strconv.Itoa(s.radius))
	if err != nil {
		return err
	}
	defer conn.Close()
	for s.going() {
		p := radius.New(radius.CodeDisconnectRequest, []byte("another secret"))
		if err := rfc2865.UserName_SetString(p, target); err != nil {
			return err
		}
		data, err := p.Encode()
		if err != nil {
			return err
		}
		if _, err := conn.Write(data); err != nil {
			return err
		}
		s.forged.add(1)
		rest(peerPause)
	}
	return nil
}

// checkAgent compares the counters of the agent with what its peers have sent
// and got.
func (s *soak) checkAgent() {
	s.t.Helper()
	if got, want := s.answered.n(), s.asked.n()-s.malformed.n(); got != want {
		s.t.Errorf("%d answers to %d requests", got, want)
	}
	s.waitFor("show snmp", map[string]int{
		`(\d+) SNMP packets input`: s.asked.n(), `(\d+) Encoding errors`: s.malformed.n(), `(\d+) Get-response PDUs`: s.answered.n() - discoveries,
	})
}

// discoveries are the answers that are Reports: each client of SNMPv3 asks for
// the engine.
const discoveries = 2

func (s *soak) checkRADIUS() {
	s.t.Helper()
	s.waitFor("show radius dynamic-request statistics", map[string]int{
		`Requests +(\d+)`: s.disconnects.n() + s.forged.n(), `Accepts +(\d+)`: s.cycles, `Rejects +(\d+)`: 0,
		`Bad authenticators +(\d+)`: s.forged.n(), `Packets dropped +(\d+)`: 0, `Retransmissions +(\d+)`: 0,
	})
}

// waitFor waits until a command shows numbers where the patterns say: what was
// sent last may still be on its way.
func (s *soak) waitFor(line string, want map[string]int) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		shown, err := s.checker.do(s.ctx, line)
		if err != nil {
			s.t.Fatal(err)
		}
		wrong := ""
		for pattern, n := range want {
			if m := regexp.MustCompile(pattern).FindStringSubmatch(shown); m == nil || m[1] != strconv.Itoa(n) {
				wrong += fmt.Sprintf("%s: %q, want %d\n", pattern, m, n)
			}
		}
		if wrong == "" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Errorf("%s: %s%s", line, wrong, shown)
			return
		}
	}
}
