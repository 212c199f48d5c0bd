package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"frontdesk/chat"
	"frontdesk/command"
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

func (f *fakeDesk) Process(context.Context) (command.Process, error) {
	return command.Process{
		Version: "1.2.3", LinkID: "4f7kq2",
		Status: engine.Status{
			Status: desk.Status{Link: true, Agents: len(f.agents), Visitors: 2},
			Stats:  engine.Stats{Started: noon(), Stats: desk.Stats{Opened: 7}},
		},
	}, nil
}

func (f *fakeDesk) Look(_ context.Context, see func(command.View)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	see(f)
	return nil
}

func (f *fakeDesk) Order(_ context.Context, what desk.Order) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch o := what.(type) {
	case desk.AddAgent:
		return f.addAgent(o.Agent)
	case desk.SetAgent:
		return f.setAgent(o.JID, o.Patch)
	case desk.RemoveAgent:
		return f.removeAgent(o.JID)
	case desk.AddQueue:
		return f.addQueue(o.Queue)
	case desk.SetQueue:
		return f.setQueue(o.Name, o.Patch)
	case desk.RemoveQueue:
		return f.removeQueue(o.Name)
	case desk.KickVisitor:
		return f.kickVisitor(o.JID)
	case desk.CloseChat:
		return f.closeChat(o.ID)
	}
	return fmt.Errorf("nobody can %T", what)
}

func (f *fakeDesk) Agents() []desk.AgentInfo {
	var out []desk.AgentInfo
	for _, jid := range slices.Sorted(maps.Keys(f.agents)) {
		out = append(out, desk.AgentInfo{Agent: f.agents[jid], Presence: roster.Away})
	}
	return out
}

func (f *fakeDesk) addAgent(a roster.Agent) error {
	if _, ok := f.agents[a.JID]; ok {
		return fmt.Errorf("agent %s: %w", a.JID, desk.ErrExists)
	}
	if a.Grace != 0 && a.Grace != 2*time.Minute {
		return fmt.Errorf("grace %s: %w", a.Grace, desk.ErrInvalid)
	}
	f.agents[a.JID] = a
	return nil
}

func (f *fakeDesk) setAgent(jid roster.AgentJID, p roster.AgentPatch) error {
	a, ok := f.agents[jid]
	if !ok {
		return fmt.Errorf("agent %s: %w", jid, desk.ErrNotFound)
	}
	f.agents[jid] = p.Apply(a)
	return nil
}

func (f *fakeDesk) removeAgent(jid roster.AgentJID) error {
	if _, ok := f.agents[jid]; !ok {
		return fmt.Errorf("agent %s: %w", jid, desk.ErrNotFound)
	}
	delete(f.agents, jid)
	return nil
}

func (f *fakeDesk) Queues() []desk.QueueInfo {
	var out []desk.QueueInfo
	for _, name := range slices.Sorted(maps.Keys(f.queues)) {
		out = append(out, desk.QueueInfo{Queue: f.queues[name], Agents: 1})
	}
	return out
}

func (f *fakeDesk) addQueue(q queue.Queue) error {
	if _, ok := f.queues[q.Name]; ok {
		return fmt.Errorf("queue %q: %w", q.Name, desk.ErrExists)
	}
	f.queues[q.Name] = q
	return nil
}

func (f *fakeDesk) setQueue(name string, p queue.Patch) error {
	q, ok := f.queues[name]
	if !ok {
		return fmt.Errorf("queue %q: %w", name, desk.ErrNotFound)
	}
	f.queues[name] = p.Apply(q)
	return nil
}

func (f *fakeDesk) removeQueue(name string) error {
	if _, ok := f.queues[name]; !ok {
		return fmt.Errorf("queue %q: %w", name, desk.ErrNotFound)
	}
	delete(f.queues, name)
	return nil
}

func (f *fakeDesk) Visitors() []desk.VisitorInfo {
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
	return out
}

func (f *fakeDesk) kickVisitor(jid roster.VisitorJID) error {
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

func (f *fakeDesk) closeChat(id chat.ID) error {
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
