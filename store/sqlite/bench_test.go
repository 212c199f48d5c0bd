package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
	"frontdesk/store/storetest"
)

const (
	benchWriters = 256
	benchChats   = 1000
	benchAgents  = 20
)

// BenchmarkStore256Writers measures acknowledged messages: 256 writers, each
// waiting for its message to be on disk before the next, in 1,000 open chats.
// fsync-us is the disk's own time for a sync of 64 KiB, measured beside it.
func BenchmarkStore256Writers(b *testing.B) {
	s := open(b, Options{})
	openChats(b, s)
	sync := syncTime(b, b.TempDir())
	var seq, refused atomic.Int64
	b.ResetTimer()
	inParallel(benchWriters, func(int) {
		done := make(chan ledger.Committed, 1)
		for n := seq.Add(1); n <= int64(b.N); n = seq.Add(1) {
			s.Commit([]ledger.Change{ledger.SaveEntry{Entry: message(n)}}, func(c ledger.Committed) { done <- c })
			if c := <-done; c.Err != nil {
				refused.Add(1)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(sync.Microseconds()), "fsync-us")
	b.ReportMetric(float64(s.Stats().Operations)/float64(s.Stats().Commits), "ops/commit")
	stored, err := s.count(b.Context(), "SELECT count(*) FROM entries")
	if err != nil || stored != int64(b.N) || refused.Load() != 0 {
		b.Fatalf("sent %d, stored %d, refused %d, %v", b.N, stored, refused.Load(), err)
	}
}

// openChats fills the store with agents and chats, every one with a seat.
func openChats(b *testing.B, s *Store) {
	b.Helper()
	var changes []ledger.Change
	for i := range benchAgents {
		changes = append(changes, ledger.SaveAgent{Agent: roster.Agent{
			JID: agentJID(i), Name: fmt.Sprint("Agent ", i), Queues: []string{"support"}, Capacity: benchChats / benchAgents,
		}})
	}
	for i := range benchChats {
		id := chatID(int64(i))
		changes = append(changes,
			ledger.SaveChat{Chat: chat.Chat{ID: id, Visitor: visitorJID(id), Queue: "support", Place: int64(i), Opened: time.Now()}},
			ledger.ClaimSeat{Chat: id, Agent: agentJID(i % benchAgents)})
	}
	for i, granted := range storetest.Must(b, s, changes...) {
		if !granted {
			b.Fatal("no seat for chat", i)
		}
	}
}

func agentJID(i int) roster.AgentJID { return roster.AgentJID(fmt.Sprintf("agent%d@example.com", i)) }

func chatID(i int64) chat.ID { return chat.ID(fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15)) }

func visitorJID(id chat.ID) roster.VisitorJID {
	return roster.VisitorJID("visitor-" + string(id) + "@chat.example.com")
}

func message(n int64) ledger.Entry {
	id := chatID(n % benchChats)
	return ledger.Entry{
		Seq: n, Chat: id, Visitor: visitorJID(id), Author: ledger.FromVisitor, Agent: agentJID(int(n % benchAgents)), AgentName: "Alice",
		ID: fmt.Sprintf("m%015x", n), Ref: "purple1f2e3d4c", Lang: "en", At: time.Now(), Outbox: n, WantReceipt: true,
		Text: "Hello, I have a question about my last order: when will it arrive?",
	}
}

// inParallel runs f n times at once and waits for all.
func inParallel(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

// syncTime is the median time of a sync of 64 KiB appended to a file in dir.
func syncTime(b *testing.B, dir string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var times []time.Duration
	for range 51 {
		if _, err := f.Write(make([]byte, 64<<10)); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times[len(times)/2]
}
