package securelog

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func newMirrorLog(t testing.TB, capacity int) *MirrorLog {
	t.Helper()
	l, err := NewMirrorLog(capacity, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func sampleFailure() *Failure {
	return &Failure{
		Time: noon, MirrorID: 0x3fffffff, SessionID: 0xffffffff,
		Username: "jwbooth@isptheatre.com", Router: "default", Source: "radiusLogin",
		TriggerType: "username", Trigger: "jwbooth@isptheatre.com",
		ErrorCause: "noResources", Message: "analyzer interface is missing",
	}
}

func TestMirrorLog(t *testing.T) {
	long := strings.Repeat("y", 300)
	for _, tc := range []struct {
		name   string
		change func(*Failure)
		want   func(*Failure) // applied to the sample
	}{
		{"whole", func(*Failure) {}, func(*Failure) {}},
		{"zero", func(f *Failure) { *f = Failure{} }, func(f *Failure) { *f = Failure{Time: time.Time{}} }},
		{"longest texts fit", func(f *Failure) {
			f.Username, f.Router, f.Source, f.TriggerType, f.Trigger, f.ErrorCause, f.Message = long[:255], long[:255], long[:255], long[:255], long[:255], long[:255], long[:255]
		}, func(f *Failure) {
			f.Username, f.Router, f.Source, f.TriggerType, f.Trigger, f.ErrorCause, f.Message = long[:255], long[:255], long[:255], long[:255], long[:255], long[:255], long[:255]
		}},
		{"cut", func(f *Failure) { f.Message = long }, func(f *Failure) { f.Message, f.Truncated = long[:255]+truncationMark, true }},
		{"hostile", func(f *Failure) { f.Trigger = "\x1b]0;x\a" }, func(f *Failure) { f.Trigger = `\x1b]0;x\x07` }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newMirrorLog(t, 2)
			in, want := sampleFailure(), sampleFailure()
			tc.change(in)
			tc.want(want)
			l.Append(in)
			status, failures := l.Read()
			if status != (Status{On: true, Held: 1, Capacity: 2}) {
				t.Errorf("status %+v", status)
			}
			if got := slices.Collect(failures); len(got) != 1 || got[0] != *want {
				t.Errorf("got  %+v\nwant %+v", got, *want)
			}
		})
	}
}

func TestMirrorLogWrapsAndWipes(t *testing.T) {
	l := newMirrorLog(t, 3)
	for n := range 5 {
		f := sampleFailure()
		f.MirrorID = uint32(n)
		l.Append(f)
	}
	status, failures := l.Read()
	if status != (Status{On: true, Held: 3, Capacity: 3, Overwritten: 2}) {
		t.Errorf("status %+v", status)
	}
	var ids []uint32
	for f := range failures {
		ids = append(ids, f.MirrorID)
	}
	if !slices.Equal(ids, []uint32{2, 3, 4}) {
		t.Errorf("got %v", ids)
	}
	l.Clear()
	if bytes.ContainsFunc(l.ring.mem, func(r rune) bool { return r != 0 }) {
		t.Error("memory is not 0 after Clear")
	}
	if status, _ := l.Read(); status != (Status{On: true, Capacity: 3}) {
		t.Errorf("after Clear: %+v", status)
	}
}
