package notify

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestFaultyInformsByTheBook: a receiver by the book is found right about every
// fault of every inform, and nothing of it changes what right informs use.
func TestFaultyInformsByTheBook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, _ := informing(t, informHost(), r)
		extended(t, f)
		r.extend(t)
		time.Sleep(400 * time.Second)
		test := FaultTest{Faults: Faults(), All: true, Count: 1, Samples: sampleAll}
		report, err := f.secure.SendFault(t.Context(), test)
		if err != nil || report.Verdicts[Wrong] > 0 || report.Verdicts[Correct] == 0 {
			t.Errorf("%+v, %v", report, err)
		}
		for _, why := range report.LeftOut {
			if fault, _, _ := strings.Cut(why, ":"); !slices.ContainsFunc(mib.MirrorNotifications, func(n *mib.Notification) bool {
				return strings.Contains(why, n.Name+" ") && lacks(n, fault)
			}) {
				t.Error(why)
			}
		}
		for _, seconds := range []int{-151, -149, 149, 152} {
			if report, err := f.secure.SendFault(t.Context(), faultTest(t, "time-skew", seconds)); err != nil || report.Verdicts != (Verdicts{Correct: 1}) {
				t.Errorf("%d: %+v, %v", seconds, report, err)
			}
		}
		for _, v := range f.secure.SentFaults() {
			want := Correct
			if v.Fault.due.duty == open {
				want = Undecided
			}
			if v.Verdicts.Sum() != want {
				t.Errorf("%v: %v, %v", v.Fault, v.Answers, v.Verdicts)
			}
		}
		before := len(r.refused)
		raise(f, 1, 3)
		f.Drain(t.Context())
		if c := f.host(t, side.Secure).Counters; c.Acknowledged != 3 || len(r.refused) != before {
			t.Errorf("%+v, refused %v", c, r.refused)
		}
	})
}

// TestFaultsOfAYoungEngine: what cannot be is said.
func TestFaultsOfAYoungEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, _ := informing(t, informHost(), r)
		for _, name := range []string{"time-outside", "time-inside", "other-extension"} {
			var none *notApplicableError
			if report, err := f.secure.SendFault(t.Context(), faultTest(t, name, 0)); report.Messages != 0 || !errors.As(err, &none) || none.Fault.String() != name {
				t.Errorf("%s: %+v, %v", name, report, err)
			}
		}
		report, err := f.secure.SendFault(t.Context(), FaultTest{Faults: Faults(), All: true, Count: 2, Samples: sampleStart})
		if err != nil || len(report.LeftOut) != 3 || report.Verdicts[Wrong] > 0 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// TestReceiversThatAreWrong: each kind of wrong answer is found.
func TestReceiversThatAreWrong(t *testing.T) {
	// gullible takes what it must refuse, wary refuses what is right.
	gullible := func(r *receiver, msg []byte) []byte {
		d, err := snmp.ParseDatagram(msg)
		if err != nil {
			return []byte("what?")
		}
		m, err := d.V3()
		if err != nil {
			return []byte("what?")
		}
		return r.responseTo(m)
	}
	for _, tt := range []struct {
		name   string
		answer func(r *receiver, msg []byte) []byte
		fault  string
		want   Verdict
		back   string
	}{
		{"takes a wrong MAC", gullible, "bad-digest", Wrong, "1 Response"},
		{"takes what is not authenticated", gullible, "unauthenticated", Wrong, "1 Response"},
		{"takes boots of before", gullible, "boots-rollback", Wrong, "1 Response"},
		{"answers a Report", gullible, "report-pdu", Wrong, "1 Response"},
		{"takes what is right", gullible, "none", Correct, "1 Response"},
		{"is silent about what is right", func(*receiver, []byte) []byte { return nil }, "none", Wrong, "nothing"},
		{"is silent about a wrong MAC", func(*receiver, []byte) []byte { return nil }, "bad-digest", Wrong, "nothing"},
		{"is silent about a short MAC", func(*receiver, []byte) []byte { return nil }, "short-digest", Correct, "nothing"},
		{"refuses for another reason", (*receiver).processStrict, "unknown-user", Wrong, "1 Report usmStatsWrongDigests"},
		{"refuses what is right", (*receiver).processStrict, "none", Wrong, "1 Report usmStatsWrongDigests"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t, 1, 5)
				f, net := informing(t, informHost(), r)
				net.set(func() {
					net.answer = func(to netip.AddrPort, msg []byte) [][]byte {
						if asks(msg) {
							return r.answer(to, msg)
						}
						if b := tt.answer(r, msg); b != nil {
							return [][]byte{b}
						}
						return nil
					}
				})
				report, err := f.secure.SendFault(t.Context(), faultTest(t, tt.fault, 0))
				v := f.secure.SentFaults()[0]
				if err != nil || report.Verdicts.Sum() != tt.want || v.Verdicts.Sum() != tt.want || v.Answers.String() != tt.back {
					t.Errorf("%v, %v, %v; want %v, %s", v.Verdicts, v.Answers, err, tt.want, tt.back)
				}
			})
		})
	}
}

// TestAnswersMoveNoClock: gosnmp answers with boots and time of the message, which
// may be the fault.
func TestAnswersMoveNoClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, net := informing(t, informHost(), r)
		net.set(func() {
			net.answer = func(to netip.AddrPort, msg []byte) [][]byte {
				if asks(msg) {
					return r.answer(to, msg)
				}
				m := parseV3(t, msg)
				return [][]byte{r.replyAt(m, snmp.Stamp{Boots: 1<<31 - 1}, r.keys(), snmp.PDUResponse, nil)}
			}
		})
		test := faultTest(t, "none", 0)
		test.Count = 3 * faultBatch
		report, err := f.secure.SendFault(t.Context(), test)
		if err != nil || report.Verdicts != (Verdicts{Correct: 3 * faultBatch}) {
			t.Errorf("%+v, %v", report, err)
		}
		for _, d := range net.datagrams() {
			if p, err := parseV3(t, d.msg).USM(); err != nil || p.Boots > 5 {
				t.Fatalf("boots %d, %v", p.Boots, err)
			}
		}
	})
}

// TestSilenceDecidesNothingAlone: it does if the receiver would have answered.
func TestSilenceDecidesNothingAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, net := informing(t, informHost(), r)
		discoveries := 0
		net.set(func() {
			net.answer = func(to netip.AddrPort, msg []byte) [][]byte {
				if asks(msg) {
					if discoveries++; discoveries <= 2 {
						return r.answer(to, msg)
					}
				}
				return nil
			}
		})
		report, err := f.secure.SendFault(t.Context(), faultTest(t, "none", 0))
		if err != nil || report.Verdicts != (Verdicts{Undecided: 1}) {
			t.Errorf("%+v, %v", report, err)
		}
		if _, err := f.secure.SendFault(t.Context(), faultTest(t, "none", 0)); !errors.Is(err, errNoReceiverEngine) {
			t.Errorf("no discovery: %v", err)
		}
	})
}

// TestAnswersToTraps: there are none, and what comes is wrong.
func TestAnswersToTraps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		r := newReceiver(t, 1, 5)
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		net.set(func() {
			net.answer = func(_ netip.AddrPort, msg []byte) [][]byte { return [][]byte{r.processStrict(msg)} }
		})
		report, err := f.secure.SendFault(t.Context(), faultTest(t, "bad-digest", 0))
		if v := f.secure.SentFaults()[0]; err != nil || report.Verdicts != (Verdicts{Wrong: 1}) || v.Answers.String() != "1 Report usmStatsWrongDigests" {
			t.Errorf("%+v, %v, %v", report, v.Answers, err)
		}
	})
}

// TestNobodyListens: ICMP says so.
func TestNobodyListens(t *testing.T) {
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	h := secureHost(c.LocalAddr().(*net.UDPAddr).AddrPort())
	c.Close()
	f := newFixture(t)
	f.openSecure()
	f.setHost(t, h)
	report, err := f.secure.SendFault(t.Context(), faultTest(t, "bad-digest", 0))
	if v := f.secure.SentFaults()[0]; err != nil || report.Verdicts != (Verdicts{Undecided: 1}) || v.Answers.String() != "1 ICMP unreachable" {
		t.Errorf("%+v, %v, %v", report, v.Answers, err)
	}
	h.Informs = true
	f.setHost(t, h)
	if _, err := f.secure.SendFault(t.Context(), faultTest(t, "bad-digest", 0)); !errors.Is(err, errNoReceiverEngine) || !strings.Contains(err.Error(), "unreachable") {
		t.Error(err)
	}
}

// TestFaultsEnd: with the command, with the host, and with the network.
func TestFaultsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, informHost())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			_, err := f.secure.SendFault(ctx, faultTest(t, "none", 0))
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		go func() {
			_, err := f.secure.SendFault(t.Context(), faultTest(t, "none", 0))
			ended <- err
		}()
		synctest.Wait()
		if err := f.As(side.Clear(true)).RemoveSecureHost(informHost().Address); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, errNoHost) {
			t.Error(err)
		}
		f.setHost(t, secureHost(far))
		net.set(func() { net.sendTo = func([]byte) error { return syscall.ENETUNREACH } })
		if report, err := f.secure.SendFault(t.Context(), faultTest(t, "none", 0)); report.Messages != 0 || !errors.Is(err, syscall.ENETUNREACH) {
			t.Errorf("%+v, %v", report, err)
		}
		if got := f.secure.SentFaults(); slices.ContainsFunc(got, func(v FaultStatus) bool { return v.Messages > 0 }) {
			t.Errorf("%+v", got)
		}
	})
}

// asks reports whether a message is a discovery, of the engine or of its clock.
func asks(msg []byte) bool {
	d, err := snmp.ParseDatagram(msg)
	if err != nil {
		return false
	}
	m, err := d.V3()
	if err != nil {
		return false
	}
	p, err := m.USM()
	return err == nil && (len(p.Engine) == 0 || p.Boots == 0 && p.Time == 0)
}
