package command

import (
	"context"
	"time"
)

// Status is the whole desk in numbers.
type Status struct {
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Link     bool      `json:"link"`    // the component link is up
	LinkID   string    `json:"link_id"` // changes with every connection; "" while down
	Trouble  string    `json:"trouble"` // why the link is down; "" while up
	Agents   int       `json:"agents"`
	Online   int       `json:"online"` // agents online
	Queues   int       `json:"queues"`
	Visitors int       `json:"visitors"` // online
	Waiting  int       `json:"waiting"`
	Active   int       `json:"active"`
	Away     int       `json:"away"`
	Stats    Stats     `json:"stats"`
}

// Stats counts since the start.
type Stats struct {
	Events      uint64 `json:"events"`
	Batches     uint64 `json:"batches"`
	Failed      uint64 `json:"failed"`
	Opened      uint64 `json:"opened"`
	Closed      uint64 `json:"closed"`
	Requeued    uint64 `json:"requeued"`
	FromAgent   uint64 `json:"from_agent"`
	FromVisitor uint64 `json:"from_visitor"`
	Refused     uint64 `json:"refused"`
	Outbox      int    `json:"outbox"`  // messages to agents not confirmed
	Backlog     int    `json:"backlog"` // events waiting
}

func statusRow(p Process) Status {
	return Status{
		Version: p.Version, Started: p.Stats.Started.UTC(), Link: p.Link, LinkID: p.LinkID, Trouble: p.Trouble,
		Agents: p.Agents, Online: p.Online, Queues: p.Queues, Visitors: p.Visitors,
		Waiting: p.Waiting, Active: p.Active, Away: p.Away,
		Stats: Stats{
			Events: p.Stats.Events, Batches: p.Stats.Batches, Failed: p.Stats.Failed,
			Opened: p.Stats.Opened, Closed: p.Stats.Closed, Requeued: p.Stats.Requeued,
			FromAgent: p.Stats.FromAgent, FromVisitor: p.Stats.FromVisitor, Refused: p.Stats.Refused,
			Outbox: p.Stats.Outbox, Backlog: p.Stats.Backlog,
		},
	}
}

func statusFields() []column[Status] {
	return []column[Status]{
		{"version", func(s Status) string { return s.Version }},
		{"started", func(s Status) string { return clock(s.Started) }},
		{"link", Status.upDown},
		{"agents", func(s Status) string { return count(s.Agents) }},
		{"agents online", func(s Status) string { return count(s.Online) }},
		{"queues", func(s Status) string { return count(s.Queues) }},
		{"visitors online", func(s Status) string { return count(s.Visitors) }},
		{"chats waiting", func(s Status) string { return count(s.Waiting) }},
		{"chats active", func(s Status) string { return count(s.Active) }},
		{"chats away", func(s Status) string { return count(s.Away) }},
		{"chats opened", func(s Status) string { return count(s.Stats.Opened) }},
		{"chats closed", func(s Status) string { return count(s.Stats.Closed) }},
		{"chats requeued", func(s Status) string { return count(s.Stats.Requeued) }},
		{"messages of visitors", func(s Status) string { return count(s.Stats.FromVisitor) }},
		{"messages of agents", func(s Status) string { return count(s.Stats.FromAgent) }},
		{"requests refused", func(s Status) string { return count(s.Stats.Refused) }},
		{"events", func(s Status) string { return count(s.Stats.Events) }},
		{"batches", func(s Status) string { return count(s.Stats.Batches) }},
		{"batches failed", func(s Status) string { return count(s.Stats.Failed) }},
		{"outbox", func(s Status) string { return count(s.Stats.Outbox) }},
		{"backlog", func(s Status) string { return count(s.Stats.Backlog) }},
	}
}

// upDown says how the component link is, and which one it is or why it is down.
func (s Status) upDown() string {
	switch {
	case s.Link && s.LinkID != "":
		return "up (" + s.LinkID + ")"
	case s.Link:
		return "up"
	case s.Trouble != "":
		return "down: " + s.Trouble
	}
	return "down"
}

func status() Group {
	return Group{Verbs: []Verb{{
		Name: "status", Short: "Show how the daemon is doing",
		Who: ByAdmin, Doors: CLI | HTTP, Route: "GET /status",
		Does: one[Status]{statusFields(), func(ctx context.Context, d Desk, _ Input) (Status, error) {
			p, err := d.Process(ctx)
			return statusRow(p), err
		}},
	}}}
}
