package network

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// maxARP is how many static ARP entries a virtual router has at most.
const maxARP = 8192

var (
	errARPAddress = errors.New("address cannot be that of a host")
	errNoARP      = errors.New("no such ARP entry")
	errTooManyARP = fmt.Errorf("no more than %d static ARP entries", maxARP)
	errARPMedium  = errors.New("interface has no ARP")
	errARPMAC     = errors.New("address is not that of one station")
)

// MAC is an IEEE 802 address.
type MAC [6]byte

// String writes it as the command line does, 0090.1a00.0001.
func (m MAC) String() string {
	return fmt.Sprintf("%02x%02x.%02x%02x.%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// ARP is a static ARP entry.
type ARP struct {
	Address   netip.Addr
	Interface InterfaceID
	MAC       MAC
}

// SetARP makes or changes the static ARP entry of an address. Its interface need
// not exist.
func (r *Router) SetARP(a ARP) error {
	return r.change(func(*change) error {
		_, have := r.arp[a.Address]
		switch {
		case !Unicast(a.Address):
			return errARPAddress
		case !a.Interface.Type.Ethernet():
			return errARPMedium
		case a.MAC[0]&1 != 0 || a.MAC == MAC{}:
			return errARPMAC
		case !have && len(r.arp) == maxARP:
			return errTooManyARP
		}
		r.learn(a)
		r.arp[a.Address] = a
		r.editedARP.Note(a.Address)
		return nil
	})
}

// RemoveARP removes the static ARP entry of an address.
func (r *Router) RemoveARP(address netip.Addr) error {
	return r.change(func(*change) error {
		a, have := r.arp[address]
		if !have {
			return errNoARP
		}
		r.forget(a)
		delete(r.arp, address)
		r.editedARP.Note(a.Address)
		return nil
	})
}

// TakeEditedARP is TakeEditedInterfaces for static ARP entries, by their addresses.
func (r *Router) TakeEditedARP() (addresses []netip.Addr, all bool) { return r.editedARP.Take() }

// ARPAt returns the static ARP entry of an address.
func (r *Router) ARPAt(address netip.Addr) (a ARP, ok bool) {
	r.read(func() { a, ok = r.arp[address] })
	return a, ok
}

// ARPs returns the static ARP entries by address.
func (r *Router) ARPs() (all []ARP) {
	r.read(func() {
		for _, a := range r.arp {
			all = append(all, a)
		}
	})
	slices.SortFunc(all, func(a, b ARP) int { return a.Address.Compare(b.Address) })
	return all
}
