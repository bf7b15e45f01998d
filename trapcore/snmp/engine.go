package snmp

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/trapcore/side"
)

// EngineID is an snmpEngineID: 5 to 32 raw octets (RFC 3411 section 5).
type EngineID string

// DefaultRouter is the routerUID of the default virtual router.
const DefaultRouter uint32 = 0x80000001

// NewEngineID returns the 15 octets of a JUNOSe engine: enterprise 4874, format
// 5, the chassis MAC, the routerUID of the virtual router.
func NewEngineID(mac [6]byte, routerUID uint32) EngineID {
	b := make([]byte, 0, 15)
	b = binary.BigEndian.AppendUint32(b, 1<<31|4874)
	b = append(b, 5)
	b = append(b, mac[:]...)
	b = binary.BigEndian.AppendUint32(b, routerUID)
	return EngineID(b)
}

// RouterUID returns the routerUID in an engine ID that [NewEngineID] makes of mac.
func RouterUID(id EngineID, mac [6]byte) (uint32, bool) {
	if len(id) != 15 || id[:11] != NewEngineID(mac, 0)[:11] {
		return 0, false
	}
	return binary.BigEndian.Uint32([]byte(id[11:])), true
}

// ParseEngineID reads hex, with or without 0x. The error wraps [ErrEngineID].
func ParseEngineID(s string) (EngineID, error) {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("%w: not hexadecimal", ErrEngineID)
	}
	return EngineID(b), EngineID(b).Valid()
}

// String returns 0x and hex, as createUser -e of snmptrapd takes it.
func (e EngineID) String() string { return "0x" + hex.EncodeToString([]byte(e)) }

// ErrEngineID is the error of an engine ID that is not 5 to 32 octets, or is
// all 00 or all ff (RFC 3411 section 5).
var ErrEngineID = errors.New("invalid engine ID")

// Valid returns an error that wraps [ErrEngineID] if e is none.
func (e EngineID) Valid() error {
	if len(e) < 5 || len(e) > 32 {
		return fmt.Errorf("%w: %d octets, not 5 to 32", ErrEngineID, len(e))
	}
	for i := range len(e) {
		if e[i] != e[0] || e[i] != 0x00 && e[i] != 0xff {
			return nil
		}
	}
	return fmt.Errorf("%w: all octets %#02x", ErrEngineID, e[0])
}

// ContextName returns the name of a virtual router's context: routerN, N being
// the low 24 bits of its routerUID.
func ContextName(routerUID uint32) string {
	return "router" + strconv.FormatUint(uint64(routerUID&0xffffff), 10)
}

// MaxEngineTime is the largest engine time, and the value at which boots latches.
const MaxEngineTime = math.MaxInt32

// errSalts is the error of sealing with DES when the salts of a boots value are
// used up (RFC 3414 section 8.1.1.1) and there is no larger one: boots has
// reached its end, or cannot be made durable.
var errSalts = errors.New("no unused DES salt left")

// Engine is boots and time of an SNMP engine (RFC 3414 section 2.2), shared by
// all virtual routers of a process. It is safe for concurrent use: what changes
// together is one value behind an atomic pointer.
type Engine struct {
	clock func() time.Time
	epoch atomic.Pointer[epoch]
	des   [side.Count]atomic.Uint64 // boots, then the salts used under it, by side

	renewing sync.Mutex // held while boots is counted up for salts
	next     func() (int32, error)
}

type epoch struct {
	boots     int32
	start, up time.Time // of engine time and of sysUpTime
}

// NewEngine starts an engine with the boots value of this run, 1 to
// 2147483647, made durable by the caller before. clock must carry a monotonic
// reading, as time.Now does; nil is time.Now.
func NewEngine(boots int32, clock func() time.Time) *Engine {
	if clock == nil {
		clock = time.Now
	}
	e := &Engine{clock: clock}
	e.Restart(boots)
	return e
}

// Restart begins anew with the next boots value, made durable by the caller
// before: at reload, and when [Engine.Worn] says so. Engine time and sysUpTime
// start at zero.
func (e *Engine) Restart(boots int32) {
	now := e.clock()
	e.epoch.Store(&epoch{boots: boots, start: now, up: now})
}

// Boots returns snmpEngineBoots.
func (e *Engine) Boots() int32 { return e.epoch.Load().boots }

// Stamp is one reading of an engine's clock.
type Stamp struct {
	Boots  int32
	Time   int32  // snmpEngineTime, seconds since boots changed, at most MaxEngineTime
	UpTime uint32 // sysUpTime, hundredths of a second, wraps after 497 days
}

// Now reads boots, time and sysUpTime together.
func (e *Engine) Now() Stamp { return e.At(e.clock()) }

// At is Now for a reading of the clock the caller has taken already. Earlier
// than the start counts as the start.
func (e *Engine) At(t time.Time) Stamp {
	p := e.epoch.Load()
	return Stamp{
		Boots:  p.boots,
		Time:   int32(min(int64(max(t.Sub(p.start), 0)/time.Second), MaxEngineTime)),
		UpTime: uint32(max(t.Sub(p.up), 0) / (10 * time.Millisecond)),
	}
}

// minID makes every ID four octets long on the wire, so that the length of a
// message says nothing about how many went before.
const minID = 0x01000000

// IDs hands out message and request identifiers. Each side has its own, so that
// secure traffic leaves no gap in ordinary numbers. It is safe for concurrent use.
type IDs struct {
	msg, request atomic.Uint32
}

// NewIDs starts both counters at a number derived from seed.
func NewIDs(seed uint32) *IDs {
	ids := new(IDs)
	ids.msg.Store(seed)
	ids.request.Store(seed)
	return ids
}

// Message returns the next msgID, 2^24 to 2^31-1.
func (ids *IDs) Message() int32 { return id(ids.msg.Add(1)) }

// Request returns the next request-id, 2^24 to 2^31-1.
func (ids *IDs) Request() int32 { return id(ids.request.Add(1)) }

func id(n uint32) int32 { return int32(minID + n%(math.MaxInt32-minID+1)) }

// randomSalt returns where the AES salts of a key start (RFC 3826 section 3.1.2.1).
func randomSalt() uint64 {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:])
}
