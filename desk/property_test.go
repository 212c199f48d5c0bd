package desk

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"frontdesk/chat"
	"frontdesk/roster"
)

// TestDeskProperties plays random days: no agent ever has more chats than
// seats, a visitor's words reach agents in order, every open chat has a way on,
// and what the desk knows is what the store has, also after failures.
func TestDeskProperties(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			play(t, testOptions(), []string{"alice:1", "bob:2", "carol:3"}, func(s *stage) {
				day := &day{stage: s, rnd: rand.New(rand.NewPCG(seed, 1)), said: map[string][]string{}}
				for range 300 {
					day.event()
				}
				day.check()
			})
		})
	}
}

type day struct {
	*stage
	rnd  *rand.Rand
	said map[string][]string // by visitor
	n    int
}

func (d *day) visitor() string { return string(rune('a' + d.rnd.IntN(8))) }
func (d *day) agentName() string {
	return []string{"alice", "bob", "carol"}[d.rnd.IntN(3)]
}

func (d *day) event() {
	v, a := d.visitor(), d.agentName()
	switch d.rnd.IntN(16) {
	case 0, 1, 2, 3:
		d.n++
		text := fmt.Sprintf("%s-%d", v, d.n)
		d.said[v] = append(d.said[v], text)
		d.say(v, text)
	case 4, 5, 6:
		d.online(v)
	case 7:
		d.offline(v)
	case 8:
		d.agent(a, roster.Unavailable)
	case 9, 10:
		d.agent(a, []roster.Show{roster.Away, roster.Available, roster.Chat}[d.rnd.IntN(3)])
	case 11:
		d.reply(a, v, []string{"!close", "hello", "!help", "well"}[d.rnd.IntN(4)])
	case 12:
		d.pass(time.Duration(d.rnd.IntN(30)) * time.Second)
	case 13:
		if d.rnd.IntN(4) == 0 {
			d.Post(LinkDown{})
			d.pass(time.Second)
			d.Post(LinkUp{})
		}
	case 14:
		d.ask(v, Depart{})
	case 15:
		d.store.hold()
		d.say(v, "held")
		d.online(v)
		synctest.Wait()
		d.store.release(d.rnd.IntN(2) == 0)
	}
	if d.rnd.IntN(3) > 0 {
		synctest.Wait()
	}
}

// check compares the desk with its store once everything has settled.
func (d *day) check() {
	d.Post(LinkUp{})
	synctest.Wait()
	if err := d.do(context.Background(), func() error { d.consistent(); return nil }); err != nil {
		d.Fatal(err)
	}
	for v, texts := range d.said {
		var got []string
		for _, w := range d.edges.words {
			if w.Visitor == jid(v) && slices.Contains(texts, w.Message.Text) && !slices.Contains(got, w.Message.Text) {
				got = append(got, w.Message.Text)
			}
		}
		want := slices.DeleteFunc(slices.Clone(texts), func(x string) bool { return !slices.Contains(got, x) })
		if !slices.Equal(got, want) {
			d.Errorf("%s wrote %v, the agents got %v", v, want, got)
		}
	}
}

// consistent runs on the desk's goroutine.
func (d *day) consistent() {
	stored := map[chat.ID]chat.Chat{}
	for id, c := range d.store.chats {
		if c.State != chat.Closed {
			stored[id] = c
		}
	}
	for id, c := range d.state.chats {
		if diff := cmp.Diff(stored[id], c.Chat, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(chat.Chat{}, "Pending")); diff != "" && !c.claiming {
			d.Errorf("chat %s (-store +desk):\n%s", id, diff)
		}
		room := d.state.queues[c.Queue]
		if waits := room.line.Position(id) > 0; waits != c.Waits() {
			d.Errorf("chat %s is %s with agent %q, and in the line: %t", id, c.State, c.Agent, waits)
		}
		if d.state.visitors[c.Visitor].chat != c {
			d.Errorf("chat %s is not its visitor's", id)
		}
		if !c.Deadlines.Next().IsZero() && c.index < 0 {
			d.Errorf("chat %s has a deadline nobody watches", id)
		}
		d.moves(c)
	}
	d.counted()
	if len(stored) != len(d.state.chats) {
		d.Errorf("the store has %d open chats, the desk %d", len(stored), len(d.state.chats))
	}
	for jid, a := range d.state.agents {
		if a.pending != 0 || a.taken != len(d.chatsOf(jid)) || a.taken > a.Capacity {
			d.Errorf("%s: %d taken and %d pending of %d, with %d chats", jid, a.taken, a.pending, a.Capacity, len(d.chatsOf(jid)))
		}
	}
}

// counted checks that every open chat is counted where it came from, and no
// other.
func (d *day) counted() {
	where := crowd{}
	for _, c := range d.state.chats {
		if c.where.IsValid() {
			where[c.where]++
		} else if d.state.visitors[c.Visitor].where.IsValid() {
			d.Errorf("chat %s is counted nowhere", c.ID)
		}
	}
	if diff := cmp.Diff(where, d.state.crowd, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		d.Errorf("open chats by address (-there +counted):\n%s", diff)
	}
}

// moves checks that an open chat cannot be stuck.
func (d *day) moves(c *openChat) {
	a := d.state.agents[c.Agent]
	switch {
	case c.State == chat.Away && c.Deadlines.Grace.IsZero():
		d.Errorf("chat %s waits for its visitor for ever", c.ID)
	case c.HoldsSeat() && !a.online() && c.Deadlines.AgentGrace.IsZero():
		d.Errorf("chat %s waits for its agent for ever", c.ID)
	case c.State == chat.Queued && !c.claiming && c.Wanted == "" && d.state.queues[c.Queue].pool.Size() > 0 && len(c.Refused) == 0:
		d.Errorf("chat %s waits although somebody is free", c.ID)
	}
}
