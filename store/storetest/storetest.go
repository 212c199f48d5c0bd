// Package storetest is what every store has to do, whatever it is made of, as
// one suite of tests. A store runs it from a test of its own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Open { ... })
//	}
//
// What is about one kind of store alone (its files, its schema, how it is made
// durable) is tested there.
//
// Files: rows.go is what is saved and read again; claims.go seats and closed
// chats; delivery.go how far entries have come; batches.go order, failure and
// the end; tokens.go and retention.go as they say; book.go holds a store against
// [ledger.Book]. gate.go holds commits back, generate.go makes values.
package storetest

import (
	"context"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Store is what the desk, the visitors' streams and the server need of a store.
// The consumers' own ports say more of each method.
type Store interface {
	// Commit takes a batch: all of it is durable when done is called, or nothing.
	// done is called once, in the order of the calls. After a batch that failed
	// all later ones fail with [ledger.ErrFailed], until Reset.
	Commit(changes []ledger.Change, done func(ledger.Committed))
	Reset(ctx context.Context) error
	// Writable fails when the disk takes no writes, or batches are refused until
	// a reset. It returns after all that was queued before it.
	Writable(ctx context.Context) error
	// Close commits what is queued. Commits after it fail.
	Close(ctx context.Context) error

	Agents(ctx context.Context) ([]roster.Agent, error)
	Queues(ctx context.Context) ([]queue.Queue, error)
	Contacts(ctx context.Context) ([]roster.Contact, error)
	Visitors(ctx context.Context, of []roster.VisitorJID) ([]roster.Visitor, error)
	Marks(ctx context.Context) (seq, outbox, place int64, err error)

	OpenChats(ctx context.Context) ([]chat.Chat, error)
	Chats(ctx context.Context, all bool) ([]chat.Chat, error)
	Chat(ctx context.Context, id chat.ID) (chat.Chat, bool, error)
	LastChat(ctx context.Context, v roster.VisitorJID) (chat.Chat, bool, error)
	SeatsTaken(ctx context.Context, a roster.AgentJID) (int, error)

	Undelivered(ctx context.Context) ([]ledger.Entry, error)
	Said(ctx context.Context) ([]ledger.Entry, error)
	Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error)

	// Tokens work also while batches are refused.
	IssueToken(ctx context.Context, v roster.VisitorJID, hash []byte, expires time.Time) error
	UseToken(ctx context.Context, v roster.VisitorJID, hash []byte, now, newExpires time.Time) (bool, error)
	RevokeTokens(ctx context.Context, v roster.VisitorJID) error

	// Retain removes what has expired at now: resume tokens, and chats closed for
	// that long; it returns the number of chats. 0 keeps all chats.
	Retain(ctx context.Context, now time.Time, transcripts time.Duration) (removed int, err error)
}

// Open opens one database, at first an empty one, and again after it was closed.
// beforeCommit, which may be nil, is called before each commit: it may block,
// and its error makes the commit fail as if the disk had refused it.
type Open func(beforeCommit func() error) (Store, error)

// Run runs the suite. create makes a database for one test.
func Run(t *testing.T, create func(t *testing.T) Open) {
	s := suite{create}
	t.Run("FirstStart", s.firstStart)
	t.Run("RoundTripChat", s.roundTripChat)
	t.Run("RoundTripAgentAndQueue", s.roundTripAgentAndQueue)
	t.Run("ContactsAndVisitors", s.contactsAndVisitors)
	t.Run("DroppedQueueLeavesItsAgents", s.droppedQueueLeavesItsAgents)
	t.Run("AgentsHaveNamesOfTheirOwn", s.agentsHaveNamesOfTheirOwn)
	t.Run("Order", s.order)

	t.Run("ClaimSeat", s.claimSeat)
	t.Run("SeatsUnderRace", s.seatsUnderRace)
	t.Run("ClosedIsFinal", s.closedIsFinal)

	t.Run("D6Delivery", s.delivery)
	t.Run("UndeliveredOfClosedChats", s.undeliveredOfClosedChats)
	t.Run("MarksOutliveTheirRows", s.marksOutliveTheirRows)

	t.Run("D4OutcomesKeepOrder", s.outcomesKeepOrder)
	t.Run("D3AllOrNothing", s.allOrNothing)
	t.Run("D3FailedBatchStopsLaterOnes", s.failedBatchStopsLaterOnes)
	t.Run("D3RefusedCommit", s.refusedCommit)
	t.Run("TokensStandAlone", s.tokensStandAlone)
	t.Run("CloseCommitsWhatIsQueued", s.closeCommitsWhatIsQueued)
	t.Run("WaitingEndsWithItsContext", s.waitingEndsWithItsContext)

	t.Run("TokensTwoAlive", s.tokensTwoAlive)
	t.Run("TokenExpiry", s.tokenExpiry)

	t.Run("RetainKeeps", s.retainKeeps)
	t.Run("RetainRemoves", s.retainRemoves)

	t.Run("EqualsTheBook", s.equalsTheBook)
}

// suite is the tests of one kind of store.
type suite struct {
	create func(t *testing.T) Open
}

// open opens a new database until the test ends.
func (s suite) open(t *testing.T) Store { return open(t, s.create(t), nil) }

// openHeld opens a new database whose commits can be held back.
func (s suite) openHeld(t *testing.T) (Store, *Gate) {
	g := &Gate{}
	store := open(t, s.create(t), g.BeforeCommit)
	t.Cleanup(func() { g.Release(nil) }) // before the store is closed
	return store, g
}

// open opens a database until the test ends.
func open(t *testing.T, database Open, beforeCommit func() error) Store {
	t.Helper()
	store, err := database(beforeCommit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return store
}

// Commit commits a batch and returns its outcome.
func Commit(s Store, changes ...ledger.Change) ledger.Committed {
	done := make(chan ledger.Committed, 1)
	s.Commit(changes, func(c ledger.Committed) { done <- c })
	return <-done
}

// Must commits a batch that has to succeed, and returns which claims were
// granted.
func Must(t testing.TB, s Store, changes ...ledger.Change) []bool {
	t.Helper()
	c := Commit(s, changes...)
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	return c.Granted
}

// Seqs returns the Seq of all entries of a chat.
func Seqs(t testing.TB, s Store, id chat.ID) []int64 {
	t.Helper()
	entries, err := s.Transcript(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return seqsOf(entries)
}

func seqsOf(entries []ledger.Entry) (all []int64) {
	for _, e := range entries {
		all = append(all, e.Seq)
	}
	return all
}

// Waiting is a chat that waits for an agent.
func Waiting(id chat.ID) ledger.SaveChat {
	return ledger.SaveChat{Chat: chat.Chat{ID: id, Visitor: "v@chat.example.com", Queue: "support"}}
}

// Words are an entry of a visitor.
func Words(seq int64, id chat.ID) ledger.SaveEntry {
	return ledger.SaveEntry{Entry: ledger.Entry{Seq: seq, Chat: id, Visitor: "v@chat.example.com", Text: "hello"}}
}

// Second is an instant of the suite's time, n seconds after its begin.
func Second(n int64) time.Time { return time.Unix(1_800_000_000+n, 123_456_789).UTC() }
