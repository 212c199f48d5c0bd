package command

import (
	"cmp"
	"context"
	"time"

	"frontdesk/ledger"
)

// Entry is a row of a transcript.
type Entry struct {
	At       time.Time `json:"at"`
	Author   string    `json:"author"` // "visitor", "agent" or "desk"
	Agent    string    `json:"agent"`
	Name     string    `json:"name"` // the agent's, as the visitor sees it
	ID       string    `json:"id"`
	Replace  string    `json:"replace"` // id of the entry it corrects (XEP-0308)
	Text     string    `json:"text"`
	Delivery string    `json:"delivery"` // "pending", "confirmed" or "seen"
}

func entryRow(e ledger.Entry) Entry {
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

func entryColumns() []column[Entry] {
	return []column[Entry]{
		{"AT", func(e Entry) string { return clock(e.At) }},
		{"FROM", Entry.from},
		{"DELIVERY", func(e Entry) string { return e.Delivery }},
		{"TEXT", Entry.said},
	}
}

// from names who wrote an entry.
func (e Entry) from() string {
	if e.Author == "agent" {
		return cmp.Or(e.Name, e.Agent, e.Author)
	}
	return e.Author
}

// said marks a correction (XEP-0308).
func (e Entry) said() string {
	if e.Replace != "" {
		return "(corrected) " + e.Text
	}
	return e.Text
}

func transcripts() Group {
	return Group{Name: "transcript", Short: "Transcripts: what was said", Verbs: []Verb{
		{
			Name: "transcript list", Short: "List the chats whose transcripts are kept",
			Who: ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /transcripts",
			Does: list[Chat]{chatColumns(), func(ctx context.Context, d Desk, _ Input) ([]Chat, error) {
				found, err := d.Chats(ctx, true)
				return each(found, chatRow), err
			}},
		},
		{
			Name: "transcript show", Short: "Show what was said in a chat",
			Args: []Arg{{Name: "id"}},
			Who:  ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /chats/{id}/transcript",
			Does: list[Entry]{entryColumns(), func(ctx context.Context, d Desk, in Input) ([]Entry, error) {
				found, err := d.Transcript(ctx, chatOf(in))
				return each(found, entryRow), err
			}},
		},
	}}
}
