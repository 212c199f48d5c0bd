package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"

	"pgregory.net/rapid"
)

// outcomesKeepOrder: also of batches that wait together.
func (s suite) outcomesKeepOrder(t *testing.T) {
	store, gate := s.openHeld(t)
	var o Outcomes
	gate.Hold()
	store.Commit([]ledger.Change{Waiting("c")}, o.Of(0))
	gate.Reached()
	for i := 1; i <= 100; i++ {
		store.Commit([]ledger.Change{Words(int64(i), "c")}, o.Of(i))
	}
	gate.Release(nil)
	if err := store.Writable(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, got := range o.Order {
		if got != i || o.Errs[i] != nil {
			t.Fatalf("outcome %d is of batch %d: %v", i, got, o.Errs[i])
		}
	}
	if len(o.Order) != 101 || len(Seqs(t, store, "c")) != 100 {
		t.Errorf("%d outcomes, stored %v", len(o.Order), Seqs(t, store, "c"))
	}
}

// unknown is a change that no store knows.
type unknown struct{}

// Durable makes it a change.
func (unknown) Durable() {}

// allOrNothing: of a batch with one change that fails nothing is written.
func (s suite) allOrNothing(t *testing.T) {
	for name, bad := range map[string]ledger.Change{
		"entry of no chat":  Words(2, "d"),
		"a Seq twice":       Words(1, "c"),
		"name of another":   ledger.SaveAgent{Agent: roster.Agent{JID: "b@x", Name: "A", Capacity: 1}},
		"an unknown change": unknown{},
	} {
		t.Run(name, func(t *testing.T) {
			store := s.open(t)
			Must(t, store, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Capacity: 1}}, Waiting("c"), Words(1, "c"))
			outcome := Commit(store, ledger.SaveChat{Chat: chat.Chat{ID: "e", Place: 9}}, Words(9, "c"), ledger.ClaimSeat{Chat: "c", Agent: "a@x"}, bad)
			if outcome.Err == nil || errors.Is(outcome.Err, ledger.ErrFailed) {
				t.Errorf("outcome %v", outcome.Err)
			}
			chats, err := store.Chats(t.Context(), true)
			if err != nil || len(chats) != 1 || chats[0].Agent != "" || len(Seqs(t, store, "c")) != 1 {
				t.Errorf("chats %+v, entries %v, %v", chats, Seqs(t, store, "c"), err)
			}
			if err := store.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: "f", Place: 3}})
			if seq, _, place, err := store.Marks(t.Context()); seq != 1 || place != 3 || err != nil {
				t.Errorf("marks %d %d, %v", seq, place, err)
			}
		})
	}
}

// failedBatchStopsLaterOnes: in any sequence of batches that wait together, the
// ones before the first bad batch are on disk and none after it.
func (s suite) failedBatchStopsLaterOnes(t *testing.T) {
	store, gate := s.openHeld(t)
	seq, round := int64(0), 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		id := chat.ID(fmt.Sprint("c", round))
		bad := rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(rt, "bad")
		var o Outcomes
		gate.Hold()
		store.Commit([]ledger.Change{Waiting(id)}, o.Of(0))
		gate.Reached()
		var want []int64
		for i, isBad := range bad {
			seq++
			changes := []ledger.Change{Words(seq, id)}
			if isBad {
				changes = append(changes, Words(seq, "unknown"))
			} else if !slices.Contains(bad[:i], true) {
				want = append(want, seq)
			}
			store.Commit(changes, o.Of(i+1))
		}
		gate.Release(nil)
		if err := store.Reset(t.Context()); err != nil {
			rt.Fatal(err)
		}
		checkPrefix(rt, &o, len(want), len(bad)+1)
		if got := Seqs(t, store, id); !slices.Equal(got, want) {
			rt.Fatalf("stored %v, want %v", got, want)
		}
	})
}

// checkPrefix checks that the first good batches after the opening one went
// well, and no other of all.
func checkPrefix(rt *rapid.T, o *Outcomes, good, all int) {
	if len(o.Order) != all {
		rt.Fatalf("%d outcomes of %d batches", len(o.Order), all)
	}
	for i, got := range o.Order {
		err := o.Errs[i]
		if got != i || (err == nil) != (i <= good) {
			rt.Fatalf("outcome %d of batch %d: %v, want %d good", i, got, err, good)
		}
		if errors.Is(err, ledger.ErrFailed) != (i > good+1) {
			rt.Fatalf("batch %d: %v, the bad one is %d", i, err, good+1)
		}
	}
}

// refusedCommit: what the disk refuses, and what came after it, is not there;
// once it is reset the store takes the same again.
func (s suite) refusedCommit(t *testing.T) {
	store, gate := s.openHeld(t)
	Must(t, store, Waiting("c"))
	refusal := errors.New("disk full")
	var o Outcomes
	gate.Hold()
	store.Commit([]ledger.Change{Words(1, "c")}, o.Of(0))
	gate.Reached()
	store.Commit([]ledger.Change{Words(2, "c")}, o.Of(1))
	gate.Release(refusal)
	if err := store.Writable(t.Context()); !errors.Is(err, ledger.ErrFailed) {
		t.Errorf("writable while failing: %v", err)
	}
	if !errors.Is(o.Errs[0], refusal) || !errors.Is(o.Errs[1], ledger.ErrFailed) || !errors.Is(o.Errs[1], refusal) {
		t.Fatalf("outcomes %v", o.Errs)
	}
	if got := Seqs(t, store, "c"); got != nil {
		t.Errorf("stored %v", got)
	}
	if err := store.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	Must(t, store, Words(1, "c"))
	if got := Seqs(t, store, "c"); !slices.Equal(got, []int64{1}) {
		t.Errorf("stored %v after reset", got)
	}
}

// tokensStandAlone: a batch of the desk that failed does not stop logins.
func (s suite) tokensStandAlone(t *testing.T) {
	store := s.open(t)
	if c := Commit(store, Words(1, "unknown")); c.Err == nil {
		t.Fatal("an entry of no chat was stored")
	}
	if err := store.IssueToken(t.Context(), "v@x", []byte("h"), Second(9)); err != nil {
		t.Errorf("issue while failing: %v", err)
	}
	if err := store.Writable(t.Context()); !errors.Is(err, ledger.ErrFailed) {
		t.Errorf("writable while failing: %v", err)
	}
	if c := Commit(store, Waiting("c")); !errors.Is(c.Err, ledger.ErrFailed) {
		t.Errorf("commit while failing: %v", c.Err)
	}
	if err := store.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Writable(t.Context()); err != nil {
		t.Errorf("writable after reset: %v", err)
	}
}

func (s suite) closeCommitsWhatIsQueued(t *testing.T) {
	database := s.create(t)
	store := open(t, database, nil)
	for i := range 500 {
		store.Commit([]ledger.Change{Waiting("c"), Words(int64(i+1), "c")}, func(c ledger.Committed) {
			if c.Err != nil {
				t.Error(c.Err)
			}
		})
	}
	for range 2 {
		if err := store.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c := Commit(store, Waiting("d")); c.Err == nil {
		t.Error("a closed store commits")
	}
	if err := store.Reset(t.Context()); err == nil {
		t.Error("a closed store is reset")
	}
	if n := len(Seqs(t, open(t, database, nil), "c")); n != 500 {
		t.Errorf("%d entries stored", n)
	}
}

// waitingEndsWithItsContext: waiting for a commit, and for the end.
func (s suite) waitingEndsWithItsContext(t *testing.T) {
	store, gate := s.openHeld(t)
	gate.Hold()
	store.Commit([]ledger.Change{Waiting("c")}, func(ledger.Committed) {})
	gate.Reached()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	for name, err := range map[string]error{
		"writable": store.Writable(ctx),
		"reset":    store.Reset(ctx),
		"issue":    store.IssueToken(ctx, "v@x", []byte("h"), Second(1)),
		"close":    store.Close(ctx),
	} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gate.Release(nil)
	if err := store.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
