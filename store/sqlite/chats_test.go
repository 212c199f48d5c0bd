package sqlite

import (
	"slices"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// instantOf is second n of our time.
func instantOf(n int64) time.Time { return time.Unix(1_800_000_000+n, 123_456_789).UTC() }

// anyInstant is an instant with nanoseconds, or none.
func anyInstant() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		n := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "nanos")
		if n == 0 || rapid.IntRange(0, 3).Draw(t, "none") == 0 {
			return time.Time{}
		}
		return time.Unix(0, n).UTC()
	})
}

func anyAgent() *rapid.Generator[roster.AgentJID] {
	return rapid.Custom(func(t *rapid.T) roster.AgentJID { return roster.AgentJID(rapid.String().Draw(t, "agent")) })
}

func anyChat() *rapid.Generator[chat.Chat] {
	return rapid.Custom(func(t *rapid.T) chat.Chat {
		at := func(what string) time.Time { return anyInstant().Draw(t, what) }
		return chat.Chat{
			ID:       chat.ID(rapid.String().Draw(t, "id")),
			Visitor:  roster.VisitorJID(rapid.String().Draw(t, "visitor")),
			Queue:    rapid.String().Draw(t, "queue"),
			State:    chat.State(rapid.IntRange(int(chat.Queued), int(chat.Away)).Draw(t, "state")),
			Agent:    anyAgent().Draw(t, "agent"),
			Wanted:   anyAgent().Draw(t, "wanted"),
			Refused:  rapid.SliceOfN(anyAgent(), 0, 4).Draw(t, "refused"),
			Place:    rapid.Int64().Draw(t, "place"),
			Answered: rapid.Bool().Draw(t, "answered"),
			Opened:   at("opened"),
			Closed:   at("closed"),
			Reason:   chat.Reason(rapid.String().Draw(t, "reason")),
			Deadlines: chat.Deadlines{
				Grace: at("grace"), AgentGrace: at("agent grace"), Answer: at("answer"), Idle: at("idle"),
				IdleWarn: at("idle warn"), Invite: at("invite"), Wanted: at("wanted until"),
			},
		}
	})
}

func anyEntry(seq int64, id chat.ID) *rapid.Generator[ledger.Entry] {
	return rapid.Custom(func(t *rapid.T) ledger.Entry {
		word := func(what string) string { return rapid.String().Draw(t, what) }
		return ledger.Entry{
			Seq: seq, Chat: id,
			Visitor:   roster.VisitorJID(word("visitor")),
			Author:    ledger.Author(rapid.IntRange(0, 2).Draw(t, "author")),
			Agent:     anyAgent().Draw(t, "agent"),
			AgentName: word("name"), ID: word("id"), Ref: word("ref"), Text: word("text"), Lang: word("lang"), Replace: word("replace"),
			WantReceipt: rapid.Bool().Draw(t, "receipt"),
			At:          anyInstant().Draw(t, "at"),
			Outbox:      rapid.Int64Min(0).Draw(t, "outbox"),
			Delivery:    ledger.Delivery(rapid.IntRange(0, 2).Draw(t, "delivery")),
		}
	})
}

// TestRoundTripChat: what is saved is read, also when it replaces a row.
func TestRoundTripChat(t *testing.T) {
	s := open(t, Options{})
	seq := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		want := anyChat().Draw(rt, "chat")
		seq++
		entry := anyEntry(seq, want.ID).Draw(rt, "entry")
		must(t, s, ledger.SaveChat{Chat: want}, ledger.SaveEntry{Entry: entry})
		all, err := s.Chats(t.Context(), true)
		if err != nil {
			rt.Fatal(err)
		}
		i := slices.IndexFunc(all, func(c chat.Chat) bool { return c.ID == want.ID })
		if i < 0 {
			rt.Fatal("not stored")
		}
		one, found, err := s.Chat(t.Context(), want.ID)
		if err != nil || !found {
			rt.Fatal("not found by its id", err)
		}
		for _, got := range []chat.Chat{all[i], one} {
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				rt.Fatal(diff)
			}
		}
		if _, found, err := s.Chat(t.Context(), want.ID+"x"); found || err != nil {
			rt.Fatal("another id is found", err)
		}
		entries, err := s.Transcript(t.Context(), want.ID)
		if err != nil || len(entries) == 0 {
			rt.Fatal("no transcript", err)
		}
		if diff := cmp.Diff(entry, entries[len(entries)-1]); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestRoundTripAgentAndQueue(t *testing.T) {
	s := open(t, Options{})
	rapid.Check(t, func(rt *rapid.T) {
		q := queue.Queue{
			Name: rapid.String().Draw(rt, "queue"), Title: rapid.String().Draw(rt, "title"),
			Strategy: queue.Strategy(rapid.String().Draw(rt, "strategy")), Grace: time.Duration(rapid.Int64().Draw(rt, "grace")),
			MaxWaiting: rapid.Int().Draw(rt, "waiting"), Closed: rapid.Bool().Draw(rt, "closed"),
		}
		a := roster.Agent{
			JID: "alice@example.com", Name: rapid.String().Draw(rt, "name"), Capacity: rapid.Int().Draw(rt, "capacity"),
			Queues: rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,8}"), 0, 5, rapid.ID).Draw(rt, "queues"),
			Grace:  time.Duration(rapid.Int64().Draw(rt, "own grace")),
		}
		must(t, s, ledger.SaveQueue{Queue: q}, ledger.SaveAgent{Agent: a})
		agents, err := s.Agents(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff([]roster.Agent{a}, agents, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatal(diff)
		}
		queues, err := s.Queues(t.Context())
		if err != nil || !slices.Contains(queues, q) {
			rt.Fatalf("queues %v, %v", queues, err)
		}
		must(t, s, ledger.DropQueue{Name: q.Name})
		if queues, err = s.Queues(t.Context()); err != nil || slices.Contains(queues, q) {
			rt.Fatalf("queues after drop %v, %v", queues, err)
		}
	})
}

func TestClosedIsFinal(t *testing.T) {
	s := open(t, Options{})
	closed := chat.Chat{ID: "c", Visitor: "v@x", Queue: "support", State: chat.Closed, Closed: instantOf(1), Reason: chat.VisitorLeft}
	must(t, s, chatOf("c"), ledger.SaveChat{Chat: closed}, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Capacity: 1}})
	again := closed
	again.State, again.Closed, again.Reason = chat.Active, time.Time{}, chat.NoReason
	granted := must(t, s, ledger.SaveChat{Chat: again}, ledger.ClaimSeat{Chat: "c", Agent: "a@x"})
	last, found, err := s.LastChat(t.Context(), "v@x")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if diff := cmp.Diff(closed, last); diff != "" || granted[0] {
		t.Errorf("granted %v, %s", granted, diff)
	}
}

func TestFirstStart(t *testing.T) {
	s := open(t, Options{})
	queues, err := s.Queues(t.Context())
	if err != nil || !slices.Equal(queues, []queue.Queue{{Name: "support"}}) {
		t.Errorf("queues %v, %v", queues, err)
	}
	var site, first string
	row := s.reads.QueryRowContext(t.Context(), "SELECT name, default_queue FROM sites")
	if err := row.Scan(&site, &first); err != nil || site != "default" || first != "support" {
		t.Errorf("site %q with queue %q, %v", site, first, err)
	}
}

func TestDroppedQueueLeavesNoTrace(t *testing.T) {
	s := open(t, Options{})
	must(t, s, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Queues: []string{"support", "sales"}, Capacity: 1}},
		ledger.DropQueue{Name: "support"})
	agents, err := s.Agents(t.Context())
	if err != nil || len(agents) != 1 || !slices.Equal(agents[0].Queues, []string{"sales"}) {
		t.Errorf("agents %v, %v", agents, err)
	}
	if n, err := s.count(t.Context(), "SELECT count(*) FROM sites WHERE default_queue IS NULL"); err != nil || n != 1 {
		t.Errorf("%d sites without a default queue, %v", n, err)
	}
	must(t, s, ledger.DropAgent{JID: "a@x"})
	if n, err := s.count(t.Context(), "SELECT (SELECT count(*) FROM agents) + (SELECT count(*) FROM agent_queues)"); err != nil || n != 0 {
		t.Errorf("%d rows of a dropped agent, %v", n, err)
	}
}

func TestClaimSeat(t *testing.T) {
	alice := ledger.SaveAgent{Agent: roster.Agent{JID: "alice@x", Name: "Alice", Capacity: 1}}
	held := ledger.SaveChat{Chat: chat.Chat{ID: "held", Visitor: "w@x", State: chat.Away, Agent: "alice@x"}}
	waits := ledger.SaveChat{Chat: chat.Chat{ID: "held", Visitor: "w@x", State: chat.Away}}
	for name, c := range map[string]struct {
		before []ledger.Change
		want   bool
	}{
		"free seat":                   {[]ledger.Change{alice, chatOf("c")}, true},
		"no such agent":               {[]ledger.Change{chatOf("c")}, false},
		"no such chat":                {[]ledger.Change{alice}, false},
		"seat of an away visitor":     {[]ledger.Change{alice, chatOf("c"), held}, false},
		"released in the same batch":  {[]ledger.Change{alice, chatOf("c"), held, waits}, true},
		"chat is away":                {[]ledger.Change{alice, ledger.SaveChat{Chat: chat.Chat{ID: "c", State: chat.Away}}}, false},
		"claimed twice in this batch": {[]ledger.Change{alice, chatOf("c"), ledger.ClaimSeat{Chat: "c", Agent: "alice@x"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			granted := must(t, open(t, Options{}), append(c.before, ledger.ClaimSeat{Chat: "c", Agent: "alice@x"})...)
			if got := granted[len(granted)-1]; got != c.want {
				t.Errorf("granted %v, want %v", got, c.want)
			}
		})
	}
}
