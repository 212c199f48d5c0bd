package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"

	"github.com/google/go-cmp/cmp"
)

func (s suite) claimSeat(t *testing.T) {
	alice := ledger.SaveAgent{Agent: roster.Agent{JID: "alice@x", Name: "Alice", Capacity: 1}}
	held := ledger.SaveChat{Chat: chat.Chat{ID: "held", Visitor: "w@x", State: chat.Away, Agent: "alice@x"}}
	waits := ledger.SaveChat{Chat: chat.Chat{ID: "held", Visitor: "w@x", State: chat.Away}}
	for name, c := range map[string]struct {
		before []ledger.Change
		want   bool
	}{
		"free seat":                   {[]ledger.Change{alice, Waiting("c")}, true},
		"no such agent":               {[]ledger.Change{Waiting("c")}, false},
		"no such chat":                {[]ledger.Change{alice}, false},
		"seat of an away visitor":     {[]ledger.Change{alice, Waiting("c"), held}, false},
		"released in the same batch":  {[]ledger.Change{alice, Waiting("c"), held, waits}, true},
		"chat is away":                {[]ledger.Change{alice, ledger.SaveChat{Chat: chat.Chat{ID: "c", State: chat.Away}}}, false},
		"claimed twice in this batch": {[]ledger.Change{alice, Waiting("c"), ledger.ClaimSeat{Chat: "c", Agent: "alice@x"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			store := s.open(t)
			granted := Must(t, store, append(c.before, ledger.ClaimSeat{Chat: "c", Agent: "alice@x"})...)
			if got := granted[len(granted)-1]; got != c.want {
				t.Errorf("granted %v, want %v", got, c.want)
			}
			if got, _, err := store.Chat(t.Context(), "c"); err != nil || c.want && (got.State != chat.Active || got.Agent != "alice@x") {
				t.Errorf("chat %+v, %v", got, err)
			}
		})
	}
}

// seatsUnderRace: 200 claims for 20 seats, from parallel batches.
func (s suite) seatsUnderRace(t *testing.T) {
	const agents, capacity, claims = 4, 5, 200
	store := s.open(t)
	agent := func(i int) roster.AgentJID { return roster.AgentJID(fmt.Sprintf("agent%d@example.com", i%agents)) }
	for i := range agents {
		Must(t, store, ledger.SaveAgent{Agent: roster.Agent{JID: agent(i), Name: fmt.Sprint(i), Capacity: capacity}})
	}
	var all sync.WaitGroup
	var granted atomic.Int64
	for i := range claims {
		all.Go(func() {
			id := chat.ID(fmt.Sprint("c", i))
			c := Commit(store, Waiting(id), ledger.ClaimSeat{Chat: id, Agent: agent(i)})
			if c.Err == nil && c.Granted[0] {
				granted.Add(1)
			}
		})
	}
	all.Wait()
	chats, err := store.OpenChats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	taken := map[roster.AgentJID]int{}
	for _, c := range chats {
		if c.HoldsSeat() {
			taken[c.Agent]++
		}
	}
	if granted.Load() != agents*capacity || len(chats) != claims {
		t.Errorf("%d claims granted, %d chats", granted.Load(), len(chats))
	}
	for i := range agents {
		if n, err := store.SeatsTaken(t.Context(), agent(i)); taken[agent(i)] != capacity || n != capacity || err != nil {
			t.Errorf("agent %d has %d chats, and by their count %d, %v", i, taken[agent(i)], n, err)
		}
	}
}

func (s suite) closedIsFinal(t *testing.T) {
	store := s.open(t)
	closed := chat.Chat{ID: "c", Visitor: "v@x", Queue: "support", State: chat.Closed, Closed: Second(1), Reason: chat.VisitorLeft}
	Must(t, store, Waiting("c"), ledger.SaveChat{Chat: closed}, ledger.SaveAgent{Agent: roster.Agent{JID: "a@x", Name: "A", Capacity: 1}})
	again := closed
	again.State, again.Closed, again.Reason = chat.Active, time.Time{}, chat.NoReason
	granted := Must(t, store, ledger.SaveChat{Chat: again}, ledger.ClaimSeat{Chat: "c", Agent: "a@x"})
	last, found, err := store.LastChat(t.Context(), "v@x")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if diff := cmp.Diff(closed, last); diff != "" || granted[0] {
		t.Errorf("granted %v, %s", granted, diff)
	}
}
