package snmp

import (
	"errors"
	"fmt"

	"mirrorsh/trapcore/side"
)

// desSaltBits is the size of the counter in a DES salt. Above it stands the side.
const desSaltBits = 31

// Before the counter is at its end there is time to make the next boots value
// durable: it is tried at the beginning of the last desReserve salts and again
// after every desRetry of them.
const (
	desReserve = 1 << 20
	desRetry   = 1 << 14
)

// SetNextBoots says how the next boots value is made durable, for when the DES
// salts of one are used up. Call it before anything is sealed.
func (e *Engine) SetNextBoots(next func() (int32, error)) { e.next = next }

// desSalt returns a salt for DES: boots of the sending engine, whoever is
// authoritative, and a number not used under it (RFC 3414 section 8.1.1.1). One
// counter serves all keys of a side, so that no salt returns with a key however
// often users are removed and made again; the side is the number's top bit, so
// that the sides share no counter and no salt.
func (e *Engine) desSalt(of side.Side) (uint64, error) {
	for {
		old := e.des[of].Load()
		boots, n := uint32(e.Boots()), uint32(old)+1
		switch {
		case boots > uint32(old>>32):
			n = 0
		case n>>desSaltBits != 0:
			if err := e.renew(of, uint32(old>>32)); err != nil {
				return 0, err
			}
			continue
		default:
			// A caller that still saw the boots value before must not set it back.
			boots = uint32(old >> 32)
		}
		if !e.des[of].CompareAndSwap(old, uint64(boots)<<32|uint64(n)) {
			continue
		}
		if left := 1<<desSaltBits - n; left <= desReserve && left%desRetry == 0 {
			_ = e.renew(of, boots) // tried again as long as there are salts
		}
		return uint64(boots)<<32 | uint64(of)<<desSaltBits | uint64(n), nil
	}
}

// renew gets salts of a boots value after the one that is used up. The ordinary
// side counts snmpEngineBoots up: engine time starts at zero, sysUpTime goes on.
// The secure side takes the value for its salts alone, so that nobody sees boots
// change for what it has sent.
func (e *Engine) renew(of side.Side, used uint32) error {
	e.renewing.Lock()
	defer e.renewing.Unlock()
	if uint32(e.des[of].Load()>>32) > used || uint32(e.Boots()) > used {
		return nil // somebody else has done it
	}
	if e.next == nil {
		return errSalts
	}
	boots, err := e.next()
	switch {
	case err != nil:
		return errors.Join(errSalts, fmt.Errorf("boots: %w", err))
	case boots < 0 || uint32(boots) <= used:
		return errSalts
	}
	if of == side.Ordinary {
		p := e.epoch.Load()
		e.epoch.Store(&epoch{boots: boots, start: e.clock(), up: p.up})
		return nil
	}
	for {
		old := e.des[of].Load()
		if uint32(old>>32) >= uint32(boots) || e.des[of].CompareAndSwap(old, uint64(boots)<<32) {
			return nil
		}
	}
}
