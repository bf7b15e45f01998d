package notify

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what answers say of a receiver.
type Verdict int

const (
	Undecided Verdict = iota // no answer decides
	Correct
	Wrong
	verdicts
)

// String is the verdict in a word.
func (v Verdict) String() string { return [...]string{"undecided", "correct", "wrong"}[v] }

// Verdicts counts them.
type Verdicts [verdicts]uint64

func (v Verdicts) plus(w Verdicts) Verdicts {
	for i := range v {
		v[i] += w[i]
	}
	return v
}

// Sum is the verdict of them all: that of the worst one that was decided.
func (v Verdicts) Sum() Verdict {
	switch {
	case v[Wrong] > 0:
		return Wrong
	case v[Correct] > 0:
		return Correct
	}
	return Undecided
}

// Answers counts what came back for messages.
type Answers struct {
	Responses   uint64
	Reports     []ReportCount // by counter, in the order of their names
	Unreachable uint64        // for which an ICMP message came
	Other       uint64        // that are neither a Response nor a Report, or not readable
	Nothing     uint64        // messages without an answer
}

// ReportCount is how many Reports told of a counter.
type ReportCount struct {
	Counter string
	Count   uint64
}

// report counts Reports of a counter. a.Reports is not changed, but replaced.
func (a *Answers) report(counter string, n uint64) {
	a.Reports = slices.Clone(a.Reports)
	i, found := slices.BinarySearchFunc(a.Reports, counter, func(r ReportCount, name string) int { return strings.Compare(r.Counter, name) })
	if !found {
		a.Reports = slices.Insert(a.Reports, i, ReportCount{Counter: counter})
	}
	a.Reports[i].Count += n
}

func (a Answers) plus(b Answers) Answers {
	a.Responses += b.Responses
	a.Unreachable += b.Unreachable
	a.Other += b.Other
	a.Nothing += b.Nothing
	for _, r := range b.Reports {
		a.report(r.Counter, r.Count)
	}
	return a
}

// any reports whether the receiver itself has answered.
func (a *Answers) any() bool { return a.Responses+a.Other > 0 || len(a.Reports) > 0 }

// String is what came back in words, such as "1 Response, nothing to 2".
func (a Answers) String() string {
	var all []string
	add := func(n uint64, what string) {
		if n > 0 {
			all = append(all, fmt.Sprint(n, " ", what))
		}
	}
	add(a.Responses, "Response")
	for _, r := range a.Reports {
		add(r.Count, "Report "+r.Counter)
	}
	add(a.Other, "unreadable")
	add(a.Unreachable, "ICMP unreachable")
	switch {
	case a.Nothing > 0 && len(all) == 0:
		return "nothing"
	case a.Nothing > 0:
		all = append(all, fmt.Sprint("nothing to ", a.Nothing))
	}
	return strings.Join(all, ", ")
}

// judge says whether a receiver has done what is due. unanswered is how many of
// the messages of one fault had no answer, of those with identifiers of their
// own; heard tells that the receiver would have answered.
func (d due) judge(informs bool, a *Answers, unanswered int, heard bool) Verdict {
	if !informs {
		if a.any() { // there is no answer to a trap (RFC 3412 section 7.1 step 3)
			return Wrong
		}
		return Undecided
	}
	silent := Undecided
	if heard {
		silent = Correct
		if d.duty == takes || d.duty == reports {
			silent = Wrong
		}
	}
	told := len(a.Reports) > 0
	other := a.Other > 0 || slices.ContainsFunc(a.Reports, func(r ReportCount) bool { return d.counter != "" && r.Counter != d.counter })
	switch {
	case d.duty == open:
		return Undecided
	case d.duty == takes && (told || other), d.duty != takes && a.Responses > 0, d.duty == discards && a.any(), other:
		return Wrong
	case unanswered > 0:
		return silent
	}
	return Correct
}
