package ledger

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// must commits a batch that has to succeed.
func must(t *testing.T, b *Book, changes ...Change) []bool {
	t.Helper()
	granted, err := b.Commit(changes)
	if err != nil {
		t.Fatal(err)
	}
	return granted
}

func agent(jid roster.AgentJID, capacity int, queues ...string) SaveAgent {
	return SaveAgent{roster.Agent{JID: jid, Name: "name of " + string(jid), Queues: queues, Capacity: capacity}}
}

func waiting(id chat.ID) SaveChat { return SaveChat{chat.Chat{ID: id, Visitor: "v@x"}} }

func held(id chat.ID, state chat.State, by roster.AgentJID) SaveChat {
	return SaveChat{chat.Chat{ID: id, Visitor: "v@x", State: state, Agent: by}}
}

func said(seq int64, id chat.ID, by Author) SaveEntry {
	return SaveEntry{Entry{Seq: seq, Chat: id, Visitor: "v@x", Author: by}}
}

func TestNewBook(t *testing.T) {
	b := NewBook()
	if got := b.Queues(); !slices.Equal(got, []queue.Queue{{Name: "support"}}) {
		t.Errorf("queues %v", got)
	}
	if b.Agents() != nil || b.Chats(true) != nil || b.Said() != nil || b.Undelivered() != nil || b.Contacts() != nil {
		t.Error("something is written in a new book")
	}
}

func TestClaims(t *testing.T) {
	claim := ClaimSeat{Chat: "c", Agent: "a@x"}
	for name, c := range map[string]struct {
		changes []Change
		want    []bool
	}{
		"a free seat":            {[]Change{agent("a@x", 1), waiting("c"), claim}, []bool{true}},
		"no agent":               {[]Change{waiting("c"), claim}, []bool{false}},
		"no chat":                {[]Change{agent("a@x", 1), claim}, []bool{false}},
		"twice":                  {[]Change{agent("a@x", 2), waiting("c"), claim, claim}, []bool{true, false}},
		"all taken":              {[]Change{agent("a@x", 1), held("d", chat.Away, "a@x"), waiting("c"), claim}, []bool{false}},
		"a queued one is free":   {[]Change{agent("a@x", 1), held("d", chat.Queued, "a@x"), waiting("c"), claim}, []bool{true}},
		"closed ones are free":   {[]Change{agent("a@x", 1), held("d", chat.Closed, "a@x"), waiting("c"), claim}, []bool{true}},
		"a closed chat":          {[]Change{agent("a@x", 1), held("c", chat.Closed, ""), claim}, []bool{false}},
		"less capacity than now": {[]Change{agent("a@x", 2), held("d", chat.Active, "a@x"), agent("a@x", 1), waiting("c"), claim}, []bool{false}},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBook()
			if got := must(t, b, c.changes...); !slices.Equal(got, c.want) {
				t.Errorf("granted %v, want %v", got, c.want)
			}
			got, _ := b.Chat("c")
			if c.want[0] && (got.State != chat.Active || got.Agent != "a@x") {
				t.Errorf("chat %+v", got)
			}
		})
	}
}

func TestClosedChatStays(t *testing.T) {
	b := NewBook()
	must(t, b, waiting("c"), held("c", chat.Closed, ""), held("c", chat.Active, "a@x"), said(1, "c", FromVisitor))
	if c, known := b.Chat("c"); !known || c.State != chat.Closed || c.Agent != "" {
		t.Errorf("chat %+v", c)
	}
	if len(b.OpenChats()) != 0 || len(b.Chats(true)) != 1 || len(b.Said()) != 0 || len(b.Transcript("c")) != 1 {
		t.Error("a closed chat is open, or not there")
	}
}

func TestOrder(t *testing.T) {
	b := NewBook()
	opened := func(id chat.ID, second, place int64) SaveChat {
		return SaveChat{chat.Chat{ID: id, Visitor: "v@x", Opened: time.Unix(second, 0), Place: place}}
	}
	must(t, b, opened("z", 2, 1), opened("y", 2, 3), opened("x", 1, 3), opened("y", 2, 3))
	ids := func(all []chat.Chat) (s string) {
		for _, c := range all {
			s += string(c.ID)
		}
		return s
	}
	if got := ids(b.Chats(false)); got != "xzy" {
		t.Errorf("by opening %s", got)
	}
	if got := ids(b.OpenChats()); got != "zyx" {
		t.Errorf("by place %s", got)
	}
	if last, known := b.LastChat("v@x"); !known || last.ID != "y" {
		t.Errorf("last chat %+v", last)
	}
	if _, known := b.LastChat("w@x"); known {
		t.Error("a stranger has a chat")
	}
}

func TestDelivery(t *testing.T) {
	b := NewBook()
	seqs := func() (all []int64) {
		for _, e := range b.Undelivered() {
			all = append(all, e.Seq)
		}
		return all
	}
	must(t, b, waiting("c"), said(1, "c", FromVisitor), said(2, "c", FromVisitor), said(3, "c", FromAgent), said(4, "c", FromDesk))
	for _, step := range []struct {
		name   string
		change Change
		want   []int64
	}{
		{"a barrier for others", ConfirmOutbox{6, 9}, []int64{1, 2, 3, 4}},
		{"on its way", AddressEntry{Seq: 1, Agent: "a@x", Outbox: 5}, []int64{1, 2, 3, 4}},
		{"a barrier in time", ConfirmOutbox{5, 5}, []int64{2, 3, 4}},
		{"again on its way", AddressEntry{Seq: 1, Agent: "b@x", Outbox: 6}, []int64{1, 2, 3, 4}},
		{"seen", SeeEntry{1}, []int64{2, 3, 4}},
		{"settled", SettleEntries{[]int64{3, 9}}, []int64{2, 4}},
		{"the last is on its way", AddressEntry{Seq: 2, Outbox: 7}, []int64{2, 4}},
		{"the chat is over", held("c", chat.Closed, ""), []int64{2}},
	} {
		must(t, b, step.change)
		if got := seqs(); !slices.Equal(got, step.want) {
			t.Errorf("%s: undelivered %v, want %v", step.name, got, step.want)
		}
	}
	b.Returns = func(v roster.VisitorJID) bool { return v == "v@x" }
	if got := seqs(); !slices.Equal(got, []int64{2, 4}) {
		t.Errorf("undelivered to one who can come back: %v", got)
	}
}

func TestRefusals(t *testing.T) {
	for name, bad := range map[string]Change{
		"entry of no chat":    said(2, "d", FromVisitor),
		"a Seq twice":         said(1, "c", FromAgent),
		"name of another":     SaveAgent{roster.Agent{JID: "b@x", Name: "name of a@x"}},
		"nothing that I know": nil,
	} {
		t.Run(name, func(t *testing.T) {
			b := NewBook()
			must(t, b, agent("a@x", 1), waiting("c"), said(1, "c", FromVisitor))
			if granted, err := b.Commit([]Change{ClaimSeat{"c", "a@x"}, bad}); err == nil || granted != nil {
				t.Errorf("granted %v, %v", granted, err)
			}
			if c, _ := b.Chat("c"); c.Agent != "" {
				t.Error("half of a batch is written")
			}
		})
	}
}

func TestQueuesOfAgents(t *testing.T) {
	b := NewBook()
	queues := []string{"sales", "support", "sales"}
	must(t, b, agent("a@x", 1, queues...))
	queues[1] = "changed"
	if got := b.Agents()[0].Queues; !slices.Equal(got, []string{"sales", "support"}) {
		t.Errorf("queues %v", got)
	}
	must(t, b, DropQueue{"support"})
	if got := b.Agents()[0].Queues; !slices.Equal(got, []string{"sales"}) || len(b.Queues()) != 0 {
		t.Errorf("queues %v of %v", got, b.Queues())
	}
}

func TestForget(t *testing.T) {
	b := NewBook()
	over := func(id chat.ID, v roster.VisitorJID, second int64) SaveChat {
		return SaveChat{chat.Chat{ID: id, Visitor: v, State: chat.Closed, Closed: time.Unix(second, 0)}}
	}
	for _, v := range []roster.VisitorJID{"gone@x", "back@x", "here@x"} {
		must(t, b, over(chat.ID(v), v, 5), SaveVisitor{roster.Visitor{JID: v}}, SaveEntry{Entry{Seq: int64(len(b.entries)), Chat: chat.ID(v)}})
	}
	must(t, b, SaveChat{chat.Chat{ID: "open", Visitor: "here@x"}}, over("young", "gone@x", 7))
	b.Returns = func(v roster.VisitorJID) bool { return v == "back@x" }
	for _, step := range []struct {
		until    int64
		removed  int
		visitors int
	}{{4, 0, 3}, {5, 3, 3}, {6, 0, 3}, {7, 1, 2}} {
		removed := b.Forget(time.Unix(step.until, 0))
		if known := b.Visitors([]roster.VisitorJID{"gone@x", "back@x", "here@x"}); removed != step.removed || len(known) != step.visitors {
			t.Errorf("until %d: removed %d, visitors %v", step.until, removed, known)
		}
	}
	if len(b.Chats(true)) != 1 || len(b.entries) != 0 {
		t.Errorf("chats %v, %d entries", b.Chats(true), len(b.entries))
	}
}

// anyChange is a change about few chats and agents, so that they meet.
func anyChange() *rapid.Generator[Change] {
	return rapid.Custom(func(t *rapid.T) Change {
		number := func(what string, most int) int { return rapid.IntRange(0, most).Draw(t, what) }
		id := chat.ID(fmt.Sprint("c", number("chat", 4)))
		jid := roster.AgentJID(fmt.Sprint("a", number("agent", 2)))
		seq := int64(number("seq", 20))
		switch number("kind", 9) {
		case 0:
			return waiting(id)
		case 1:
			return held(id, chat.Closed, "")
		case 2, 3:
			return ClaimSeat{id, jid}
		case 4:
			return said(seq, id, Author(number("author", 2)))
		case 5:
			return AddressEntry{Seq: seq, Agent: jid, Outbox: int64(number("outbox", 9))}
		case 6:
			from := int64(number("from", 9))
			return ConfirmOutbox{from, from + int64(number("more", 3))}
		case 7:
			return SaveAgent{roster.Agent{JID: jid, Name: fmt.Sprint(number("name", 2)), Queues: []string{"support"}, Capacity: 2}}
		case 8:
			return DropQueue{"support"}
		}
		return DropAgent{jid}
	})
}

// TestBatchIsAllOrNothing plays any batches: one that fails leaves the book as
// it was, no agent has more chats than her seats, and closed is final.
func TestBatchIsAllOrNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBook()
		closed := map[chat.ID]bool{}
		for _, batch := range rapid.SliceOfN(rapid.SliceOfN(anyChange(), 1, 6), 1, 20).Draw(t, "batches") {
			before := written(b)
			if _, err := b.Commit(batch); err != nil {
				if diff := cmp.Diff(before, written(b)); diff != "" {
					t.Fatalf("a batch that failed (%v) is written: %s", err, diff)
				}
			}
			for _, a := range b.Agents() {
				if b.Seats(a.JID) > 2 {
					t.Fatalf("%s has %d chats", a.JID, b.Seats(a.JID))
				}
			}
			for _, c := range b.Chats(true) {
				if closed[c.ID] && c.State != chat.Closed {
					t.Fatalf("%s is open again", c.ID)
				}
				closed[c.ID] = c.State == chat.Closed
			}
		}
	})
}

// written is everything that can be read.
func written(b *Book) []any {
	seq, outbox, place := b.Marks()
	entries := b.entriesOf(func(Entry) bool { return true })
	return []any{b.Agents(), b.Queues(), b.Chats(true), entries, b.Contacts(), seq, outbox, place}
}

// TestReadingIsACopy: what was read can be changed.
func TestReadingIsACopy(t *testing.T) {
	b := NewBook()
	must(t, b, agent("a@x", 1, "support"), SaveChat{chat.Chat{ID: "c", Excluded: []roster.AgentJID{"a@x"}, Pending: "a@x"}})
	before := written(b)
	b.Agents()[0].Queues[0] = "?"
	if one, _ := b.Chat("c"); one.Pending != "" || one.Excluded != nil {
		t.Error("what is not to be stored is written")
	}
	if !reflect.DeepEqual(before, written(b)) {
		t.Errorf("written %v", written(b))
	}
}
