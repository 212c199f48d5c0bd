package sqlite

import (
	"slices"
	"testing"
	"time"

	"frontdesk/ledger"
	"frontdesk/store/storetest"
)

const (
	purgeChats = 4000 // of 20 entries
	purgeEvery = time.Millisecond
	quietWords = 2000
)

// BenchmarkPurge measures how long a word takes to be on disk, said one after
// the other with a millisecond between them, at first in quiet and then while
// thousands of chats are removed; ratio is the one 99th percentile to the other.
func BenchmarkPurge(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, Options{})
		openChats(b, s)
		seq := int64(0)
		expired(b, s, &seq, purgeChats, 20)
		quiet := words(b, s, &seq, func(n int) bool { return n == quietWords })
		purged := make(chan error, 1)
		b.StartTimer()
		begun := time.Now()
		go func() {
			removed, err := s.Retain(b.Context(), storetest.Second(3600), time.Hour)
			if err == nil && removed != purgeChats {
				b.Errorf("removed %d chats", removed)
			}
			purged <- err
		}()
		during := words(b, s, &seq, func(int) bool { return len(purged) > 0 })
		b.StopTimer()
		if err := <-purged; err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(quiet.Microseconds()), "quiet-p99-us")
		b.ReportMetric(float64(during.Microseconds()), "purge-p99-us")
		b.ReportMetric(float64(during)/float64(quiet), "ratio")
		b.ReportMetric(time.Since(begun).Seconds(), "purge-s")
		b.StartTimer()
	}
}

// words says words until it is over, and returns the 99th percentile of what
// they took.
func words(b *testing.B, s *Store, seq *int64, over func(n int) bool) time.Duration {
	b.Helper()
	var took []time.Duration
	pause := time.NewTicker(purgeEvery)
	defer pause.Stop()
	for n := 0; !over(n); n++ {
		<-pause.C
		*seq++
		begun := time.Now()
		storetest.Must(b, s, ledger.SaveEntry{Entry: message(*seq)})
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.Logf("%d words, the longest took %v", len(took), took[len(took)-1])
	return took[len(took)*99/100]
}
