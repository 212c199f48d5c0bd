// Package admin is the admin's door to the desk: HTTP with JSON over a unix
// socket (RFC 9110, RFC 8259), both halves of it. [Server] answers, [Client]
// asks, and the types in this file are what they say to each other.
//
// There is no login. Whoever may open the socket is the admin, so the socket
// is never, not for a moment, open to anybody but its owner.
package admin

import (
	"fmt"
	"time"

	"frontdesk/desk"
)

// Agent is a line of the list of agents.
type Agent struct {
	JID      string   `json:"jid"`
	Name     string   `json:"name"`
	Queues   []string `json:"queues"`
	Capacity int      `json:"capacity"`
	Chats    int      `json:"chats"`    // seats taken
	Presence string   `json:"presence"` // best of her resources
}

// NewAgent asks for an agent.
type NewAgent struct {
	JID      string   `json:"jid"`
	Name     string   `json:"name"`
	Queues   []string `json:"queues"`
	Capacity int      `json:"capacity"`
	Grace    Duration `json:"grace"` // 0: the queue's
}

// AgentPatch changes the fields of an agent that are not nil.
type AgentPatch struct {
	Name     *string   `json:"name,omitempty"`
	Queues   *[]string `json:"queues,omitempty"`
	Capacity *int      `json:"capacity,omitempty"`
	Grace    *Duration `json:"grace,omitempty"`
}

// Queue is a line of the list of queues.
type Queue struct {
	NewQueue
	Waiting int `json:"waiting"`
	Agents  int `json:"agents"` // who serve it
	Online  int `json:"online"` // of these
}

// NewQueue asks for a queue. Zero values mean the defaults.
type NewQueue struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Strategy   string   `json:"strategy"`
	Grace      Duration `json:"grace"`
	MaxWaiting int      `json:"max_waiting"`
	Closed     bool     `json:"closed"` // takes no new chats
}

// QueuePatch changes the fields of a queue that are not nil.
type QueuePatch struct {
	Title      *string   `json:"title,omitempty"`
	Strategy   *string   `json:"strategy,omitempty"`
	Grace      *Duration `json:"grace,omitempty"`
	MaxWaiting *int      `json:"max_waiting,omitempty"`
	Closed     *bool     `json:"closed,omitempty"`
}

// Visitor is a line of the list of visitors.
type Visitor struct {
	JID    string `json:"jid"`
	Name   string `json:"name"`
	Page   *Page  `json:"page"` // nil when not told
	Online bool   `json:"online"`
	Tabs   int    `json:"tabs"`
	Chat   string `json:"chat"` // "" without an open chat
}

// Page is where a visitor is (XEP-0195).
type Page struct {
	Title string `json:"title"`
	URI   string `json:"uri"`
}

// Chat is a line of the list of chats.
type Chat struct {
	ID       string     `json:"id"`
	Visitor  string     `json:"visitor"`
	Queue    string     `json:"queue"`
	Agent    string     `json:"agent"` // "" while nobody has it
	State    string     `json:"state"`
	Opened   time.Time  `json:"opened"`
	Deadline *time.Time `json:"deadline"` // when it changes hands or ends by itself; nil: never
}

// ChatDetail is one chat with its end.
type ChatDetail struct {
	Chat
	Closed *time.Time `json:"closed"` // nil while it is open
	Reason string     `json:"reason"` // why it was closed
}

// Entry is a line of a transcript.
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

// Duration is a time.Duration that is text in JSON, for example "1m30s".
type Duration time.Duration

// MarshalText writes d as [time.Duration.String] does. It never fails.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%w: %q is not a duration such as 90s", desk.ErrInvalid, b)
	}
	*d = Duration(parsed)
	return nil
}
