package engine

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// yes is a store that takes everything at once and keeps nothing.
type yes struct{ *shelf }

func (y yes) Commit(changes []ledger.Change, done func(ledger.Committed)) {
	var c ledger.Committed
	for _, change := range changes {
		if _, ok := change.(ledger.ClaimSeat); ok {
			c.Granted = append(c.Granted, true)
		}
	}
	done(c)
}

// counter counts what the edges get.
type counter struct {
	answers   atomic.Int64
	mu        sync.Mutex
	unsettled map[roster.VisitorJID][]int64
	numbers   []int64 // of words on the link
}

// settle confirms what visitors were shown.
func (c *counter) settle(d *Engine) {
	c.mu.Lock()
	settled := c.unsettled
	c.unsettled = map[roster.VisitorJID][]int64{}
	c.mu.Unlock()
	for v, seqs := range settled {
		d.Post(desk.TabSettled{Tab: desk.Tab{Visitor: v, Stream: "tab"}, Seqs: seqs})
	}
}

// confirmed returns what is on the link since the last call.
func (c *counter) confirmed() []int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	numbers := c.numbers
	c.numbers = nil
	return numbers
}

func (c *counter) Answer(desk.Tab, uint64, desk.Answer) { c.answers.Add(1) }

func (c *counter) Deliver(v roster.VisitorJID, d desk.Delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.Seq > 0 {
		c.unsettled[v] = append(c.unsettled[v], d.Seq)
	}
}

func (c *counter) Directory([]desk.QueueView)              {}
func (c *counter) Link(bool)                               {}
func (c *counter) Join(desk.Tab)                           {}
func (c *counter) Tenure(roster.VisitorJID, time.Duration) {}
func (c *counter) Dismiss(roster.VisitorJID, bool)         {}

func (c *counter) Send(batch []desk.ToAgent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, out := range batch {
		if w, ok := out.(desk.Words); ok && w.Outbox > 0 {
			c.numbers = append(c.numbers, w.Outbox)
		}
	}
}

// BenchmarkDesk steps the messages of 1,000 open chats over 20 agents, a
// visitor's and an agent's in turn; it fails if one gets lost.
func BenchmarkDesk(b *testing.B) {
	const chats, agents = 1000, 20
	m := newShelf()
	for i := range agents {
		a := roster.Agent{JID: roster.AgentJID(fmt.Sprintf("agent%d@example.com", i)), Name: fmt.Sprint(i), Queues: []string{"support"}, Capacity: chats / agents}
		m.Shelf.Commit([]ledger.Change{ledger.SaveAgent{Agent: a}}, func(ledger.Committed) {})
	}
	opts := testOptions()
	opts.MaxWaiting = 0
	d, edge := New(opts, yes{m}, slog.New(slog.DiscardHandler)), &counter{unsettled: map[roster.VisitorJID][]int64{}}
	d.Connect(edge, edge)
	if err := d.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	d.Post(desk.LinkUp{})
	hired, _ := m.Agents(context.Background())
	for _, a := range hired {
		d.Post(desk.AgentPresence{Agent: a.JID, Resource: "r", Presence: roster.Presence{Show: roster.Available}})
	}
	visitors := make([]roster.VisitorJID, chats)
	for i := range visitors {
		visitors[i] = jid(fmt.Sprint(i))
		d.Post(desk.TabOnline{Tab: desk.Tab{Visitor: visitors[i], Stream: "tab"}})
		d.Post(desk.VisitorAsks{Tab: desk.Tab{Visitor: visitors[i], Stream: "tab"}, What: desk.Say{Message: chat.Message{ID: "x", Text: "hello"}}})
	}
	holders := map[roster.VisitorJID]roster.AgentJID{}
	for len(holders) < chats {
		open, err := d.Chats(context.Background(), false)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range open {
			if c.Agent != "" {
				holders[c.Visitor] = c.Agent
			}
		}
	}
	before := edge.answers.Load()
	n := 0
	b.ResetTimer()
	start := time.Now()
	for b.Loop() {
		v := visitors[n/2%chats]
		if n%2 == 0 {
			d.Post(desk.VisitorAsks{Tab: desk.Tab{Visitor: v, Stream: "tab"}, Ref: uint64(n), What: desk.Say{Message: chat.Message{ID: "x", Text: "hello"}}})
		} else {
			d.Post(desk.AgentSays{Agent: holders[v], Resource: "r", Visitor: v, Message: chat.Message{ID: "y", Text: "hi"}})
		}
		if n++; n%16384 == 0 {
			edge.settle(d)
			d.Post(desk.LinkConfirmed{Numbers: edge.confirmed()})
		}
	}
	if err := d.Look(context.Background(), func(*desk.Desk) {}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "events/s")
	b.StopTimer()
	if got, want := edge.answers.Load()-before, int64((n+1)/2); got != want {
		b.Fatalf("%d answers to %d messages", got, want)
	}
	if err := d.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkEvent steps the smallest event there is.
func BenchmarkEvent(b *testing.B) {
	d, edge := New(testOptions(), yes{newShelf()}, slog.New(slog.DiscardHandler)), &counter{unsettled: map[roster.VisitorJID][]int64{}}
	d.Connect(edge, edge)
	if err := d.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Stop(context.Background()) }()
	for b.Loop() {
		d.Post(desk.TabSettled{Tab: desk.Tab{Visitor: "nobody"}})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
