package network

// NoteEdit notes that something about an interface has been configured.
func (r *Router) NoteEdit(index int32) { r.editedIfs.Note(index) }

// TakeEditedInterfaces returns the ifIndexes of the interfaces that have been made,
// configured or removed since it was last called; all says that all may have been.
// It is for one caller, who keeps what it has made of them.
func (r *Router) TakeEditedInterfaces() (indexes []int32, all bool) { return r.editedIfs.Take() }

// TakeEditedRoutes is TakeEditedInterfaces for static routes, by their numbers.
func (r *Router) TakeEditedRoutes() (numbers []uint64, all bool) { return r.editedRoutes.Take() }

// StaticRoute returns the static route of a number; numbers are in the order of
// configuration.
func (r *Router) StaticRoute(number uint64) (rt Route, ok bool) {
	r.read(func() {
		if s, found := r.routes.static.Get(number); found {
			rt, ok = s.route(), true
		}
	})
	return rt, ok
}

// RouteNumbers returns the numbers of the static routes, in order.
func (r *Router) RouteNumbers() (all []uint64) {
	r.read(func() { all = r.routes.static.Keys() })
	return all
}

// ConfiguredIndexes returns the ifIndexes of the interfaces that are not those of
// subscribers, in order.
func (r *Router) ConfiguredIndexes() (all []int32) {
	r.read(func() { all = r.byHand.Keys() })
	return all
}

// Configured returns the interfaces that are not those of subscribers, by ifIndex.
func (r *Router) Configured() (all []InterfaceID) {
	r.read(func() { all = make([]InterfaceID, 0, r.byHand.Len()) })
	inParts(&r.net.mu, &r.byHand, func(i *iface) { all = append(all, i.id) })
	return all
}

// EachSpecifier gives out those of the configured interfaces of a type that begin
// with a prefix, in their order, until visit says that it has enough; left is how
// many there would have been besides. visit must not use the network.
func (r *Router) EachSpecifier(t InterfaceType, prefix string, visit func(spec string) (more bool)) (left int) {
	r.read(func() { left = r.specs[t].Each(prefix, visit) })
	return left
}

// ConfiguredAt returns the interface of an ifIndex, unless it is a subscriber's.
func (r *Router) ConfiguredAt(index int32) (s Interface, ok bool) {
	r.read(func() {
		if i, found := r.byHand.Get(index); found {
			s, ok = i.snapshot(), true
		}
	})
	return s, ok
}
