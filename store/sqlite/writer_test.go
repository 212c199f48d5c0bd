package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"

	"pgregory.net/rapid"
)

// held is a store whose commits wait at a gate.
type held struct {
	*Store
	reached chan struct{} // the writer stands at the gate
	verdict chan error    // lets it pass
	free    chan struct{} // closed: everything passes
}

func openHeld(t testing.TB) *held {
	h := &held{reached: make(chan struct{}), verdict: make(chan error), free: make(chan struct{})}
	h.Store = open(t, Options{BeforeCommit: func() error {
		select {
		case h.reached <- struct{}{}:
			return <-h.verdict
		case <-h.free:
			return nil
		}
	}})
	return h
}

// pass lets n commits happen.
func (h *held) pass(n int) {
	for range n {
		<-h.reached
		h.verdict <- nil
	}
}

// outcomes records what done was told, in order.
type outcomes struct {
	order []int
	errs  []error
}

func (o *outcomes) done(i int) func(ledger.Committed) {
	return func(c ledger.Committed) {
		o.order = append(o.order, i)
		o.errs = append(o.errs, c.Err)
	}
}

func chatOf(id chat.ID) ledger.SaveChat {
	return ledger.SaveChat{Chat: chat.Chat{ID: id, Visitor: "v@chat.example.com", Queue: "support"}}
}

func words(seq int64, id chat.ID) ledger.SaveEntry {
	return ledger.SaveEntry{Entry: ledger.Entry{Seq: seq, Chat: id, Visitor: "v@chat.example.com", Text: "hello"}}
}

func seqs(t testing.TB, s *Store, id chat.ID) (all []int64) {
	t.Helper()
	entries, err := s.Transcript(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Seq)
	}
	return all
}

func TestD4GroupCommitKeepsOrder(t *testing.T) {
	h := openHeld(t)
	var o outcomes
	h.Commit([]ledger.Change{chatOf("c")}, o.done(0))
	<-h.reached // the first is alone in its group; these wait together
	for i := 1; i <= 100; i++ {
		h.Commit([]ledger.Change{words(int64(i), "c")}, o.done(i))
	}
	h.verdict <- nil
	h.pass(1)
	finish(t, h)
	for i, got := range o.order {
		if got != i || o.errs[i] != nil {
			t.Fatalf("outcome %d is of batch %d: %v", i, got, o.errs[i])
		}
	}
	if stats := h.Stats(); stats.Commits != 3 || stats.LargestGroup != 100 || len(o.order) != 101 {
		t.Errorf("stats %+v, %d outcomes", stats, len(o.order))
	}
}

func TestD4GroupHasALimit(t *testing.T) {
	h := openHeld(t)
	var o outcomes
	h.Commit([]ledger.Change{chatOf("c")}, o.done(0))
	<-h.reached
	for i := range 5 { // 400 operations each: two fit
		var changes []ledger.Change
		for n := range 400 {
			changes = append(changes, words(int64(1+i*400+n), "c"))
		}
		h.Commit(changes, o.done(1+i))
	}
	h.verdict <- nil
	h.pass(3)
	finish(t, h)
	if largest := h.Stats().LargestGroup; largest != 800 {
		t.Errorf("largest group is %d", largest)
	}
	if n := len(seqs(t, h.Store, "c")); n != 2000 {
		t.Errorf("%d entries stored", n)
	}
}

// finish waits until everything queued so far has its outcome.
func finish(t testing.TB, h *held) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = h.Writable(t.Context()) // ErrFailed in some tests, which know
	}()
	h.pass(1)
	<-done
}

// TestD3FailedBatchStopsLaterOnes: in any sequence of batches, in one group,
// the ones before the first bad batch are on disk and none after it.
func TestD3FailedBatchStopsLaterOnes(t *testing.T) {
	h := openHeld(t)
	seq, round := int64(0), 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		id := chat.ID(fmt.Sprint("c", round))
		bad := rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(rt, "bad")
		var o outcomes
		h.Commit([]ledger.Change{chatOf(id)}, o.done(0))
		<-h.reached
		var want []int64
		for i, isBad := range bad {
			seq++
			changes := []ledger.Change{words(seq, id)}
			if isBad {
				changes = append(changes, words(seq, "unknown"))
			} else if !slices.Contains(bad[:i], true) {
				want = append(want, seq)
			}
			h.Commit(changes, o.done(i+1))
		}
		reset := make(chan error, 1)
		go func() { reset <- h.Reset(t.Context()) }()
		h.verdict <- nil
		if len(want) > 0 {
			h.pass(1)
		}
		if err := <-reset; err != nil {
			rt.Fatal(err)
		}
		checkPrefix(rt, &o, len(want))
		if got := seqs(t, h.Store, id); !slices.Equal(got, want) {
			rt.Fatalf("stored %v, want %v", got, want)
		}
	})
}

// checkPrefix checks that the first good batches after the opening one went
// well, and no other.
func checkPrefix(rt *rapid.T, o *outcomes, good int) {
	for i, got := range o.order {
		err := o.errs[i]
		if got != i || (err == nil) != (i <= good) {
			rt.Fatalf("outcome %d of batch %d: %v, want %d good", i, got, err, good)
		}
		if errors.Is(err, ErrFailed) != (i > good+1) {
			rt.Fatalf("batch %d: %v, the bad one is %d", i, err, good+1)
		}
	}
}

func TestD3RefusedCommitFailsTheGroup(t *testing.T) {
	h := openHeld(t)
	h.openChat(t)
	refusal := errors.New("disk full")
	var o outcomes
	h.Commit([]ledger.Change{words(1, "c")}, o.done(0))
	<-h.reached
	h.Commit([]ledger.Change{words(2, "c")}, o.done(1))
	h.verdict <- refusal
	finish(t, h)
	if !errors.Is(o.errs[0], refusal) || !errors.Is(o.errs[1], ErrFailed) || !errors.Is(o.errs[1], refusal) {
		t.Fatalf("outcomes %v", o.errs)
	}
	if !h.Stats().Failing || h.Stats().Failed != 2 {
		t.Errorf("stats %+v", h.Stats())
	}
	if err := h.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.Commit([]ledger.Change{words(1, "c")}, o.done(2))
	h.pass(1)
	finish(t, h)
	if got := seqs(t, h.Store, "c"); !slices.Equal(got, []int64{1}) || o.errs[2] != nil {
		t.Errorf("stored %v after reset, %v", got, o.errs[2])
	}
}

// openChat opens chat c.
func (h *held) openChat(t testing.TB) {
	t.Helper()
	var o outcomes
	h.Commit([]ledger.Change{chatOf("c")}, o.done(0))
	h.pass(1)
	finish(t, h)
	if o.errs[0] != nil {
		t.Fatal(o.errs[0])
	}
}

// TestTokensStandAlone: a batch of the desk that failed does not stop logins.
func TestTokensStandAlone(t *testing.T) {
	s := open(t, Options{})
	if c := commit(t, s, words(1, "unknown")); c.Err == nil {
		t.Fatal("an entry of no chat was stored")
	}
	if err := s.IssueToken(t.Context(), "v@x", []byte("h"), instantOf(9)); err != nil {
		t.Errorf("issue while failing: %v", err)
	}
	if err := s.Writable(t.Context()); !errors.Is(err, ErrFailed) {
		t.Errorf("writable while failing: %v", err)
	}
	if c := commit(t, s, chatOf("c")); !errors.Is(c.Err, ErrFailed) {
		t.Errorf("commit while failing: %v", c.Err)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Writable(t.Context()); err != nil {
		t.Errorf("writable after reset: %v", err)
	}
}

// TestLoneFailureHurtsNobody: work for a login that fails is left out of its
// group, and the desk's batches around it are committed.
func TestLoneFailureHurtsNobody(t *testing.T) {
	h := openHeld(t)
	h.openChat(t)
	var o outcomes
	h.Commit([]ledger.Change{words(1, "c")}, o.done(0))
	<-h.reached
	refusal := errors.New("no")
	h.Commit([]ledger.Change{words(2, "c")}, o.done(1))
	lone := &batch{independent: true, done: o.done(2), work: func(*connection) (int64, error) { return 0, refusal }}
	if err := h.enqueue(t.Context(), lone); err != nil {
		t.Fatal(err)
	}
	h.Commit([]ledger.Change{words(3, "c")}, o.done(3))
	h.verdict <- nil
	h.pass(2) // what was before it, what comes after it
	finish(t, h)
	if !slices.Equal(o.order, []int{0, 1, 2, 3}) || o.errs[1] != nil || !errors.Is(o.errs[2], refusal) || o.errs[3] != nil {
		t.Errorf("outcomes %v %v", o.order, o.errs)
	}
	if got := seqs(t, h.Store, "c"); !slices.Equal(got, []int64{1, 2, 3}) || h.Stats().Failing {
		t.Errorf("stored %v, %+v", got, h.Stats())
	}
}

// TestFullDisk: what did not fit is refused, what was there stays, and once
// there is room again a reset is all that is needed.
func TestFullDisk(t *testing.T) {
	s := open(t, Options{})
	must(t, s, chatOf("c"), words(1, "c"))
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
	long := words(2, "c")
	long.Entry.Text = strings.Repeat("word ", 10_000)
	if c := commit(t, s, words(3, "c"), long); c.Err == nil || !strings.Contains(c.Err.Error(), "full") {
		t.Fatalf("outcome %v", c.Err)
	}
	if got := seqs(t, s, "c"); !slices.Equal(got, []int64{1}) {
		t.Errorf("stored %v", got)
	}
	limit(1 << 20)
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, words(3, "c"), long)
	if got := seqs(t, s, "c"); !slices.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("stored %v after reset", got)
	}
}

func TestUnknownChangeFails(t *testing.T) {
	s := open(t, Options{})
	if c := commit(t, s, strange{}); !errors.Is(c.Err, ErrNotSupported) {
		t.Errorf("outcome %v", c.Err)
	}
}

type strange struct{}

func (strange) Durable() {}

// TestSeatsUnderRace: 200 claims for 20 seats, from parallel batches.
func TestSeatsUnderRace(t *testing.T) {
	s := open(t, Options{})
	const agents, capacity, claims = 4, 5, 200
	for i := range agents {
		must(t, s, ledger.SaveAgent{Agent: roster.Agent{JID: agentJID(i), Name: fmt.Sprint(i), Capacity: capacity}})
	}
	granted := make(chan bool, claims)
	inParallel(claims, func(i int) {
		id := chat.ID(fmt.Sprint("c", i))
		done := make(chan ledger.Committed, 1)
		s.Commit([]ledger.Change{chatOf(id), ledger.ClaimSeat{Chat: id, Agent: agentJID(i % agents)}},
			func(c ledger.Committed) { done <- c })
		c := <-done
		granted <- c.Err == nil && c.Granted[0]
	})
	seats := 0
	for range claims {
		if <-granted {
			seats++
		}
	}
	taken := map[roster.AgentJID]int{}
	open, err := s.OpenChats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range open {
		if c.HoldsSeat() {
			taken[c.Agent]++
		}
	}
	if seats != agents*capacity || len(open) != claims {
		t.Errorf("%d claims granted, %d chats", seats, len(open))
	}
	for i := range agents {
		if taken[agentJID(i)] != capacity {
			t.Errorf("agent %d has %d chats", i, taken[agentJID(i)])
		}
	}
}
