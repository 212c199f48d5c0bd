package storetest

import (
	"fmt"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

func (s suite) retainKeeps(t *testing.T) {
	store := s.open(t)
	closed := chat.Chat{ID: "old", Visitor: "v@x", State: chat.Closed, Closed: Second(0)}
	Must(t, store, ledger.SaveChat{Chat: closed}, Waiting("open"), ledger.SaveVisitor{Visitor: roster.Visitor{JID: "v@x"}})
	expires := map[roster.VisitorJID]int64{"dead@x": 10, "alive@x": 11, "v@x": 99}
	for v, second := range expires {
		if err := store.IssueToken(t.Context(), v, []byte("h"), Second(second)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name        string
		transcripts time.Duration
		removed     int
	}{
		{"0 keeps all", 0, 0}, {"too young", 11 * time.Second, 0}, {"old enough", 10 * time.Second, 1}, {"open ones stay", 1, 0},
	} {
		removed, err := store.Retain(t.Context(), Second(10), c.transcripts)
		if err != nil || removed != c.removed {
			t.Errorf("%s: removed %d, %v", c.name, removed, err)
		}
	}
	for v, second := range expires { // asked as if it were earlier: only what is removed is gone
		if ok, err := store.UseToken(t.Context(), v, []byte("h"), Second(0), Second(99)); err != nil || ok != (second > 10) {
			t.Errorf("token of %s: %v, %v", v, ok, err)
		}
	}
	if known, err := store.Visitors(t.Context(), []roster.VisitorJID{"v@x"}); err != nil || len(known) != 1 {
		t.Errorf("a visitor with a token: %v, %v", known, err)
	}
}

// retainRemoves: many chats, more than a store may want to remove at one time,
// with what was said in them and what is known of their visitors.
func (s suite) retainRemoves(t *testing.T) {
	const chats = 250
	store := s.open(t)
	for i := range int64(chats) {
		v := roster.VisitorJID(fmt.Sprintf("v%d@x", i))
		for n, closed := range []int64{0, 3600} {
			id := chat.ID(fmt.Sprintf("%d-%d", closed, i))
			visitor := v
			if n == 1 {
				visitor = "other-" + v
			}
			Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: id, Visitor: visitor, State: chat.Closed, Closed: Second(closed)}},
				Words(1+2*i+int64(n), id), ledger.SaveVisitor{Visitor: roster.Visitor{JID: visitor}})
		}
	}
	if removed, err := store.Retain(t.Context(), Second(3600), time.Hour); err != nil || removed != chats {
		t.Fatalf("removed %d, %v", removed, err)
	}
	all, err := store.Chats(t.Context(), true)
	if err != nil || len(all) != chats || len(Seqs(t, store, "3600-7")) != 1 || len(Seqs(t, store, "0-7")) != 0 {
		t.Errorf("%d chats stay, %v", len(all), err)
	}
	known, err := store.Visitors(t.Context(), []roster.VisitorJID{"v7@x", "other-v7@x"})
	if err != nil || len(known) != 1 || known[0].JID != "other-v7@x" {
		t.Errorf("visitors %v, %v", known, err)
	}
}
