package agent

import "testing"

// TestLoad: a full second shows in 5 seconds, in a minute and in five, until
// they are over.
func TestLoad(t *testing.T) {
	var l load
	full := func(at int32) { l.add(at, fullLoad) }
	check := func(at, five, minute, minutes int32) {
		t.Helper()
		if a, b, c := l.percent(at, 1), l.percent(at, 12), l.percent(at, 60); a != five || b != minute || c != minutes {
			t.Errorf("at %d: %d%%, %d%%, %d%%, want %d%%, %d%%, %d%%", at, a, b, c, five, minute, minutes)
		}
	}
	check(0, 0, 0, 0)
	for at := range int32(5) {
		full(at)
	}
	check(4, 0, 0, 0) // not over yet
	check(5, 100, 8, 1)
	full(12)
	check(15, 20, 10, 2)
	check(20, 0, 10, 2)
	check(65, 0, 1, 2)
	check(299, 0, 0, 2)
	check(310, 0, 0, 0)
	full(100) // the clock does not go back, but requests may come late
	check(100_000, 0, 0, 0)
	full(100_001)
	check(100_009, 20, 1, 0)
}
