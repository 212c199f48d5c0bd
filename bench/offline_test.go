//go:build bench

package bench_test

import (
	"context"
	"os"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

const (
	offlineAfter = 500 * time.Millisecond // [chat] offline_after of the run
	soon         = 60 * time.Second       // for what is only a matter of computing
	longest      = 60 * time.Second       // waited for one visitor to be shown as gone
	ways         = 8                      // to go
)

// Kinds of pages: one that does nothing when it is left, one that takes its
// leave, and one that says no-store, which Chromium does not keep for the way
// back.
const (
	plain  = ""
	minds  = "minds"
	unkept = "unkept"
)

// transports in the order of the table.
func transports() []string { return []string{"BOSH", "WebSocket"} }

// TestBenchOffline measures how long after a visitor has gone the agent's
// client is told, for every way to go, BENCH_OFFLINE times each, and writes the
// table to the document BENCH_DOCUMENT.
func TestBenchOffline(t *testing.T) {
	count := number("BENCH_OFFLINE", 20)
	f := openFloor(t)
	var rows []leaving
	t.Run("one at a time", func(t *testing.T) { rows = append(rows, oneByOne(t, f, count)...) })
	t.Run("all at once", func(t *testing.T) { rows = append(rows, together(t, f, count)...) })
	text := machine(count) + "\n" + offlineTable(rows)
	t.Log("\n" + text)
	if path := os.Getenv("BENCH_DOCUMENT"); path != "" && len(rows) == ways*len(transports()) {
		if err := recordOffline(path, text); err != nil {
			t.Error(err)
		}
	}
}

// oneByOne takes the ways that are seen at once, one visitor after the other.
func oneByOne(t *testing.T, f *floor, count int) []leaving {
	var rows []leaving
	b := peers.Chromium(t)
	for _, over := range transports() {
		closed := leaving{way: "tab closed", over: over, aim: quick}
		left := leaving{way: "navigation, the page takes its leave", over: over, aim: quick}
		dropped := leaving{way: "navigation, the page is not kept", over: over, aim: quick}
		for range count {
			tab := b.Tab(t)
			me := f.arrive(t, tab, over, plain)
			gone := time.Now()
			tab.Close()
			closed.add(f.noticed(t.Context(), me, gone))

			left.add(f.navigate(t, b, over, minds))
			dropped.add(f.navigate(t, b, over, unkept))
		}
		rows = append(rows, closed, left, dropped, kill(t, f, over, count))
	}
	return rows
}

// navigate leaves a page of that kind for another one and times it.
func (f *floor) navigate(t *testing.T, b *peers.Browser, over, kind string) time.Duration {
	t.Helper()
	tab := b.Tab(t)
	defer tab.Close()
	me := f.arrive(t, tab, over, kind)
	gone := time.Now()
	tab.Open("about:blank")
	return f.noticed(t.Context(), me, gone)
}

// kill ends browsers that have a page of one visitor.
func kill(t *testing.T, f *floor, over string, count int) leaving {
	killed := leaving{way: "`kill -9` of the browser", over: over, aim: quick}
	for range count {
		t.Run("kill", func(t *testing.T) {
			b := peers.Chromium(t)
			me := f.arrive(t, b, over, plain)
			gone := time.Now()
			b.Kill()
			killed.add(f.noticed(t.Context(), me, gone))
		})
	}
	return killed
}

// floor is a desk with an agent, and a site whose pages visit it.
type floor struct {
	desk  *peers.Frontdesk
	alice *peers.Agent
	site  string
}

// noticed waits until the agent is told that a visitor has gone and returns how
// long that took beyond offline_after, [longest] when it did not happen.
func (f *floor) noticed(ctx context.Context, visitor string, gone time.Time) time.Duration {
	ctx, cancel := context.WithDeadline(ctx, gone.Add(longest))
	defer cancel()
	seen, err := f.alice.Next(ctx, peers.Showing(visitor, "unavailable"))
	if err != nil {
		return longest
	}
	return seen.At.Sub(gone) - offlineAfter
}
