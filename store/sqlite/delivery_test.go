package sqlite

import (
	"slices"
	"strings"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

func undeliveredSeqs(t *testing.T, s *Store) (all []int64) {
	t.Helper()
	entries, err := s.Undelivered(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Seq)
	}
	return all
}

// TestD6Delivery follows entries from pending to seen.
func TestD6Delivery(t *testing.T) {
	s := open(t, Options{})
	entry := func(seq int64, by ledger.Author, outbox int64) ledger.Change {
		return ledger.SaveEntry{Entry: ledger.Entry{Seq: seq, Chat: "c", Visitor: "v@x", Author: by, Outbox: outbox}}
	}
	must(t, s, chatOf("c"))
	for _, step := range []struct {
		name    string
		changes []ledger.Change
		want    []int64
	}{
		{"said while waiting", []ledger.Change{entry(1, ledger.FromVisitor, 0), entry(2, ledger.FromVisitor, 0)}, []int64{1, 2}},
		{"a barrier concerns none of them", []ledger.Change{ledger.ConfirmOutbox{UpTo: 9}}, []int64{1, 2}},
		{"sent to an agent", []ledger.Change{
			ledger.AddressEntry{Seq: 1, Agent: "a@x", Outbox: 10}, ledger.AddressEntry{Seq: 2, Agent: "a@x", Outbox: 11},
		}, []int64{1, 2}},
		{"she answers", []ledger.Change{entry(3, ledger.FromAgent, 0), entry(4, ledger.FromDesk, 0)}, []int64{1, 2, 3, 4}},
		{"the barrier returns", []ledger.Change{ledger.ConfirmOutbox{UpTo: 10}}, []int64{2, 3, 4}},
		{"her client saw both", []ledger.Change{ledger.SeeEntry{Seq: 1}, ledger.SeeEntry{Seq: 2}}, []int64{3, 4}},
		{"the visitor has one", []ledger.Change{ledger.SettleEntries{Seqs: []int64{3}}}, []int64{4}},
		{"and the other", []ledger.Change{ledger.SettleEntries{Seqs: []int64{4}}}, nil},
	} {
		must(t, s, step.changes...)
		if got := undeliveredSeqs(t, s); !slices.Equal(got, step.want) {
			t.Errorf("%s: undelivered %v, want %v", step.name, got, step.want)
		}
	}
	entries, err := s.Transcript(t.Context(), "c")
	if err != nil || len(entries) != 4 {
		t.Fatal(entries, err)
	}
	if e := entries[1]; e.Agent != "a@x" || e.Outbox != 11 || e.Delivery != ledger.DeliverySeen {
		t.Errorf("entry %+v", e)
	}
}

// TestUndeliveredOfClosedChats: kept for a visitor who can come back.
func TestUndeliveredOfClosedChats(t *testing.T) {
	s := open(t, Options{})
	must(t, s, chatOf("c"), words(1, "c"),
		ledger.SaveEntry{Entry: ledger.Entry{Seq: 2, Chat: "c", Visitor: "v@x", Author: ledger.FromAgent}},
		ledger.SaveChat{Chat: chat.Chat{ID: "c", Visitor: "v@x", State: chat.Closed}})
	if got := undeliveredSeqs(t, s); got != nil {
		t.Errorf("undelivered without a token: %v", got)
	}
	if err := s.IssueToken(t.Context(), "v@x", []byte("h"), instantOf(9)); err != nil {
		t.Fatal(err)
	}
	if got := undeliveredSeqs(t, s); !slices.Equal(got, []int64{2}) {
		t.Errorf("undelivered with a token: %v", got)
	}
}

func TestMarksOutliveTheirRows(t *testing.T) {
	path := t.TempDir() + "/frontdesk.db"
	s := openAt(t, path)
	must(t, s, ledger.SaveChat{Chat: chat.Chat{ID: "c", Place: 7}}, words(5, "c"), ledger.AddressEntry{Seq: 5, Outbox: 31})
	must(t, s, ledger.SaveChat{Chat: chat.Chat{ID: "c", Place: -1, State: chat.Closed, Closed: instantOf(0)}}, words(4, "c"))
	if _, err := s.Retain(t.Context(), instantOf(10), 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path)
	must(t, s, ledger.SaveChat{Chat: chat.Chat{ID: "d", Place: 1}})
	seq, outbox, place, err := s.Marks(t.Context())
	if err != nil || seq != 5 || outbox != 31 || place != 7 {
		t.Errorf("marks %d %d %d, %v", seq, outbox, place, err)
	}
}

func TestContactsAndVisitors(t *testing.T) {
	s := open(t, Options{})
	ann := roster.Visitor{JID: "ann@x", Name: "Ann", Email: "ann@example.com", Page: roster.Page{Title: "Shop", URI: "https://shop/"}}
	bea := roster.Visitor{JID: "bea@x"}
	one, two := roster.Contact{Agent: "a@x", Visitor: "ann@x"}, roster.Contact{Agent: "a@x", Visitor: "bea@x"}
	must(t, s, ledger.SaveVisitor{Visitor: roster.Visitor{JID: "ann@x", Name: "?"}}, ledger.SaveVisitor{Visitor: ann}, ledger.SaveVisitor{Visitor: bea},
		ledger.SaveContact{Contact: one}, ledger.SaveContact{Contact: one}, ledger.SaveContact{Contact: two}, ledger.DropContact{Contact: two})
	visitors, err := s.Visitors(t.Context(), []roster.VisitorJID{"bea@x", "nobody@x", "ann@x"})
	if err != nil || !slices.Equal(visitors, []roster.Visitor{bea, ann}) {
		t.Errorf("visitors %v, %v", visitors, err)
	}
	contacts, err := s.Contacts(t.Context())
	if err != nil || !slices.Equal(contacts, []roster.Contact{one}) {
		t.Errorf("contacts %v, %v", contacts, err)
	}
}

// TestT39HostileStrings: every text is an argument, none is SQL.
func TestT39HostileStrings(t *testing.T) {
	s := open(t, Options{})
	for i, text := range []string{
		"'; DROP TABLE chats; --", `"; DELETE FROM entries; --`, "\x1b]0;owned\a", "line\nlevel=ERROR msg=fake", "$1 ?1 :a @b", "nul\x00nul", "%s%n",
	} {
		seq := int64(i + 1)
		id := chat.ID(text)
		must(t, s,
			ledger.SaveChat{Chat: chat.Chat{ID: id, Visitor: roster.VisitorJID(text), Queue: text}},
			ledger.SaveEntry{Entry: ledger.Entry{Seq: seq, Chat: id, Text: text, AgentName: text}},
			ledger.SaveVisitor{Visitor: roster.Visitor{JID: roster.VisitorJID(text), Name: text}},
			ledger.SaveAgent{Agent: roster.Agent{JID: roster.AgentJID(text), Name: text, Queues: []string{text}, Capacity: 1}},
			ledger.SaveQueue{Queue: queue.Queue{Name: text, Title: text}},
			ledger.SaveContact{Contact: roster.Contact{Agent: roster.AgentJID(text), Visitor: roster.VisitorJID(text)}},
			ledger.ClaimSeat{Chat: id, Agent: roster.AgentJID(text)})
		last, found, err := s.LastChat(t.Context(), roster.VisitorJID(text))
		if err != nil || !found || last.ID != id || string(last.Agent) != text {
			t.Errorf("%q: chat %+v %v %v", text, last, found, err)
		}
		if entries, err := s.Transcript(t.Context(), id); err != nil || len(entries) != 1 || entries[0].Text != text {
			t.Errorf("%q: transcript %v, %v", text, entries, err)
		}
		if known, err := s.Visitors(t.Context(), []roster.VisitorJID{roster.VisitorJID(text)}); err != nil || len(known) != 1 || known[0].Name != text {
			t.Errorf("%q: visitor %v, %v", text, known, err)
		}
	}
	if chats, err := s.Chats(t.Context(), true); err != nil || len(chats) != 7 {
		t.Errorf("%d chats, %v", len(chats), err)
	}
}

// TestQueriesUseTheirIndex: what runs often, or at every start, does not read
// whole tables.
func TestQueriesUseTheirIndex(t *testing.T) {
	s := open(t, Options{})
	for text, index := range map[string]string{
		claimSeat:                      "chats_seats",
		confirmOutbox:                  "entries_undelivered",
		s.selectChats(openByPlace):     "chats_open",
		s.selectChats(latestOfVisitor): "chats_visitor",
		s.selectEntries(undelivered):   "entries_undelivered",
		s.selectEntries(transcript):    "entries_chat",
		oldChats:                       "chats_closed",
		expiredTokens:                  "tokens_expires",
	} {
		plan, err := list(t.Context(), s, func(row scanner) (detail string, err error) {
			var n int
			err = row.Scan(&n, &n, &n, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+text, "1", "2")
		if err != nil {
			t.Error(text, err)
		}
		if joined := strings.Join(plan, "\n"); !strings.Contains(joined, index) || strings.Contains(joined, "SCAN e\n") {
			t.Errorf("%s\n%s", text, joined)
		}
	}
}
