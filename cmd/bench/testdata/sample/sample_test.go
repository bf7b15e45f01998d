// Package sample has benchmarks that go well, fail and do not end.
package sample

import "testing"

func BenchmarkWell(b *testing.B) {
	for b.Loop() {
	}
	b.ReportMetric(7, "things")
}

func BenchmarkFails(b *testing.B) {
	b.Run("first", BenchmarkWell)
	b.Fatal("as it should")
}

func BenchmarkEndless(*testing.B) { select {} }
