package storetest

import (
	"slices"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
)

// undelivered returns the Seq of all entries that are not delivered.
func undelivered(t *testing.T, store Store) []int64 {
	t.Helper()
	entries, err := store.Undelivered(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return seqsOf(entries)
}

// delivery follows entries from pending to seen.
func (s suite) delivery(t *testing.T) {
	store := s.open(t)
	entry := func(seq int64, by ledger.Author) ledger.Change {
		return ledger.SaveEntry{Entry: ledger.Entry{Seq: seq, Chat: "c", Visitor: "v@x", Author: by}}
	}
	Must(t, store, Waiting("c"))
	for _, step := range []struct {
		name    string
		changes []ledger.Change
		want    []int64
	}{
		{"said while waiting", []ledger.Change{entry(1, ledger.FromVisitor), entry(2, ledger.FromVisitor)}, []int64{1, 2}},
		{"a barrier concerns none of them", []ledger.Change{ledger.ConfirmOutbox{From: 1, UpTo: 9}}, []int64{1, 2}},
		{"sent to an agent", []ledger.Change{
			ledger.AddressEntry{Seq: 1, Agent: "a@x", Outbox: 10}, ledger.AddressEntry{Seq: 2, Agent: "a@x", Outbox: 11},
		}, []int64{1, 2}},
		{"she answers", []ledger.Change{entry(3, ledger.FromAgent), entry(4, ledger.FromDesk)}, []int64{1, 2, 3, 4}},
		{"the barrier returns", []ledger.Change{ledger.ConfirmOutbox{From: 10, UpTo: 10}}, []int64{2, 3, 4}},
		{"it is sent once more", []ledger.Change{ledger.AddressEntry{Seq: 1, Agent: "a@x", Outbox: 12}}, []int64{1, 2, 3, 4}},
		{"her client saw both", []ledger.Change{ledger.SeeEntry{Seq: 1}, ledger.SeeEntry{Seq: 2}}, []int64{3, 4}},
		{"the visitor has one", []ledger.Change{ledger.SettleEntries{Seqs: []int64{3}}}, []int64{4}},
		{"and the other", []ledger.Change{ledger.SettleEntries{Seqs: []int64{4}}}, nil},
	} {
		Must(t, store, step.changes...)
		if got := undelivered(t, store); !slices.Equal(got, step.want) {
			t.Errorf("%s: undelivered %v, want %v", step.name, got, step.want)
		}
	}
	entries, err := store.Transcript(t.Context(), "c")
	if err != nil || len(entries) != 4 {
		t.Fatal(entries, err)
	}
	if e := entries[1]; e.Agent != "a@x" || e.Outbox != 11 || e.Delivery != ledger.DeliverySeen {
		t.Errorf("entry %+v", e)
	}
}

// undeliveredOfClosedChats: kept for a visitor who can come back.
func (s suite) undeliveredOfClosedChats(t *testing.T) {
	store := s.open(t)
	Must(t, store, Waiting("c"), Words(1, "c"),
		ledger.SaveEntry{Entry: ledger.Entry{Seq: 2, Chat: "c", Visitor: "v@x", Author: ledger.FromAgent}},
		ledger.SaveChat{Chat: chat.Chat{ID: "c", Visitor: "v@x", State: chat.Closed}})
	if got := undelivered(t, store); got != nil {
		t.Errorf("undelivered without a token: %v", got)
	}
	if err := store.IssueToken(t.Context(), "v@x", []byte("h"), Second(9)); err != nil {
		t.Fatal(err)
	}
	if got := undelivered(t, store); !slices.Equal(got, []int64{2}) {
		t.Errorf("undelivered with a token: %v", got)
	}
}

func (s suite) marksOutliveTheirRows(t *testing.T) {
	database := s.create(t)
	store := open(t, database, nil)
	Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: "c", Place: 7}}, Words(5, "c"), ledger.AddressEntry{Seq: 5, Outbox: 31})
	Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: "c", Place: -1, State: chat.Closed, Closed: Second(0)}}, Words(4, "c"))
	if _, err := store.Retain(t.Context(), Second(10), 1); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	store = open(t, database, nil)
	Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: "d", Place: 1}})
	seq, outbox, place, err := store.Marks(t.Context())
	if err != nil || seq != 5 || outbox != 31 || place != 7 {
		t.Errorf("marks %d %d %d, %v", seq, outbox, place, err)
	}
}
