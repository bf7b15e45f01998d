package noninterference

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

type dialer = func(from netip.Addr, to netip.AddrPort) (notify.Conn, error)

// wire is the network of a router: it takes every datagram and delivers none.
type wire struct {
	w    *twin
	mu   sync.Mutex
	sent []datagram
	// clock is that of the receivers. It goes as the senders' idea of it does, or the
	// informs of 150 seconds later would be outside their time window.
	clock *snmp.Engine
	// salts are those used last, by user.
	salts map[string]uint64
	des   uint64 // the highest so far
}

type datagram struct {
	by   *cable
	data []byte
}

func (n *wire) dial(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
	return &cable{n: n, from: from, to: to, closed: make(chan struct{}), answers: make(chan []byte, 4096)}, nil
}

// cable is a socket on the wire.
type cable struct {
	n      *wire
	from   netip.Addr
	to     netip.AddrPort
	once   sync.Once
	closed chan struct{}
	user   string // of whom the last message was, "" while that is not known
	// answers are acknowledgements on their way back.
	answers chan []byte
}

func (c *cable) Send(all [][]byte) (int, error) {
	c.n.mu.Lock()
	defer c.n.mu.Unlock()
	for _, d := range all {
		c.n.sent = append(c.n.sent, datagram{c, slices.Clone(d)})
		if p, _, err := usm(d); err == nil && len(p.User) > 0 {
			c.user = string(p.User)
		}
		if a := c.n.acknowledge(d); a != nil {
			select {
			case c.answers <- a:
			default: // nobody listens
			}
		}
	}
	return len(all), nil
}

func (c *cable) Receive(into []byte) (int, error) {
	select {
	case a := <-c.answers:
		return copy(into, a), nil
	case <-c.closed:
		return 0, fmt.Errorf("%v: closed", c.to)
	}
}

func (c *cable) Local() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:40000") }

func (c *cable) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// take returns the ordinary datagrams sent since the last call as text. Each
// host has a worker of its own, so that there is no order between hosts; the
// identifiers in the messages show the order of those to one.
func (n *wire) take() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	sent := n.sent
	n.sent = nil
	var all []string
	for _, d := range sent {
		if p, _, err := usm(d.data); err == nil && len(p.Engine) == 0 && (d.by.user == "" || isSecure(d.by.user)) {
			continue // a discovery names nobody; this one is not, or not yet, known to be ordinary
		}
		if text := n.read(d.data); text != "" {
			all = append(all, fmt.Sprintf("%v to %v: %s\n", d.by.from, d.by.to, text))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "") + fmt.Sprintf("highest DES salt %#x\n", n.des)
}

var errNotV3 = errors.New("not SNMPv3")

func usm(data []byte) (snmp.USMParameters, *snmp.MessageV3, error) {
	d, err := snmp.ParseDatagram(data)
	if err != nil {
		return snmp.USMParameters{}, nil, err
	}
	if d.Version != snmp.Version3 {
		return snmp.USMParameters{}, nil, errNotV3
	}
	m, err := d.V3()
	if err != nil {
		return snmp.USMParameters{}, nil, err
	}
	p, err := m.USM()
	return p, m, err
}

// read is what a receiver makes of a datagram: all of it, but for the ciphertext
// and the MAC over it, where the random start of the salts shows. "" is a
// secure trap.
func (n *wire) read(data []byte) string {
	p, m, err := usm(data)
	switch {
	case err == nil && string(p.Engine) == string(receiverID) && !isSecure(string(p.User)):
		// An inform: the receiver's time in it goes by the clock on the wall.
		id, text := n.open(m, string(p.User))
		return fmt.Sprintf("inform %d, engine boots %d user %s%s: %s", m.ID, p.Boots, p.User, n.salt(id, p), text)
	case errors.Is(err, errNotV3), err == nil && len(p.Priv) == 0 && !isSecure(string(p.User)):
		return fmt.Sprintf("%x", data)
	case err != nil || isSecure(string(p.User)): // only test mirror fault sends what cannot be read
		return ""
	}
	id, text := n.open(m, string(p.User))
	return fmt.Sprintf("message %d, %d octets, engine %x boots %d time %d user %s%s: %s",
		m.ID, len(data), p.Engine, p.Boots, p.Time, p.User, n.salt(id, p), text)
}

// salt says how far a salt is from the one before with its key. Where the key
// has begun anew, as when its user was set again, that is a random number and
// nothing is said. DES has one counter for all keys of a side, of which the
// order of workers is no part; that it is in step shows in take.
func (n *wire) salt(key string, p snmp.USMParameters) string {
	if len(p.Priv) == 0 {
		return ""
	}
	salt := binary.BigEndian.Uint64(p.Priv)
	if salt>>32 == uint64(n.w.router.Engine().Boots()) {
		n.des = max(n.des, salt)
		return ""
	}
	if n.salts == nil {
		n.salts = map[string]uint64{}
	}
	step := salt - n.salts[key]
	n.salts[key] = salt
	if step > 1<<32 {
		return ""
	}
	return fmt.Sprintf(" salt +%d", step)
}

// open decrypts a message with the keys that the router has of its user; id
// names the key.
func (n *wire) open(m *snmp.MessageV3, name string) (id, text string) {
	text = "cannot be read"
	for _, v := range n.w.router.VirtualRouters() {
		u, ok := v.Users(side.Clear(true)).User(name)
		if !ok {
			continue
		}
		engines := []snmp.EngineID{receiverID}
		for _, v := range n.w.router.VirtualRouters() {
			engines = append(engines, v.EngineID())
		}
		for _, engine := range engines {
			keys, err := u.Localize(engine, n.w.router.Engine())
			if err != nil {
				continue
			}
			s, _, err := keys.Open(m, new(snmp.RemoteClock), n.w.now())
			if err == nil {
				return fmt.Sprintf("%s %v %s", name, engine, u.PrivKey.Hex()), fmt.Sprintf("%+v", *s)
			}
		}
	}
	return name, text
}
