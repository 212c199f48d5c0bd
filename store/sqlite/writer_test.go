package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk/ledger"
	"frontdesk/store/storetest"
)

// finish waits until everything queued so far has its outcome.
func finish(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Writable(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestD4GroupCommitKeepsOrder: what waits together is committed together.
func TestD4GroupCommitKeepsOrder(t *testing.T) {
	s, gate := openHeld(t)
	var o storetest.Outcomes
	gate.Hold()
	s.Commit([]ledger.Change{storetest.Waiting("c")}, o.Of(0))
	gate.Reached() // the first is alone in its group; these wait together
	for i := 1; i <= 99; i++ {
		s.Commit([]ledger.Change{storetest.Words(int64(i), "c")}, o.Of(i))
	}
	last := make(chan ledger.Committed, 1)
	s.Commit([]ledger.Change{storetest.Words(100, "c")}, func(c ledger.Committed) { last <- c })
	gate.Release(nil)
	if c := <-last; c.Err != nil {
		t.Fatal(c.Err)
	}
	for i, got := range o.Order {
		if got != i || o.Errs[i] != nil {
			t.Fatalf("outcome %d is of batch %d: %v", i, got, o.Errs[i])
		}
	}
	if stats := s.Stats(); stats.Commits != 2 || stats.LargestGroup != 100 || len(o.Order) != 100 {
		t.Errorf("stats %+v, %d outcomes", stats, len(o.Order))
	}
}

func TestD4GroupHasALimit(t *testing.T) {
	s, gate := openHeld(t)
	var o storetest.Outcomes
	gate.Hold()
	s.Commit([]ledger.Change{storetest.Waiting("c")}, o.Of(0))
	gate.Reached()
	for i := range 5 { // 400 operations each: two fit
		var changes []ledger.Change
		for n := range 400 {
			changes = append(changes, storetest.Words(int64(1+i*400+n), "c"))
		}
		s.Commit(changes, o.Of(1+i))
	}
	gate.Release(nil)
	finish(t, s)
	if largest := s.Stats().LargestGroup; largest != 800 {
		t.Errorf("largest group is %d", largest)
	}
	if n := len(storetest.Seqs(t, s, "c")); n != 2000 {
		t.Errorf("%d entries stored", n)
	}
}

// TestD3StatsOfAFailure: whoever watches sees that batches are refused.
func TestD3StatsOfAFailure(t *testing.T) {
	s, gate := openHeld(t)
	storetest.Must(t, s, storetest.Waiting("c"))
	var o storetest.Outcomes
	gate.Hold()
	s.Commit([]ledger.Change{storetest.Words(1, "c")}, o.Of(0))
	gate.Reached()
	s.Commit([]ledger.Change{storetest.Words(2, "c")}, o.Of(1))
	gate.Release(errors.New("disk full"))
	if err := s.Writable(t.Context()); !errors.Is(err, ledger.ErrFailed) {
		t.Errorf("writable while failing: %v", err)
	}
	if stats := s.Stats(); !stats.Failing || stats.Failed != 2 {
		t.Errorf("stats %+v", stats)
	}
	if err := s.Reset(t.Context()); err != nil || s.Stats().Failing {
		t.Errorf("stats %+v after reset, %v", s.Stats(), err)
	}
}

// TestLoneFailureHurtsNobody: work for a login that fails is left out of its
// group, and the desk's batches around it are committed.
func TestLoneFailureHurtsNobody(t *testing.T) {
	s, gate := openHeld(t)
	storetest.Must(t, s, storetest.Waiting("c"))
	var o storetest.Outcomes
	gate.Hold()
	s.Commit([]ledger.Change{storetest.Words(1, "c")}, o.Of(0))
	gate.Reached()
	refusal := errors.New("no")
	s.Commit([]ledger.Change{storetest.Words(2, "c")}, o.Of(1))
	lone := &batch{independent: true, done: o.Of(2), work: func(*connection) (int64, error) { return 0, refusal }}
	if err := s.enqueue(t.Context(), lone); err != nil {
		t.Fatal(err)
	}
	s.Commit([]ledger.Change{storetest.Words(3, "c")}, o.Of(3))
	gate.Release(nil)
	finish(t, s)
	if !slices.Equal(o.Order, []int{0, 1, 2, 3}) || o.Errs[1] != nil || !errors.Is(o.Errs[2], refusal) || o.Errs[3] != nil {
		t.Errorf("outcomes %v %v", o.Order, o.Errs)
	}
	if got := storetest.Seqs(t, s, "c"); !slices.Equal(got, []int64{1, 2, 3}) || s.Stats().Failing {
		t.Errorf("stored %v, %+v", got, s.Stats())
	}
}

// TestFullDisk: what did not fit is refused, what was there stays, and once
// there is room again a reset is all that is needed.
func TestFullDisk(t *testing.T) {
	s := open(t, Options{})
	storetest.Must(t, s, storetest.Waiting("c"), storetest.Words(1, "c"))
	limit := func(pages int) {
		t.Helper()
		_, err := s.await(t.Context(), &batch{outside: true, independent: true, work: func(c *connection) (int64, error) {
			return 0, c.script(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // not below what is in use
	long := storetest.Words(2, "c")
	long.Entry.Text = strings.Repeat("word ", 10_000)
	if c := storetest.Commit(s, storetest.Words(3, "c"), long); c.Err == nil || !strings.Contains(c.Err.Error(), "full") {
		t.Fatalf("outcome %v", c.Err)
	}
	for range 3 { // a reset is no cure
		if err := s.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c := storetest.Commit(s, storetest.Words(3, "c"), long); c.Err == nil {
			t.Error("taken by a full disk")
		}
	}
	if got := storetest.Seqs(t, s, "c"); !slices.Equal(got, []int64{1}) {
		t.Errorf("stored %v", got)
	}
	if open, err := s.OpenChats(t.Context()); err != nil || len(open) != 1 {
		t.Errorf("open chats %v, %v: a full disk can be read", open, err)
	}
	limit(1 << 20)
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Must(t, s, storetest.Words(3, "c"), long)
	if got := storetest.Seqs(t, s, "c"); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("stored %v after reset", got)
	}
}

func TestUnknownChangeFails(t *testing.T) {
	s := open(t, Options{})
	if c := storetest.Commit(s, strange{}); !errors.Is(c.Err, ErrNotSupported) {
		t.Errorf("outcome %v", c.Err)
	}
}

type strange struct{}

func (strange) Durable() {}
