package snmp

import (
	"archive/zip"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// zones are the locations of the IANA time zone database that comes with Go.
func zones(t *testing.T) map[string]*time.Location {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]*time.Location{}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = time.LoadLocationFromTZData(f.Name, data); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	if len(all) < 500 {
		t.Fatalf("%d zones", len(all))
	}
	return all
}

// instant reads a DateAndTime, false if a field is out of the range of RFC 2579.
func instant(d [11]byte) (time.Time, bool) {
	month, day, hour, minute, second, tenth := d[2], d[3], d[4], d[5], d[6], d[7]
	valid := 1 <= month && month <= 12 && 1 <= day && day <= 31 && hour <= 23 && minute <= 59 && second <= 60 && tenth <= 9 &&
		(d[8] == '+' || d[8] == '-') && d[9] <= 13 && d[10] <= 59
	offset := 3600*int(d[9]) + 60*int(d[10])
	if d[8] == '-' {
		offset = -offset
	}
	at := time.Date(int(d[0])<<8|int(d[1]), time.Month(month), int(day), int(hour), int(minute), int(second),
		int(tenth)*int(100*time.Millisecond), time.FixedZone("", offset))
	return at, valid && at.Day() == int(day)
}

// TestDateAndTimeZones: every zone of the world, at times from before it had
// one to those to come, gives a valid value that denotes the instant.
func TestDateAndTimeZones(t *testing.T) {
	check := func(name string, at time.Time) {
		got, ok := instant(DateAndTimeOctets(at))
		if want := at.Truncate(100 * time.Millisecond); !ok || !got.Equal(want) {
			t.Errorf("%s: %v is % x", name, at, DateAndTimeOctets(at))
		}
	}
	for name, l := range zones(t) {
		failed := t.Failed()
		for at := time.Date(1840, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2050; at = at.Add(51*24*time.Hour + 7*time.Hour + 13*time.Second + 70*time.Millisecond) {
			check(name, at.In(l))
			if t.Failed() && !failed {
				break
			}
		}
	}
	for offset := -25 * 3600; offset <= 25*3600; offset += 47 {
		check("fixed", time.Date(2026, 12, 31, 23, 59, 59, 950_000_000, time.FixedZone("", offset)))
		check("fixed", time.Date(2028, 2, 29, 0, 0, 0, 0, time.FixedZone("", offset)))
	}
}

// TestDateAndTimeOffset: the offset of the zone is kept as far as the form can
// hold it.
func TestDateAndTimeOffset(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)
	for _, tc := range []struct {
		offset int
		want   string // direction and offset
	}{
		{0, "+\x00\x00"}, {3600, "+\x01\x00"}, {12*3600 + 45*60, "+\x0c\x2d"}, {-9*3600 - 30*60, "-\x09\x1e"},
		{13 * 3600, "+\x0d\x00"}, {13*3600 + 59*60, "+\x0d\x3b"}, {14 * 3600, "+\x00\x00"}, {-14 * 3600, "+\x00\x00"},
		{19*60 + 32, "+\x00\x13"}, {-30, "+\x00\x00"}, {-5*3600 - 1, "-\x05\x00"},
	} {
		d := DateAndTimeOctets(at.In(time.FixedZone("", tc.offset)))
		if got := string(d[8:]); got != tc.want {
			t.Errorf("offset %d s: % x, want % x", tc.offset, got, tc.want)
		}
	}
}

func TestDateAndTimeDoesNotAllocate(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 12, 11, 0, time.FixedZone("", 14*3600+17))
	if n := testing.AllocsPerRun(100, func() { DateAndTimeOctets(at) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
