package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// fakeDesk keeps agents and queues like the real one; its visitors and chats
// are given. One of them tries to be nasty to terminals.
type fakeDesk struct {
	mu     sync.Mutex
	agents map[roster.AgentJID]roster.Agent
	queues map[string]queue.Queue
	closed map[chat.ID]bool
	kicked map[roster.VisitorJID]bool
}

const (
	nasty = "\x1b]0;owned\x07\u009b2JA\u202eB\r\nERROR forged"
	first = "2026-11-20T12:00:00Z"
)

func newFakeDesk() *fakeDesk {
	return &fakeDesk{
		agents: map[roster.AgentJID]roster.Agent{},
		queues: map[string]queue.Queue{"support": {Name: "support"}},
		closed: map[chat.ID]bool{},
		kicked: map[roster.VisitorJID]bool{},
	}
}

func noon() time.Time {
	t, err := time.Parse(time.RFC3339, first)
	if err != nil {
		panic(err)
	}
	return t
}

func (f *fakeDesk) Status(context.Context) (engine.Status, error) {
	return engine.Status{
		Status: desk.Status{Link: true, Agents: len(f.agents), Visitors: 2}, LinkID: "4f7kq2",
		Stats: engine.Stats{Started: noon(), Stats: desk.Stats{Opened: 7}},
	}, nil
}

func (f *fakeDesk) Agents(context.Context) ([]desk.AgentInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []desk.AgentInfo
	for _, jid := range slices.Sorted(maps.Keys(f.agents)) {
		out = append(out, desk.AgentInfo{Agent: f.agents[jid], Presence: roster.Away})
	}
	return out, nil
}

func (f *fakeDesk) AddAgent(_ context.Context, a roster.Agent) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.agents[a.JID]; ok {
		return fmt.Errorf("agent %s: %w", a.JID, desk.ErrExists)
	}
	if a.Grace != 0 && a.Grace != 2*time.Minute {
		return fmt.Errorf("grace %s: %w", a.Grace, desk.ErrInvalid)
	}
	f.agents[a.JID] = a
	return nil
}

func (f *fakeDesk) SetAgent(_ context.Context, jid roster.AgentJID, p roster.AgentPatch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.agents[jid]
	if !ok {
		return fmt.Errorf("agent %s: %w", jid, desk.ErrNotFound)
	}
	set(&a.Name, p.Name)
	set(&a.Queues, p.Queues)
	set(&a.Capacity, p.Capacity)
	set(&a.Grace, p.Grace)
	f.agents[jid] = a
	return nil
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (f *fakeDesk) RemoveAgent(_ context.Context, jid roster.AgentJID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.agents[jid]; !ok {
		return fmt.Errorf("agent %s: %w", jid, desk.ErrNotFound)
	}
	delete(f.agents, jid)
	return nil
}

func (f *fakeDesk) Queues(context.Context) ([]desk.QueueInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []desk.QueueInfo
	for _, name := range slices.Sorted(maps.Keys(f.queues)) {
		out = append(out, desk.QueueInfo{Queue: f.queues[name], Agents: 1})
	}
	return out, nil
}

func (f *fakeDesk) AddQueue(_ context.Context, q queue.Queue) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.queues[q.Name]; ok {
		return fmt.Errorf("queue %q: %w", q.Name, desk.ErrExists)
	}
	f.queues[q.Name] = q
	return nil
}

func (f *fakeDesk) SetQueue(_ context.Context, name string, p queue.Patch) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	q, ok := f.queues[name]
	if !ok {
		return fmt.Errorf("queue %q: %w", name, desk.ErrNotFound)
	}
	set(&q.Title, p.Title)
	set(&q.Strategy, p.Strategy)
	set(&q.Grace, p.Grace)
	set(&q.MaxWaiting, p.MaxWaiting)
	set(&q.Closed, p.Closed)
	f.queues[name] = q
	return nil
}

func (f *fakeDesk) RemoveQueue(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.queues[name]; !ok {
		return fmt.Errorf("queue %q: %w", name, desk.ErrNotFound)
	}
	delete(f.queues, name)
	return nil
}

func (f *fakeDesk) Visitors(context.Context) ([]desk.VisitorInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []desk.VisitorInfo
	for _, v := range []desk.VisitorInfo{
		{
			Visitor: roster.Visitor{JID: "visitor-a@chat.example.com", Name: "Ann", Page: roster.Page{Title: "Shop", URI: "https://shop.example.com/"}},
			Online:  true, Tabs: 2, Chat: "c1",
		},
		{Visitor: roster.Visitor{JID: "visitor-b@chat.example.com", Name: nasty}, Online: true, Tabs: 1},
	} {
		if !f.kicked[v.Visitor.JID] {
			out = append(out, v)
		}
	}
	return out, nil
}

func (f *fakeDesk) KickVisitor(_ context.Context, jid roster.VisitorJID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kicked[jid] {
		return fmt.Errorf("visitor %s: %w", jid, desk.ErrNotFound)
	}
	f.kicked[jid] = true
	return nil
}

func (f *fakeDesk) Chats(_ context.Context, all bool) ([]chat.Chat, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []chat.Chat
	for _, c := range []chat.Chat{
		{ID: "c0", Visitor: "visitor-z@chat.example.com", Queue: "support", State: chat.Closed, Opened: noon(), Closed: noon().Add(time.Hour), Reason: chat.VisitorLeft},
		{ID: "c1", Visitor: "visitor-a@chat.example.com", Queue: "support", State: chat.Away, Agent: "alice@example.com", Opened: noon(), Deadlines: chat.Deadlines{Grace: noon().Add(time.Minute)}},
	} {
		if f.closed[c.ID] {
			c.State = chat.Closed
		}
		if all || c.State != chat.Closed {
			out = append(out, c)
		}
	}
	return out, nil
}

func (f *fakeDesk) Chat(ctx context.Context, id chat.ID) (chat.Chat, error) {
	all, err := f.Chats(ctx, true)
	for _, c := range all {
		if c.ID == id {
			return c, err
		}
	}
	return chat.Chat{}, fmt.Errorf("chat %s: %w", id, desk.ErrNotFound)
}

func (f *fakeDesk) CloseChat(_ context.Context, id chat.ID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id != "c1" || f.closed[id] {
		return fmt.Errorf("open chat %s: %w", id, desk.ErrNotFound)
	}
	f.closed[id] = true
	return nil
}

func (f *fakeDesk) Transcript(_ context.Context, id chat.ID) ([]ledger.Entry, error) {
	if id != "c1" {
		return nil, fmt.Errorf("chat %s: %w", id, desk.ErrNotFound)
	}
	return []ledger.Entry{
		{Author: ledger.FromVisitor, ID: "m1", Text: "hello", At: noon(), Delivery: ledger.DeliverySeen},
		{Author: ledger.FromAgent, Agent: "alice@example.com", AgentName: "Alice", ID: "m2", Replace: "m0", Text: "hi there", At: noon()},
		{Author: ledger.FromVisitor, ID: "m3", Text: nasty, At: noon()},
	}, nil
}
