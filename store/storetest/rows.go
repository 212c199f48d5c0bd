package storetest

import (
	"slices"
	"testing"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func (s suite) firstStart(t *testing.T) {
	store := s.open(t)
	queues, err := store.Queues(t.Context())
	if err != nil || !slices.Equal(queues, []queue.Queue{{Name: "support"}}) {
		t.Errorf("queues %v, %v", queues, err)
	}
	if agents, err := store.Agents(t.Context()); err != nil || len(agents) != 0 {
		t.Errorf("agents %v, %v", agents, err)
	}
}

// roundTripChat: what is saved is read, also when it replaces a row.
func (s suite) roundTripChat(t *testing.T) {
	store := s.open(t)
	seq := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		want := wide().chat(rt, chat.Away)
		seq++
		entry := wide().entry(rt, seq, want.ID)
		Must(t, store, ledger.SaveChat{Chat: want}, ledger.SaveEntry{Entry: entry})
		all, err := store.Chats(t.Context(), true)
		if err != nil {
			rt.Fatal(err)
		}
		i := slices.IndexFunc(all, func(c chat.Chat) bool { return c.ID == want.ID })
		if i < 0 {
			rt.Fatal("not stored")
		}
		one, found, err := store.Chat(t.Context(), want.ID)
		if err != nil || !found {
			rt.Fatal("not found by its id", err)
		}
		for _, got := range []chat.Chat{all[i], one} {
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatal(diff)
			}
		}
		if _, found, err := store.Chat(t.Context(), want.ID+"x"); found || err != nil {
			rt.Fatal("another id is found", err)
		}
		entries, err := store.Transcript(t.Context(), want.ID)
		if err != nil || len(entries) == 0 {
			rt.Fatal("no transcript", err)
		}
		if diff := cmp.Diff(entry, entries[len(entries)-1]); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func (s suite) roundTripAgentAndQueue(t *testing.T) {
	store := s.open(t)
	rapid.Check(t, func(rt *rapid.T) {
		q := wide().queue(rt)
		a := wide().agent(rt, rapid.Int())
		a.JID = "alice@example.com"
		a.Queues = rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,8}"), 0, 5, rapid.ID).Draw(rt, "distinct queues")
		Must(t, store, ledger.SaveQueue{Queue: q}, ledger.SaveAgent{Agent: a})
		agents, err := store.Agents(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff([]roster.Agent{a}, agents, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
		queues, err := store.Queues(t.Context())
		if err != nil || !slices.Contains(queues, q) {
			rt.Fatalf("queues %v, %v", queues, err)
		}
		Must(t, store, ledger.DropQueue{Name: q.Name})
		if queues, err = store.Queues(t.Context()); err != nil || slices.Contains(queues, q) {
			rt.Fatalf("queues after drop %v, %v", queues, err)
		}
	})
}

func (s suite) contactsAndVisitors(t *testing.T) {
	store := s.open(t)
	ann := roster.Visitor{JID: "ann@x", Name: "Ann", Email: "ann@example.com", Page: roster.Page{Title: "Shop", URI: "https://shop/"}}
	bea := roster.Visitor{JID: "bea@x"}
	one, two := roster.Contact{Agent: "a@x", Visitor: "ann@x"}, roster.Contact{Agent: "a@x", Visitor: "bea@x"}
	Must(t, store, ledger.SaveVisitor{Visitor: roster.Visitor{JID: "ann@x", Name: "?"}}, ledger.SaveVisitor{Visitor: ann}, ledger.SaveVisitor{Visitor: bea},
		ledger.SaveContact{Contact: one}, ledger.SaveContact{Contact: one}, ledger.SaveContact{Contact: two}, ledger.DropContact{Contact: two})
	visitors, err := store.Visitors(t.Context(), []roster.VisitorJID{"bea@x", "nobody@x", "ann@x"})
	if err != nil || !slices.Equal(visitors, []roster.Visitor{bea, ann}) {
		t.Errorf("visitors %v, %v", visitors, err)
	}
	contacts, err := store.Contacts(t.Context())
	if err != nil || !slices.Equal(contacts, []roster.Contact{one}) {
		t.Errorf("contacts %v, %v", contacts, err)
	}
}

func (s suite) droppedQueueLeavesItsAgents(t *testing.T) {
	store := s.open(t)
	Must(t, store, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Queues: []string{"support", "sales"}, Capacity: 1}},
		ledger.DropQueue{Name: "support"})
	agents, err := store.Agents(t.Context())
	if err != nil || len(agents) != 1 || !slices.Equal(agents[0].Queues, []string{"sales"}) {
		t.Errorf("agents %v, %v", agents, err)
	}
	Must(t, store, ledger.DropAgent{JID: "a@x"}, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Capacity: 1}})
	if agents, err = store.Agents(t.Context()); err != nil || len(agents) != 1 || len(agents[0].Queues) != 0 {
		t.Errorf("agents %v, %v after one came back", agents, err)
	}
}

func (s suite) agentsHaveNamesOfTheirOwn(t *testing.T) {
	store := s.open(t)
	named := func(jid roster.AgentJID, name string) ledger.SaveAgent {
		return ledger.SaveAgent{Agent: roster.Agent{JID: jid, Name: name, Capacity: 1}}
	}
	Must(t, store, named("a@x", "Ann"), named("b@x", ""), named("c@x", ""), named("a@x", "Ann"))
	if c := Commit(store, named("b@x", "Ann")); c.Err == nil {
		t.Error("two agents have one name")
	}
	if err := store.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	Must(t, store, named("a@x", "Anna"), named("b@x", "Ann"))
}

// order: chats by their place or by when they were opened, and of equals the one
// first that was saved first.
func (s suite) order(t *testing.T) {
	store := s.open(t)
	for _, c := range []struct {
		id            chat.ID
		opened, place int64
	}{{"z", 2, 1}, {"y", 2, 3}, {"x", 1, 3}, {"w", 3, 2}, {"y", 2, 3}} {
		Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: c.id, Visitor: "v@x", Opened: Second(c.opened), Place: c.place}})
	}
	Must(t, store, ledger.SaveChat{Chat: chat.Chat{ID: "w", Visitor: "v@x", State: chat.Closed, Opened: Second(3)}})
	ids := func(all []chat.Chat, err error) (ids string) {
		if err != nil {
			t.Error(err)
		}
		for _, c := range all {
			ids += string(c.ID)
		}
		return ids
	}
	for name, c := range map[string]struct{ got, want string }{
		"by place":        {ids(store.OpenChats(t.Context())), "zyx"},
		"open, by opened": {ids(store.Chats(t.Context(), false)), "xzy"},
		"all, by opened":  {ids(store.Chats(t.Context(), true)), "xzyw"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
	if last, found, err := store.LastChat(t.Context(), "v@x"); err != nil || !found || last.ID != "w" {
		t.Errorf("last chat %+v, %v", last, err)
	}
	if _, found, err := store.LastChat(t.Context(), "w@x"); err != nil || found {
		t.Errorf("a stranger's last chat: %v, %v", found, err)
	}
}
