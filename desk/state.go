package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// state is what the desk knows: the store's rows, and beside them who is here.
type state struct {
	agents   map[roster.AgentJID]*agent
	queues   map[string]*room
	chats    map[chat.ID]*openChat
	crowd    crowd // of the chats
	visitors map[roster.VisitorJID]*visitor
	contacts map[roster.Contact]contactState
	due      deadlines
	kept     []keptVisitor
	seq      int64    // last Entry.Seq
	outboxed int64    // last Entry.Outbox
	place    int64    // last place in a line
	words    []posted // as loaded: on no link yet
}

// agent is an agent and what she is doing.
type agent struct {
	roster.Agent
	resources roster.Resources
	show      roster.Show // best of the resources
	taken     int
	pending   int
	since     time.Time // seats changed last
	last      time.Time // got a chat last
	expected  time.Time // was online before the link was lost: may be back until then
}

func (a *agent) seats() roster.Seats {
	return roster.Seats{Capacity: a.Capacity, Taken: a.taken, Pending: a.pending}
}

// online: some resource takes messages. ready: and she may be given chats.
func (a *agent) online() bool { return a.show != roster.Unavailable }
func (a *agent) ready() bool  { return a.show >= roster.Available }

// room is a queue with its line and the agents who can take a chat.
type room struct {
	queue.Queue
	line  queue.Line[chat.ID]
	pool  *queue.Pool
	busy  bool          // somebody waits
	pace  time.Duration // smoothed time between two assignments
	moved time.Time     // last assignment
}

// openChat is a chat that is not closed.
type openChat struct {
	chat.Chat
	due        time.Time
	where      netip.Prefix // see crowd
	index      int          // in deadlines; -1: not there
	claiming   bool         // a claim is under way
	quiet      bool         // since a restart: the agent was not told that the visitor is gone
	told       int          // position in the line the visitor knows
	bytes      int          // text so far
	pending    []ledger.Entry
	unanswered []ledger.Entry // sent to the agent and followed by no word of hers
	lines      []line
}

// line is what is remembered of a message, to understand references to it.
type line struct {
	seq    int64
	id     string // outward
	ref    string // its sender's
	author ledger.Author
	wants  bool // a receipt
}

// visitor is a visitor who is online, has an open chat, or has something to
// fetch.
type visitor struct {
	roster.Visitor
	tabs      []tab
	chat      *openChat
	where     netip.Prefix // of the last tab that came
	unsettled []ledger.Entry
	unread    int             // bytes of text in unsettled
	until     time.Time       // without a chat: how long they are kept
	last      roster.AgentJID // who talked with the visitor last
}

// tab is one of a visitor's streams.
type tab struct {
	stream       string
	online, away bool
}

// tab finds a stream of the visitor; nil when it is not known.
func (v *visitor) tab(stream string) *tab {
	for i := range v.tabs {
		if v.tabs[i].stream == stream {
			return &v.tabs[i]
		}
	}
	return nil
}

// keptVisitor has messages to fetch after the chat, until an instant.
type keptVisitor struct {
	jid   roster.VisitorJID
	until time.Time
}

// contactState tells how a contact stands: held, or leaving. A leaving one is
// the place in the outbox with which it is gone; 0: to be asked for again.
type contactState int64

const contactHeld contactState = -1

func newState() state {
	return state{
		agents:   make(map[roster.AgentJID]*agent),
		queues:   make(map[string]*room),
		chats:    make(map[chat.ID]*openChat),
		crowd:    make(crowd),
		visitors: make(map[roster.VisitorJID]*visitor),
		contacts: make(map[roster.Contact]contactState),
	}
}

// online counts the visitor's tabs with a live link, and how many of them are
// not away.
func (v *visitor) online() (tabs, present int) {
	for _, t := range v.tabs {
		if t.online {
			tabs++
			if !t.away {
				present++
			}
		}
	}
	return tabs, present
}

// load reads the store's rows into a fresh state and keeps who is here.
func (d *Desk) load(ctx context.Context) error {
	s := newState()
	if err := d.loadRows(ctx, &s); err != nil {
		return err
	}
	for jid, a := range d.state.agents {
		if now, ok := s.agents[jid]; ok {
			now.resources, now.show, now.since, now.last = a.resources, a.show, a.since, a.last
		}
	}
	for jid, v := range d.state.visitors {
		if len(v.tabs) > 0 {
			now := s.visitor(jid)
			now.tabs, now.where, now.last = v.tabs, v.where, v.last
			if now.Name == "" {
				now.Name, now.Page = v.Name, v.Page
			}
		}
	}
	s.count(&d.state)
	d.state = s
	for _, r := range s.queues {
		d.fillPool(r)
	}
	return nil
}

func (d *Desk) loadRows(ctx context.Context, s *state) error {
	agents, err := d.store.Agents(ctx)
	if err != nil {
		return fmt.Errorf("agents: %w", err)
	}
	for _, a := range agents {
		s.agents[a.JID] = &agent{Agent: a, resources: roster.Resources{}}
	}
	queues, err := d.store.Queues(ctx)
	if err != nil {
		return fmt.Errorf("queues: %w", err)
	}
	for _, q := range queues {
		s.queues[q.Name] = &room{Queue: q}
	}
	contacts, err := d.store.Contacts(ctx)
	if err != nil {
		return fmt.Errorf("contacts: %w", err)
	}
	for _, c := range contacts {
		s.contacts[c] = contactHeld
	}
	if s.seq, s.outboxed, s.place, err = d.store.Marks(ctx); err != nil {
		return fmt.Errorf("marks: %w", err)
	}
	return d.loadChats(ctx, s)
}

func (d *Desk) loadChats(ctx context.Context, s *state) error {
	chats, err := d.store.OpenChats(ctx)
	if err != nil {
		return fmt.Errorf("chats: %w", err)
	}
	var of []roster.VisitorJID
	for _, c := range chats {
		o := &openChat{Chat: c, index: -1}
		s.chats[c.ID] = o
		s.visitor(c.Visitor).chat = o
		of = append(of, c.Visitor)
		if a := s.agents[c.Agent]; a != nil && c.HoldsSeat() {
			a.taken++
		}
		if r := s.queues[c.Queue]; r != nil && c.Waits() {
			r.line.Put(queue.Waiting[chat.ID]{Chat: c.ID, Place: c.Place})
		}
		s.due.fix(o)
	}
	known, err := d.store.Visitors(ctx, of)
	if err != nil {
		return fmt.Errorf("visitors: %w", err)
	}
	for _, v := range known {
		s.visitor(v.JID).Visitor = v
	}
	return d.loadEntries(ctx, s)
}

func (d *Desk) loadEntries(ctx context.Context, s *state) error {
	undelivered, err := d.store.Undelivered(ctx)
	if err != nil {
		return fmt.Errorf("undelivered messages: %w", err)
	}
	open, err := d.store.Said(ctx)
	if err != nil {
		return fmt.Errorf("messages of open chats: %w", err)
	}
	for _, e := range undelivered {
		if s.chats[e.Chat] != nil {
			continue // below
		}
		if s.take(e); e.Author != ledger.FromVisitor {
			s.keep(s.visitor(e.Visitor), e.At.Add(d.opts.ResumeTTL))
		}
	}
	for _, e := range open {
		s.take(e)
		if c := s.chats[e.Chat]; c != nil {
			c.hear(e)
		}
	}
	slices.SortFunc(s.words, func(a, b posted) int { return cmp.Compare(a.place, b.place) })
	return nil
}

// take puts an entry back to where it is on its way.
func (s *state) take(e ledger.Entry) {
	switch {
	case e.Author == ledger.FromVisitor && e.Outbox > 0 && e.Delivery == ledger.DeliveryPending:
		s.words = append(s.words, posted{e.Outbox, toWords(e)})
	case e.Author != ledger.FromVisitor && e.Delivery != ledger.DeliverySeen:
		v := s.visitor(e.Visitor)
		v.unsettled, v.unread = append(v.unsettled, e), v.unread+len(e.Text)
	}
}

// hear takes an entry of the chat's past.
func (c *openChat) hear(e ledger.Entry) {
	c.remember(e)
	switch {
	case e.Author != ledger.FromVisitor:
		c.unanswered = nil
	case e.Outbox == 0:
		c.pending = append(c.pending, e)
	default:
		c.unanswered = append(c.unanswered, e)
	}
}

// visitor returns the visitor, made known if need be.
func (s *state) visitor(jid roster.VisitorJID) *visitor {
	v, ok := s.visitors[jid]
	if !ok {
		v = &visitor{Visitor: roster.Visitor{JID: jid}}
		s.visitors[jid] = v
	}
	return v
}

// keep remembers until when a visitor's messages are kept.
func (s *state) keep(v *visitor, until time.Time) {
	v.until = until
	s.kept = append(s.kept, keptVisitor{v.JID, until})
}

// forget drops a visitor of whom nothing has to be known.
func (s *state) forget(v *visitor) {
	if len(v.tabs) == 0 && v.chat == nil && len(v.unsettled) == 0 {
		delete(s.visitors, v.JID)
	}
}

// remember keeps what references to a message need.
func (c *openChat) remember(e ledger.Entry) {
	if len(c.lines) >= maxLines {
		c.lines = slices.Delete(c.lines, 0, maxLines/4)
	}
	c.lines = append(c.lines, line{e.Seq, e.ID, e.Ref, e.Author, e.WantReceipt})
	c.bytes += len(e.Text)
}

// byRef finds a message by its sender's id, byID by ours.
func (c *openChat) byRef(author ledger.Author, ref string) (line, bool) {
	return c.find(ref, func(l line) bool { return l.author == author && l.ref == ref })
}

func (c *openChat) byID(author ledger.Author, id string) (line, bool) {
	return c.find(id, func(l line) bool { return l.author == author && l.id == id })
}

func (c *openChat) find(name string, is func(line) bool) (line, bool) {
	if name == "" {
		return line{}, false
	}
	for _, l := range slices.Backward(c.lines) {
		if is(l) {
			return l, true
		}
	}
	return line{}, false
}
