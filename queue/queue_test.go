package queue

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/roster"
)

func TestLineIsFirstComeFirstServed(t *testing.T) {
	var l Line[string]
	for _, w := range []Waiting[string]{{"b", 2}, {"a", 1}, {"c", 3}} {
		l.Put(w)
	}
	if l.Position("a") != 1 || l.Position("b") != 2 || l.Position("c") != 3 || l.Position("x") != 0 {
		t.Fatalf("positions in %v", l.All())
	}
	l.Put(Waiting[string]{"d", l.Head()})
	l.Put(Waiting[string]{"e", l.Head()})
	if l.Position("e") != 1 || l.Position("d") != 2 || l.Position("a") != 3 {
		t.Fatalf("the head of the line is not in front: %v", l.All())
	}
	if !l.Remove("e") || l.Remove("e") || l.Len() != 4 {
		t.Fatalf("remove: %v", l.All())
	}
}

func TestLineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l Line[string]
		model := map[string]int64{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := rapid.StringMatching(`[a-f]`).Draw(t, "chat")
			switch rapid.IntRange(0, 2).Draw(t, "do") {
			case 0:
				place := rapid.Int64Range(1, 1000).Draw(t, "place")
				l.Put(Waiting[string]{id, place})
				model[id] = place
			case 1:
				model[id] = l.Head()
				l.Put(Waiting[string]{id, model[id]})
			default:
				l.Remove(id)
				delete(model, id)
			}
		}
		if l.Len() != len(model) {
			t.Fatalf("%d wait, want %d", l.Len(), len(model))
		}
		if !slices.IsSortedFunc(l.All(), func(a, b Waiting[string]) int { return int(a.Place - b.Place) }) {
			t.Fatalf("not in order: %v", l.All())
		}
		for id, place := range model {
			if l.All()[l.Position(id)-1].Place != place {
				t.Fatalf("%s is not at its place", id)
			}
		}
	})
}

func seats(capacity, taken int) roster.Seats { return roster.Seats{Capacity: capacity, Taken: taken} }

func TestPickLeastLoadedThenLongestIdle(t *testing.T) {
	now := time.Unix(1000, 0)
	p := NewPool(LeastLoaded)
	p.Set(Candidate{Agent: "a", Seats: seats(2, 1), Since: now})
	p.Set(Candidate{Agent: "b", Seats: seats(4, 1), Since: now})
	p.Set(Candidate{Agent: "c", Seats: seats(4, 1), Since: now.Add(-time.Second)})
	p.Set(Candidate{Agent: "full", Seats: seats(1, 1), Since: now})
	if got := p.Pick(nil); got != "c" {
		t.Errorf("picked %s, want c: a quarter loaded and idle longest", got)
	}
	if got := p.Pick(func(a roster.AgentJID) bool { return a != "c" }); got != "b" {
		t.Errorf("without c picked %s, want b", got)
	}
	if p.Has("full") || p.Size() != 3 {
		t.Error("a full agent is in the pool")
	}
	p.Remove("c")
	p.Remove("b")
	p.Set(Candidate{Agent: "a", Seats: roster.Seats{Capacity: 2, Taken: 1, Pending: 1}})
	if got := p.Pick(nil); got != "" {
		t.Errorf("picked %s although a claim takes the last seat", got)
	}
}

func TestPickRoundRobin(t *testing.T) {
	now := time.Unix(1000, 0)
	p := NewPool(RoundRobin)
	p.Set(Candidate{Agent: "a", Seats: seats(9, 0), Last: now})
	p.Set(Candidate{Agent: "b", Seats: seats(9, 8), Last: now.Add(-time.Second)})
	if got := p.Pick(nil); got != "b" {
		t.Errorf("picked %s, want b, whose last chat is longest ago", got)
	}
}

// TestPoolProperties compares the heap with a plain search.
func TestPoolProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := NewPool(LeastLoaded)
		model := map[roster.AgentJID]Candidate{}
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			c := Candidate{
				Agent: roster.AgentJID(rapid.StringMatching(`[a-h]`).Draw(t, "agent")),
				Seats: roster.Seats{
					Capacity: rapid.IntRange(1, 4).Draw(t, "capacity"),
					Taken:    rapid.IntRange(0, 4).Draw(t, "taken"), Pending: rapid.IntRange(0, 2).Draw(t, "pending"),
				},
				Since: time.Unix(int64(rapid.IntRange(0, 5).Draw(t, "since")), 0),
			}
			if rapid.Bool().Draw(t, "remove") {
				p.Remove(c.Agent)
				delete(model, c.Agent)
			} else {
				p.Set(c)
				if delete(model, c.Agent); c.Seats.Free() {
					model[c.Agent] = c
				}
			}
			got := p.Pick(nil)
			if got == "" != (len(model) == 0) {
				t.Fatalf("picked %q of %d", got, len(model))
			}
			for _, other := range model {
				if other.Seats.Less(model[got].Seats) {
					t.Fatalf("picked %s, but %s is less loaded", got, other.Agent)
				}
			}
		}
	})
}

// BenchmarkPick takes one chat to the next of 10,000 agents and back.
func BenchmarkPick(b *testing.B) {
	p := NewPool(LeastLoaded)
	now := time.Unix(1000, 0)
	loads := map[roster.AgentJID]int{}
	for i := range 10_000 {
		a := roster.AgentJID("agent" + string(rune('a'+i%26)) + time.Duration(i).String())
		p.Set(Candidate{Agent: a, Seats: seats(8, i%8), Since: now.Add(time.Duration(i))})
		loads[a] = i % 8
	}
	for i := 0; b.Loop(); i++ {
		a := p.Pick(nil)
		p.Set(Candidate{Agent: a, Seats: seats(8, (loads[a]+1)%8), Since: now.Add(time.Duration(i))})
		loads[a] = (loads[a] + 1) % 8
	}
}

func TestQueueChecksAndPatches(t *testing.T) {
	closed, strategy, grace := true, Strategy("best"), -time.Second
	support := Queue{Name: "support"}
	if err := support.Check(); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]Queue{
		"no name": {}, "capitals": {Name: "Support"}, "a visitor's": {Name: "visitor-x"}, "space": {Name: "a b"},
		"strategy": Patch{Strategy: &strategy}.Apply(support), "grace": Patch{Grace: &grace}.Apply(support),
	} {
		if bad.Check() == nil {
			t.Errorf("%s: %+v is taken", name, bad)
		}
	}
	if got := (Patch{Closed: &closed}).Apply(support); !got.Closed || got.Name != "support" {
		t.Errorf("%+v", got)
	}
}
