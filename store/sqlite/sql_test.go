package sqlite

import (
	"strings"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
	"frontdesk/store/storetest"
)

// TestFirstSite: a new database has one site with one queue.
func TestFirstSite(t *testing.T) {
	s := open(t, Options{})
	var site, first string
	row := s.reads.QueryRowContext(t.Context(), "SELECT name, default_queue FROM sites")
	if err := row.Scan(&site, &first); err != nil || site != "default" || first != "support" {
		t.Errorf("site %q with queue %q, %v", site, first, err)
	}
}

func TestDroppedQueueLeavesNoTrace(t *testing.T) {
	s := open(t, Options{})
	storetest.Must(t, s, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Queues: []string{"support", "sales"}, Capacity: 1}},
		ledger.DropQueue{Name: "support"})
	if n, err := s.count(t.Context(), "SELECT count(*) FROM sites WHERE default_queue IS NULL"); err != nil || n != 1 {
		t.Errorf("%d sites without a default queue, %v", n, err)
	}
	storetest.Must(t, s, ledger.DropAgent{JID: "a@x"})
	if n, err := s.count(t.Context(), "SELECT (SELECT count(*) FROM agents) + (SELECT count(*) FROM agent_queues)"); err != nil || n != 0 {
		t.Errorf("%d rows of a dropped agent, %v", n, err)
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
		storetest.Must(t, s,
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
		oldChat:                        "chats_closed",
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
