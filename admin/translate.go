package admin

import (
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

func agentOf(a desk.AgentInfo) Agent {
	return Agent{
		JID:      string(a.Agent.JID),
		Name:     a.Agent.Name,
		Queues:   append([]string{}, a.Agent.Queues...),
		Capacity: a.Agent.Capacity,
		Chats:    a.Chats,
		Presence: a.Presence.String(),
	}
}

// agent checks what only the edge can check: that addresses are canonical.
func (a NewAgent) agent() (roster.Agent, error) {
	address, err := ParseAgent(a.JID)
	if err != nil {
		return roster.Agent{}, err
	}
	if err := checkName(a.Name); err != nil {
		return roster.Agent{}, err
	}
	return roster.Agent{
		JID: address, Name: a.Name, Queues: a.Queues, Capacity: a.Capacity, Grace: time.Duration(a.Grace),
	}, nil
}

// patch checks what only the edge can check: that a name can be part of an
// address.
func (p AgentPatch) patch() (roster.AgentPatch, error) {
	out := roster.AgentPatch{Name: p.Name, Queues: p.Queues, Capacity: p.Capacity, Grace: (*time.Duration)(p.Grace)}
	if p.Name == nil {
		return out, nil
	}
	return out, checkName(*p.Name)
}

func queueOf(q desk.QueueInfo) Queue {
	strategy := q.Queue.Strategy
	if strategy == "" {
		strategy = queue.LeastLoaded
	}
	return Queue{
		NewQueue: NewQueue{
			Name: q.Queue.Name, Title: q.Queue.Title, Strategy: string(strategy),
			Grace: Duration(q.Queue.Grace), MaxWaiting: q.Queue.MaxWaiting, Closed: q.Queue.Closed,
		},
		Waiting: q.Waiting, Agents: q.Agents, Online: q.Online,
	}
}

// queue checks what only the edge can check: that the name is an address.
func (q NewQueue) queue() (queue.Queue, error) {
	name, err := ParseQueue(q.Name)
	if err != nil {
		return queue.Queue{}, err
	}
	if err := checkName(q.Title); err != nil {
		return queue.Queue{}, err
	}
	return queue.Queue{
		Name: name, Title: q.Title, Strategy: queue.Strategy(q.Strategy),
		Grace: time.Duration(q.Grace), MaxWaiting: q.MaxWaiting, Closed: q.Closed,
	}, nil
}

func (p QueuePatch) patch() (queue.Patch, error) {
	out := queue.Patch{
		Title: p.Title, Strategy: (*queue.Strategy)(p.Strategy), Grace: (*time.Duration)(p.Grace),
		MaxWaiting: p.MaxWaiting, Closed: p.Closed,
	}
	if p.Title == nil {
		return out, nil
	}
	return out, checkName(*p.Title)
}

func visitorOf(v desk.VisitorInfo) Visitor {
	out := Visitor{
		JID: string(v.Visitor.JID), Name: v.Visitor.Name,
		Online: v.Online, Tabs: v.Tabs, Chat: string(v.Chat),
	}
	if v.Visitor.Page != (roster.Page{}) {
		out.Page = &Page{Title: v.Visitor.Page.Title, URI: v.Visitor.Page.URI}
	}
	return out
}

func chatOf(c chat.Chat) Chat {
	return Chat{
		ID: string(c.ID), Visitor: string(c.Visitor), Queue: c.Queue, Agent: string(c.Agent),
		State: c.State.String(), Opened: c.Opened.UTC(), Deadline: deadline(c),
	}
}

// deadline is the next instant at which an open chat changes hands or ends by
// itself; warnings and preferences do not count.
func deadline(c chat.Chat) *time.Time {
	if c.State == chat.Closed {
		return nil
	}
	d := c.Deadlines
	d.IdleWarn, d.Wanted = time.Time{}, time.Time{}
	return instant(d.Next())
}

// instant is nil for the zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func detailOf(c chat.Chat) ChatDetail {
	return ChatDetail{Chat: chatOf(c), Closed: instant(c.Closed), Reason: string(c.Reason)}
}

func entryOf(e ledger.Entry) Entry {
	return Entry{
		At: e.At.UTC(), Author: author(e.Author), Agent: string(e.Agent), Name: e.AgentName,
		ID: e.ID, Replace: e.Replace, Text: e.Text, Delivery: delivery(e.Delivery),
	}
}

func author(a ledger.Author) string {
	switch a {
	case ledger.FromVisitor:
		return "visitor"
	case ledger.FromAgent:
		return "agent"
	case ledger.FromDesk:
	}
	return "desk"
}

func delivery(d ledger.Delivery) string {
	switch d {
	case ledger.DeliveryConfirmed:
		return "confirmed"
	case ledger.DeliverySeen:
		return "seen"
	case ledger.DeliveryPending:
	}
	return "pending"
}

func statusOf(s engine.Status, version string) Status {
	return Status{
		Version: version, Started: s.Stats.Started.UTC(), Link: s.Link, LinkID: s.LinkID, Trouble: s.Trouble,
		Agents: s.Agents, Online: s.Online,
		Queues: s.Queues, Visitors: s.Visitors, Waiting: s.Waiting, Active: s.Active, Away: s.Away,
		Stats: Stats{
			Events: s.Stats.Events, Batches: s.Stats.Batches, Failed: s.Stats.Failed,
			Opened: s.Stats.Opened, Closed: s.Stats.Closed, Requeued: s.Stats.Requeued,
			FromAgent: s.Stats.FromAgent, FromVisitor: s.Stats.FromVisitor, Refused: s.Stats.Refused,
			Outbox: s.Stats.Outbox, Backlog: s.Stats.Backlog,
		},
	}
}
