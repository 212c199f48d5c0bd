package desk

import (
	"errors"
	"time"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// Errors of the desk's commands; test with errors.Is. Their wrapping text
// names the thing and the remedy and is fit for people.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
	ErrInvalid  = errors.New("not possible")
	ErrStopped  = errors.New("the desk is stopped")
	ErrStore    = errors.New("the store did not take it")
)

// AgentInfo is an agent with what she is doing.
type AgentInfo struct {
	Agent    roster.Agent
	Chats    int         // seats taken
	Presence roster.Show // best of her resources
}

// QueueInfo is a queue with its line.
type QueueInfo struct {
	Queue   queue.Queue
	Waiting int
	Agents  int // who serve it
	Online  int // of these
}

// VisitorInfo is a visitor who is online or has an open chat.
type VisitorInfo struct {
	Visitor roster.Visitor
	Online  bool
	Tabs    int
	Chat    chat.ID // "" without an open chat
}

// Status is the whole desk in numbers.
type Status struct {
	Started  time.Time
	Link     bool   // the component link is up
	LinkID   string // changes with every connection; "" while down; not the desk's to know
	Trouble  string // why the link is down, for people; not the desk's to know
	Agents   int
	Online   int // agents online
	Queues   int
	Visitors int // online
	Waiting  int
	Active   int
	Away     int
	Stats    Stats
}

// Stats counts since the start.
type Stats struct {
	Events    uint64 // events stepped
	Batches   uint64 // batches committed
	Failed    uint64 // batches the store did not take
	Opened    uint64 // chats opened
	Closed    uint64 // chats closed
	Requeued  uint64
	FromAgent uint64 // messages with text
	FromGuest uint64
	Refused   uint64 // requests answered with an error
	Outbox    int    // Words not confirmed
	Backlog   int    // events waiting
}

// The desk's commands, for admin (all take a context, may fail, and return
// after the commit):
//
//	Status(ctx) (Status, error)
//	Agents(ctx) ([]AgentInfo, error)
//	AddAgent(ctx, roster.Agent) error            ErrExists, ErrInvalid (name taken, no such queue, capacity < 1)
//	SetAgent(ctx, jid, func-free patch AgentPatch) error   ErrNotFound, ErrInvalid
//	RemoveAgent(ctx, roster.AgentJID) error      ErrNotFound; her chats are requeued
//	Queues(ctx) ([]QueueInfo, error)
//	AddQueue(ctx, queue.Queue) error             ErrExists, ErrInvalid
//	SetQueue(ctx, name string, QueuePatch) error
//	RemoveQueue(ctx, name string) error          ErrNotFound, ErrInvalid (the last one, open chats)
//	Visitors(ctx) ([]VisitorInfo, error)
//	KickVisitor(ctx, roster.VisitorJID) error    ErrNotFound; ends streams and chat
//	Chats(ctx, all bool) ([]chat.Chat, error)    newest last
//	Chat(ctx, chat.ID) (chat.Chat, error)        ErrNotFound
//	CloseChat(ctx, chat.ID) error                ErrNotFound
//	Transcript(ctx, chat.ID) ([]ledger.Entry, error) ErrNotFound

// AgentPatch changes the fields that are not nil.
type AgentPatch struct {
	Name     *string
	Queues   *[]string
	Capacity *int
	Grace    *time.Duration
}

// QueuePatch changes the fields that are not nil.
type QueuePatch struct {
	Title      *string
	Strategy   *queue.Strategy
	Grace      *time.Duration
	MaxWaiting *int
	Closed     *bool
}
