// Package component is the agents' side of frontdesk: on the component link it
// speaks for the desk, for its queues and for every visitor, and turns what
// agents' clients send into events of the desk.
//
// [Component] stands on a [link.Link] and implements [engine.Agents]. What it
// keeps for one connection is in connection.go; from there stanzas go through
// inbound.go (messages, presence) and iq.go (questions, answered in replies.go)
// to the desk, and the desk's things through outbound.go and contacts.go to the
// link. Contact lists of agents are written where the server grants it
// (privilege.go, XEP-0356). [Check] tries a configuration once.
//
// A map, in the order of reading:
//
//	ports address avatar        what is needed of the desk; whose address; pictures of visitors
//	following privilege         whose presence we follow, what the server lets us write
//	component                   the agents' side for the life of the process
//	inbound questions refusals  what agents send, what they ask, what is answered with an error
//	connection                  what is kept for one connection
//	vcard disco replies iq      questions and their answers
//	outbound contacts           what the desk sends, and agents' contact lists
//	check                       a trial of a configuration
package component

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/link"
)

// Options says as what the component speaks. It is a value; the component
// keeps a copy.
type Options struct {
	Domain  string // our domain, that of the link
	Name    string // shown in contact lists and service browsers; "" is "Live chat"
	Version string // of this program (XEP-0092)
	// Queues lists the desk's queues for discovery; nil means none. It is called
	// by the link's reading goroutine and may take a moment.
	Queues func() []Listing
	Log    *slog.Logger
}

// Listing is a queue as discovery shows it (XEP-0030 §4).
type Listing struct{ Name, Title string }

// Limits of the agents' side.
const (
	maxText      = 8 << 10 // bytes of a message's text
	maxQuestions = 1024    // questions about visitors at the desk
	maxHosts     = 64      // hosts that announced privileges
	maxKnown     = 1 << 16 // names told, senders refused
)

// answerWithin is how long the desk has to answer a question about a visitor.
const answerWithin = 10 * time.Second

// Component is the agents' side, whatever connection carries it at the moment.
// Its methods may be called by any goroutine.
type Component struct {
	lasting

	mu     sync.Mutex
	opened *connection // the latest
	live   *connection // nil while the link is down
}

// lasting is what outlives connections.
type lasting struct {
	opts      Options
	desk      Desk
	log       *slog.Logger
	started   time.Time
	following following
	pictures  pictures

	odd, dropped atomic.Uint64 // see Stats
}

var (
	_ engine.Agents = (*Component)(nil)
	_ link.Handler  = (*Component)(nil)
	_ link.Receiver = (*connection)(nil)
	_ conn          = (*link.Conn)(nil)
)

// New returns the agents' side for a link that is given it as its handler.
func New(opts Options, d Desk) *Component {
	if opts.Name == "" {
		opts.Name = "Live chat"
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Component{lasting: lasting{opts: opts, desk: d, log: opts.Log, started: time.Now()}}
}

// Open implements [link.Handler].
func (c *Component) Open(l *link.Conn) link.Receiver {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opened = newConnection(&c.lasting, l)
	return c.opened
}

// Up implements [link.Handler].
func (c *Component) Up(number uint64) {
	c.mu.Lock()
	c.live = c.opened
	c.live.number = number
	granted := c.live.granted.String()
	c.mu.Unlock()
	c.log.Info("component link is up", "domain", c.opts.Domain, "privileges", granted)
	c.desk.Post(desk.LinkUp{Link: number})
}

// Down implements [link.Handler].
func (c *Component) Down() {
	c.mu.Lock()
	c.live = nil
	c.mu.Unlock()
	c.desk.Post(desk.LinkDown{})
}

// Send queues things for the server; it never blocks. While the link is down
// they are dropped, and on a new connection until the desk has answered its
// [desk.LinkUp] with [desk.Attached]: the desk tells them again then. Sent
// earlier they were confirmed out of their order, and would hide the loss of
// what came before them.
func (c *Component) Send(batch []desk.ToAgent) {
	c.mu.Lock()
	live := c.live
	if live == nil {
		c.mu.Unlock()
		return
	}
	items := make([]link.Item, 0, len(batch))
	for _, thing := range batch {
		if t, ok := thing.(desk.Attached); ok {
			live.attached = t.Link == live.number
		} else if live.attached {
			items = append(items, live.item(thing))
		}
	}
	c.mu.Unlock()
	live.conn.Send(items)
}

// Stats is a snapshot of the agents' side.
type Stats struct {
	Odd     uint64 // stanzas skipped because they could not be read
	Dropped uint64 // stanzas not sent because of a bad address
}

// Stats returns a snapshot.
func (c *Component) Stats() Stats {
	return Stats{Odd: c.odd.Load(), Dropped: c.dropped.Load()}
}
