package grammar

import "slices"

// accepts reports whether a thread is a whole command as it stands.
func (r *reader) accepts(t *thread) bool {
	if !t.form.prog.accepts[t.state] {
		return false
	}
	st := t.standing
	if s, ok := t.implied(); ok {
		if st, ok = r.view.follow(t.form, st, s); !ok {
			return false
		}
	}
	return r.view.Reaches(st.level)
}

// implied returns the keyword that goes without saying where a thread ends.
func (t *thread) implied() (s step, ok bool) {
	steps := t.form.prog.steps[t.state]
	i := slices.IndexFunc(steps, func(s step) bool { return s.kw != nil && s.kw.implied })
	if i < 0 {
		return s, false
	}
	return steps[i], true
}

// whole is a thread that is a whole command, with the keyword that it implies.
func (r *reader) whole(t thread) thread {
	s, ok := t.implied()
	if !ok {
		return t
	}
	end := r.tokens[len(r.tokens)-1].end
	r.at = span{end, end}
	return r.take(t, s, s.kw.value)
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
