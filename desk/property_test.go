package desk

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// randomSteps is how many things happen in one random play; rapid plays 100.
const randomSteps = 1000

// TestRandomPlays lets anything happen with any outcome of commits: granted,
// refused, failed, late. No agent ever has more chats than seats, no chat is
// lost, who came first is served first, Closed is final, every deadline is
// watched, and no step repeats itself without time passing.
func TestRandomPlays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := begin(t, testOptions(), ledger.NewBook(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		s.hire("alice:1", "bob:2", "carol:3")
		p := &randomPlay{stage: s, draw: t, said: map[string][]string{}, closed: map[chat.ID]chat.Chat{}, confirmed: map[int64]bool{}}
		s.lazy = true
		s.onClaim = p.fair
		for n := range randomSteps {
			p.something()
			p.always()
			if n%50 == 0 {
				p.final()
				p.onlyTaken()
			}
		}
		p.end()
	})
}

type randomPlay struct {
	*stage
	draw      *rapid.T
	said      map[string][]string // by visitor
	confirmed map[int64]bool      // what the server has taken
	closed    map[chat.ID]chat.Chat
	n         int
}

func (p *randomPlay) pick(n int) int { return rapid.IntRange(0, n-1).Draw(p.draw, "pick") }

func (p *randomPlay) visitor() string { return string(rune('a' + p.pick(8))) }

func (p *randomPlay) colleague() string { return []string{"alice", "bob", "carol"}[p.pick(3)] }

// something happens.
func (p *randomPlay) something() {
	for _, group := range []struct {
		weight int
		happen func()
	}{{12, p.visitorActs}, {6, p.agentActs}, {2, p.linkActs}, {3, p.storeActs}, {1, p.adminActs}} {
		if p.pick(24) < group.weight {
			group.happen()
			return
		}
	}
	p.pass(time.Duration(p.pick(30_000)) * time.Millisecond)
}

func (p *randomPlay) visitorActs() {
	v := p.visitor()
	switch p.pick(12) {
	case 0, 1, 2, 3:
		p.n++
		text := fmt.Sprintf("%s-%d", v, p.n)
		p.said[v] = append(p.said[v], text)
		p.say(v, text)
	case 4, 5, 6:
		p.online(v)
	case 7:
		p.offline(v)
	case 8:
		p.Post(TabOffline{Tab: tabOf(v), Ended: true})
	case 9:
		p.ask(v, Depart{})
	case 10:
		p.ask(v, Say{AgentName: "Bob", Message: chat.Message{Text: "bob, please"}})
	default:
		p.Post(TabSettled{Tab: tabOf(v), Seqs: []int64{p.seq - int64(p.pick(4))}})
	}
}

func (p *randomPlay) agentActs() {
	a, v := p.colleague(), p.visitor()
	switch p.pick(7) {
	case 0, 1:
		p.agent(a, roster.Unavailable)
	case 2, 3:
		p.agent(a, []roster.Show{roster.Away, roster.Available, roster.Chat}[p.pick(3)])
	case 4, 5:
		p.reply(a, v, []string{"!close", "hello", "!help", "well"}[p.pick(4)])
	default:
		if n := len(p.edges.words); n > 0 {
			w := p.edges.words[p.pick(n)]
			p.Post(AgentBounced{Agent: w.Agent, Visitor: w.Visitor, ID: w.Message.ID})
		}
	}
}

func (p *randomPlay) linkActs() {
	switch p.pick(3) {
	case 0:
		p.wire = nil // what was on it may be lost
		p.Post(LinkDown{})
	case 1:
		p.Post(LinkUp{Link: uint64(p.pick(100))})
	default:
		p.barriers()
	}
}

// barriers come back for some of what is on the wire, and one thing of the rest
// turns out to be no stanza at all.
func (p *randomPlay) barriers() {
	for _, n := range p.barrier(p.pick(len(p.wire) + 1)) {
		p.confirmed[n] = true
	}
	if n := len(p.wire); n > 0 && p.pick(8) == 0 {
		i := p.pick(n)
		number := p.wire[i]
		p.wire = slices.Delete(p.wire, i, i+1)
		p.Post(LinkUnsent{number})
	}
}

// storeActs: commits are late, come one by one, all at once, or fail; claims
// are refused for a while.
func (p *randomPlay) storeActs() {
	switch p.pick(6) {
	case 0, 1:
		p.hold()
	case 2:
		if len(p.turns) > 0 {
			p.commit()
		}
	case 3:
		p.release(false)
	case 4:
		p.release(true)
	default:
		p.refused = !p.refused
	}
}

func (p *randomPlay) adminActs() {
	jid := roster.AgentJID(p.colleague() + "@example.com")
	capacity := 1 + p.pick(3)
	if err := p.order(SetAgent{jid, roster.AgentPatch{Capacity: &capacity}}); err != nil && !p.held {
		p.Fatal(err)
	}
}

// fair checks a claim: she has a seat, and nobody came before whom she may take.
func (p *randomPlay) fair(claim ledger.ClaimSeat) {
	a, c := p.seats.agents[claim.Agent], p.chats[claim.Chat]
	if a.taken+a.pending > a.Capacity {
		p.Fatalf("%s has %d chats and %d claims with %d seats", a.JID, a.taken, a.pending, a.Capacity)
	}
	for _, w := range p.lines[c.Queue].waiting.All() {
		if o := w.Chat; o.Place < c.Place && o.State == chat.Queued && !o.claiming &&
			(o.Wanted == "" || o.Wanted == a.JID) && !slices.Contains(o.Excluded, a.JID) && !slices.Contains(c.Excluded, a.JID) {
			p.Fatalf("chat %s was before %s", o.ID, c.ID)
		}
	}
}

// final checks that what is closed stays so, and what is open is known.
func (p *randomPlay) final() {
	for id, was := range p.closed {
		if now, _ := p.book.Chat(id); cmp.Diff(was, now) != "" {
			p.Fatalf("chat %s was closed and is %+v", id, now)
		}
	}
	for _, c := range p.book.Chats(true) {
		if c.State == chat.Closed {
			p.closed[c.ID] = c
		} else if !p.held && p.chats[c.ID] == nil {
			p.Fatalf("chat %s is lost", c.ID)
		}
	}
}

// onlyTaken checks that nothing counts as confirmed that was not on the wire
// before a barrier.
func (p *randomPlay) onlyTaken() {
	for _, e := range p.book.Said() {
		if e.Author == ledger.FromVisitor && e.Delivery == ledger.DeliveryConfirmed && !p.confirmed[e.Outbox] {
			p.Fatalf("entry %d is confirmed with number %d, which the server has not taken", e.Seq, e.Outbox)
		}
	}
}

// always is what is so after every step.
func (p *randomPlay) always() {
	for id, c := range p.chats {
		if next := c.Next(); !next.IsZero() && (c.index < 0 || p.Next().After(next)) {
			p.Fatalf("chat %s has a deadline nobody watches", id)
		}
		p.served(c)
	}
	for _, a := range p.seats.agents {
		if a.recount.running() && p.Next().After(a.recount.due) {
			p.Fatalf("nobody watches %s's seats", a.JID)
		}
	}
}

// served checks that nobody waits whom an agent may take, and that nobody was
// served before somebody who came first.
func (p *randomPlay) served(c *openChat) {
	if c.State != chat.Queued || c.claiming || !p.link.up {
		return
	}
	if a := p.seats.pick(c, p.visitors.of(c.Visitor).last); a != "" {
		p.Fatalf("chat %s waits although %s may take it", c.ID, a)
	}
}

// end lets everything settle and compares the desk with its book.
func (p *randomPlay) end() {
	p.onClaim = nil
	p.refused, p.lazy = false, false
	p.release(false)
	p.Post(LinkUp{})
	p.pass(recountAgain)
	p.consistent()
	for v, texts := range p.said {
		var got []string
		for _, w := range p.edges.words {
			if w.Visitor == jid(v) && slices.Contains(texts, w.Message.Text) && !slices.Contains(got, w.Message.Text) {
				got = append(got, w.Message.Text)
			}
		}
		want := slices.DeleteFunc(slices.Clone(texts), func(x string) bool { return !slices.Contains(got, x) })
		if !slices.Equal(got, want) {
			p.Errorf("%s wrote %v, the agents got %v", v, want, got)
		}
	}
}

func (p *randomPlay) consistent() {
	stored := map[chat.ID]chat.Chat{}
	for _, c := range p.book.OpenChats() {
		stored[c.ID] = c
	}
	for id, c := range p.chats {
		if diff := cmp.Diff(stored[id], c.Stored(), cmpopts.EquateEmpty()); diff != "" && !c.claiming {
			p.Errorf("chat %s (-book +desk):\n%s", id, diff)
		}
		if waits := p.lines[c.Queue].waiting.Position(c) > 0; waits != c.Waits() {
			p.Errorf("chat %s is %s with agent %q, and in the line: %t", id, c.State, c.Agent, waits)
		}
		if p.visitors[c.Visitor].chat != c {
			p.Errorf("chat %s is not its visitor's", id)
		}
		p.moves(c)
	}
	p.counted()
	if len(stored) != len(p.chats) {
		p.Errorf("the book has %d open chats, the desk %d", len(stored), len(p.chats))
	}
	for jid, a := range p.seats.agents {
		if of := len(p.chats.heldBy(jid)); a.pending != 0 || a.taken != of || a.taken != p.book.Seats(jid) {
			p.Errorf("%s: %d taken and %d pending of %d, with %d chats", jid, a.taken, a.pending, a.Capacity, of)
		}
	}
}

// counted checks that every open chat is counted where it came from, and no
// other.
func (p *randomPlay) counted() {
	from := networks{}
	for _, c := range p.chats {
		if c.network != "" {
			from[c.network]++
		} else if p.visitors[c.Visitor].network != "" {
			p.Errorf("chat %s is counted nowhere", c.ID)
		}
	}
	if diff := cmp.Diff(from, p.networks); diff != "" {
		p.Errorf("open chats by network (-there +counted):\n%s", diff)
	}
}

// moves checks that an open chat cannot be stuck.
func (p *randomPlay) moves(c *openChat) {
	a := p.seats.agents[c.Agent]
	switch {
	case c.State == chat.Away && c.Deadlines.Grace.IsZero():
		p.Errorf("chat %s waits for its visitor for ever", c.ID)
	case c.HoldsSeat() && !a.online() && c.Deadlines.AgentGrace.IsZero():
		p.Errorf("chat %s waits for its agent for ever", c.ID)
	case c.State == chat.Queued && p.seats.online(c.Queue, p.now) == 0 && c.Unserved.IsZero():
		p.Errorf("chat %s waits for nobody for ever", c.ID)
	}
}
