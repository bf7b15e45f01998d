package snmp

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"hash"
)

// Bits of msgFlags (RFC 3412 section 6.4).
const (
	flagAuth       = 0x01
	flagPriv       = 0x02
	flagReportable = 0x04
)

// usmModel is the msgSecurityModel of USM (RFC 3411).
const usmModel = 3

// Message is what goes into an SNMPv3 message beside the user and its keys.
type Message struct {
	Boots, Time   int32 // of the authoritative engine
	ID            int32 // msgID
	RequestID     int32
	ErrorStatus   int32 // error-status and error-index of a Response
	ErrorIndex    int32
	MaxSize       int32 // msgMaxSize, 484 to 2147483647; 0 is [MaxMessageSize]
	ContextEngine EngineID
	Context       string // contextName
	PDU           Tag    // PDUTrap or PDUInform
	Varbinds      []byte // the list without its header, must not lie in the buffer
}

// Sealer builds the SNMPv3 messages of one user to one authoritative engine
// (RFC 3412 section 6, RFC 3414 section 3.1) at the user's level. All that does
// not change from message to message is computed once, and it does not allocate.
// It is not safe for concurrent use: each sending goroutine has its own.
type Sealer struct {
	keys  *LocalKeys
	mac   hash.Hash    // keyed; nil without authentication
	block cipher.Block // nil without privacy
	lanes [lanes]lane
	sum   [64]byte
	plain []byte // of a message that is opened

	// tail is msgMaxSize to msgPrivacyParameters, which stay the same for up to
	// a second, for what tailOf says; MAC and salt are patched in.
	tail    []byte
	tailOf  tailOf
	macEnd  int // octets of tail from the first of the MAC to its end
	dataLen int // octets of tail that belong to msgGlobalData
}

type tailOf struct {
	boots, time, maxSize int32
	flags                byte
}

// NewSealer makes a Sealer of localised keys, see [LCD.Keys] and [User.Localize].
func NewSealer(keys *LocalKeys) (*Sealer, error) {
	s := &Sealer{keys: keys}
	if keys.level >= AuthNoPriv {
		s.mac = hmac.New(authTable[keys.auth].new, keys.authK)
	}
	var err error
	switch keys.priv {
	case NoPriv:
	case DES:
		s.block, err = des.NewCipher(keys.privK[:des.BlockSize])
	default:
		s.block, err = aes.NewCipher(keys.privK)
	}
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", keys.user, err)
	}
	return s, nil
}

// borrow returns a Sealer of the keys, whether to seal or to open with. It is to be
// given back.
func (k *LocalKeys) borrow() (*Sealer, error) {
	if s, ok := k.idle.Get().(*Sealer); ok {
		return s, nil
	}
	return NewSealer(k)
}

func (k *LocalKeys) giveBack(s *Sealer) { k.idle.Put(s) }

// Level returns the level messages are sealed at.
func (s *Sealer) Level() SecurityLevel { return s.keys.level }

// User returns the name in msgUserName.
func (s *Sealer) User() string { return s.keys.user }

// Engine returns the authoritative engine.
func (s *Sealer) Engine() EngineID { return s.keys.engine }

// Seal resets buf and builds a message in it; the result is valid until buf is
// used again. The reportable flag is set for confirmed PDUs only. Errors are
// [ErrTooBig] and [errSalts].
func (s *Sealer) Seal(buf *Buffer, m *Message) ([]byte, error) {
	if err := s.open(&s.lanes[0], buf, m); err != nil {
		return nil, err
	}
	s.encrypt(s.lanes[:1])
	return s.finish(&s.lanes[0], m)
}

// SealAll is Seal of many messages, each in a buffer of its own, to which wire
// then refers. It returns how many it has made before an error. It takes less
// time than that many calls of Seal: see [lanes].
func (s *Sealer) SealAll(bufs []Buffer, messages []Message, wire [][]byte) (int, error) {
	for done := 0; done < len(messages); {
		n, failed := 0, error(nil)
		for ; n < min(lanes, len(messages)-done) && failed == nil; n++ {
			failed = s.open(&s.lanes[n], &bufs[done+n], &messages[done+n])
		}
		if failed != nil {
			n--
		}
		s.encrypt(s.lanes[:n])
		for i := range n {
			var err error
			if wire[done], err = s.finish(&s.lanes[i], &messages[done]); err != nil {
				return done, err
			}
			done++
		}
		if failed != nil {
			return done, failed
		}
	}
	return len(messages), nil
}

// open puts what is to be encrypted.
func (s *Sealer) open(l *lane, buf *Buffer, m *Message) error {
	l.buf = buf
	buf.resetPadded(des.BlockSize)
	buf.putPDUWith(m.PDU, m.RequestID, m.ErrorStatus, m.ErrorIndex, m.Varbinds)
	buf.PutString(TagOctetString, m.Context)
	buf.PutString(TagOctetString, string(m.ContextEngine))
	buf.PutHeader(TagSequence, buf.Len())
	k := s.keys
	if k.priv == NoPriv {
		return nil
	}
	var err error
	if l.salt, err = k.salt(); err != nil {
		l.buf = nil
		return fmt.Errorf("user %s: %w", k.user, err)
	}
	if k.priv == DES {
		// Padded only as needed (RFC 3414 section 8.1.1.2).
		buf.pad(-buf.Len() & (des.BlockSize - 1))
		return nil
	}
	// Boots and time are the authoritative engine's (RFC 3826 section 3.1.2.1).
	binary.BigEndian.PutUint32(l.iv[0:], uint32(m.Boots))
	binary.BigEndian.PutUint32(l.iv[4:], uint32(m.Time))
	binary.BigEndian.PutUint64(l.iv[8:], l.salt)
	return nil
}

// finish puts what stands before it, and the MAC over all of it.
func (s *Sealer) finish(l *lane, m *Message) ([]byte, error) {
	buf, k := l.buf, s.keys
	l.buf = nil
	if k.priv != NoPriv {
		buf.PutHeader(TagOctetString, buf.Len())
	}
	want := tailOf{boots: m.Boots, time: m.Time, maxSize: m.MaxSize, flags: k.level.flags()}
	if Confirmed(m.PDU) {
		want.flags |= flagReportable
	}
	if s.tail == nil || s.tailOf != want {
		s.buildTail(want)
	}
	buf.PutRaw(s.tail)
	macAt := buf.Len() - len(s.tail) + s.macEnd // from the end of the message
	if k.priv != NoPriv {
		p := buf.Bytes()[len(s.tail)-saltLen:]
		binary.BigEndian.PutUint64(p, l.salt)
	}
	mark := buf.Len() - s.dataLen
	buf.putInt(TagInteger, int64(m.ID))
	buf.Wrap(TagSequence, mark)
	buf.PutRawString("\x02\x01\x03") // msgVersion
	buf.PutHeader(TagSequence, buf.Len())

	msg := buf.Bytes()
	if len(msg) > MaxMessageSize {
		return nil, ErrTooBig
	}
	if s.mac != nil {
		s.mac.Reset()
		s.mac.Write(msg)
		copy(msg[len(msg)-macAt:], s.mac.Sum(s.sum[:0])[:k.auth.macLen()])
	}
	return msg, nil
}

// buildTail encodes what lies between msgID and msgData.
func (s *Sealer) buildTail(of tailOf) {
	k := s.keys
	var buf Buffer
	put := func(n int) {
		clear(buf.reserve(n))
		buf.PutHeader(TagOctetString, n)
	}
	if k.priv != NoPriv {
		put(saltLen)
	} else {
		put(0)
	}
	put(k.auth.macLen())
	s.macEnd = buf.Len() - 2
	buf.PutString(TagOctetString, k.user)
	buf.putInt(TagInteger, int64(of.time))
	buf.putInt(TagInteger, int64(of.boots))
	buf.PutString(TagOctetString, string(k.engine))
	buf.PutHeader(TagSequence, buf.Len())
	buf.PutHeader(TagOctetString, buf.Len())

	mark := buf.Len()
	buf.putInt(TagInteger, usmModel)
	buf.PutString(TagOctetString, string([]byte{of.flags}))
	size := of.maxSize
	if size == 0 {
		size = MaxMessageSize
	}
	buf.putInt(TagInteger, int64(size))
	s.dataLen = buf.Len() - mark
	s.tail, s.tailOf = append(s.tail[:0], buf.Bytes()...), of
}
