package trapcore

import (
	"sync/atomic"

	"mirrorsh/trapcore/network"
)

// interfaceSettings are what the agent of a virtual router says of interfaces.
type interfaceSettings struct {
	compressed  atomic.Bool
	withoutDown atomic.Bool
	noLinkTraps atomic.Bool
}

// Compressed reports whether the interface tables leave sublayers out.
func (x *interfaceSettings) Compressed() bool { return x.compressed.Load() }

// SetCompressed sets it.
func (x *interfaceSettings) SetCompressed(on bool) { x.compressed.Store(on) }

// WithoutDown reports whether the interface tables leave out what is
// administratively down.
func (x *interfaceSettings) WithoutDown() bool { return x.withoutDown.Load() }

// SetWithoutDown sets it.
func (x *interfaceSettings) SetWithoutDown(on bool) { x.withoutDown.Store(on) }

// LinkTraps reports whether linkUp and linkDown are raised, for interfaces that
// have them.
func (x *interfaceSettings) LinkTraps() bool { return !x.noLinkTraps.Load() }

// SetLinkTraps sets it.
func (x *interfaceSettings) SetLinkTraps(on bool) { x.noLinkTraps.Store(!on) }

// leftOut is what the interface tables leave out.
func (x *interfaceSettings) leftOut() network.Leaving {
	return network.Leaving{Sublayers: x.Compressed(), Down: x.WithoutDown()}
}
