package grammar

// accepts reports whether a thread is a whole command as it stands.
func (r *reader) accepts(t *thread) bool {
	if !t.form.prog.accepts[t.state] {
		return false
	}
	st, ok := r.view.means(t.form, t.standing, t.form.prog.meant[t.state])
	return ok && r.view.Reaches(st.level)
}

// means returns the standing after a keyword that was left out, and whether the view
// sees it there; nil: nothing was.
func (v *View) means(f *form, st standing, meant *Keyword) (standing, bool) {
	if meant == nil {
		return st, true
	}
	return v.follow(f, st, meant, 0)
}

// whole is a thread that is a whole command, with the keyword that it implies.
func (r *reader) whole(t thread) thread {
	if k := t.form.prog.meant[t.state]; k != nil {
		r.imply(&t, k, r.tokens[len(r.tokens)-1].end)
	}
	return t
}

// imply takes a keyword that was left out at an offset.
func (r *reader) imply(t *thread, k *Keyword, at int) {
	t.secure = t.secure || k.secure
	t.standing, _ = r.view.means(t.form, t.standing, k)
	r.pool = append(r.pool, argument{key: k.key, value: k.value, prev: t.arg, word: k.full, at: span{at, at}})
	t.arg = int32(len(r.pool))
}

// args collects the arguments of a finished thread.
func (r *reader) args(t thread) Args {
	n := 0
	for i := t.arg; i > 0; i = r.pool[i-1].prev {
		n++
	}
	list := make([]argument, n)
	for i := t.arg; i > 0; i = r.pool[i-1].prev {
		n--
		list[n] = r.pool[i-1]
	}
	return Args{Form: t.form.kind, list: list}
}
