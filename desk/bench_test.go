package desk

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/chat"
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
	answers, outbox atomic.Int64
	mu              sync.Mutex
	unsettled       map[roster.VisitorJID][]int64
}

// settle confirms what visitors were shown.
func (c *counter) settle(d *Desk) {
	c.mu.Lock()
	settled := c.unsettled
	c.unsettled = map[roster.VisitorJID][]int64{}
	c.mu.Unlock()
	for v, seqs := range settled {
		d.Post(TabSettled{Tab: Tab{v, "tab"}, Seqs: seqs})
	}
}

func (c *counter) Answer(Tab, uint64, Answer) { c.answers.Add(1) }

func (c *counter) Deliver(v roster.VisitorJID, d Delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.Seq > 0 {
		c.unsettled[v] = append(c.unsettled[v], d.Seq)
	}
}

func (c *counter) Directory([]QueueView)                   {}
func (c *counter) Link(bool)                               {}
func (c *counter) Join(Tab)                                {}
func (c *counter) Tenure(roster.VisitorJID, time.Duration) {}
func (c *counter) Dismiss(roster.VisitorJID, bool)         {}

func (c *counter) Send(batch []ToAgent) {
	if w, ok := batch[len(batch)-1].(Words); ok {
		c.outbox.Store(w.Outbox)
	}
}

// BenchmarkDesk steps the messages of 1,000 open chats over 20 agents, a
// visitor's and an agent's in turn; it fails if one gets lost.
func BenchmarkDesk(b *testing.B) {
	const chats, agents = 1000, 20
	m := newShelf()
	for i := range agents {
		a := roster.Agent{JID: roster.AgentJID(fmt.Sprintf("agent%d@example.com", i)), Name: fmt.Sprint(i), Queues: []string{"support"}, Capacity: chats / agents}
		m.agents[a.JID] = a
	}
	opts := testOptions()
	opts.MaxWaiting, opts.Log = 0, slog.New(slog.DiscardHandler)
	d, edge := New(opts, yes{m}), &counter{unsettled: map[roster.VisitorJID][]int64{}}
	d.Connect(edge, edge)
	if err := d.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	d.Post(LinkUp{})
	for jid := range m.agents {
		d.Post(AgentPresence{Agent: jid, Resource: "r", Presence: roster.Presence{Show: roster.Available}})
	}
	visitors := make([]roster.VisitorJID, chats)
	for i := range visitors {
		visitors[i] = jid(fmt.Sprint(i))
		d.Post(TabOnline{Tab: Tab{visitors[i], "tab"}})
		d.Post(VisitorAsks{Tab: Tab{visitors[i], "tab"}, What: Say{Message: chat.Message{ID: "x", Text: "hello"}}})
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
			d.Post(VisitorAsks{Tab: Tab{v, "tab"}, Ref: uint64(n), What: Say{Message: chat.Message{ID: "x", Text: "hello"}}})
		} else {
			d.Post(AgentSays{Agent: holders[v], Resource: "r", Visitor: v, Message: chat.Message{ID: "y", Text: "hi"}})
		}
		if n++; n%16384 == 0 {
			edge.settle(d)
			d.Post(LinkConfirmed{Outbox: edge.outbox.Load()})
		}
	}
	if err := d.do(context.Background(), func() error { return nil }); err != nil {
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
	d, edge := New(testOptions(), yes{newShelf()}), &counter{unsettled: map[roster.VisitorJID][]int64{}}
	d.Connect(edge, edge)
	if err := d.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = d.Stop(context.Background()) }()
	for b.Loop() {
		d.Post(TabSettled{Tab: Tab{Visitor: "nobody"}})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
