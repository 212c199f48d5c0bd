package scenario

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// deskStage is the desk alone: a book as its store, a clock that goes when it is
// told to, edges that do what component, c2s and the XMPP server do with what
// they get. Nothing runs by itself.
type deskStage struct {
	deskEdges
	desk    *desk.Desk
	options desk.Options
	book    *ledger.Book
	now     time.Time
	turns   []desk.Turn // that are not written
	does    StoreDoes
	refs    uint64          // of requests and orders
	waiting map[uint64]bool // requests that are not answered
	replied error           // of the last order
	faults  []error         // of the desk, whatever the play is about
	links   uint64
	up      bool
	lost    bool // some batch was lost: what was counted before is not in the book
}

// OnDesk plays a play on the desk alone, and fails the test with what went
// wrong.
func OnDesk(t testing.TB, p Play) {
	t.Helper()
	s := newDeskStage(p.Rules)
	if err := errors.Join(p.On(s), s.end()); err != nil {
		t.Error(err)
	}
}

func newDeskStage(rules Rules) *deskStage {
	c, l := rules.Chat, rules.Limits
	s := &deskStage{
		deskEdges: newDeskEdges(),
		options: desk.Options{
			Domain: Domain, DefaultQueue: SupportQueue,
			Grace: c.Grace, GraceBusy: c.GraceBusy, OfflineAfter: c.OfflineAfter,
			AgentGrace: c.AgentGrace, AgentReturn: 60 * time.Second, AnswerWithin: c.AnswerWithin, Idle: c.Idle,
			WantedFor: 30 * time.Second, ResumeTTL: c.ResumeTTL, MaxWaiting: c.MaxWaiting,
			OpenChats: l.OpenChats, ChatsPerNetwork: l.ChatsPerAddress, CloseOnGone: c.CloseOnGone,
		},
		book:    ledger.NewBook(),
		now:     time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		waiting: map[uint64]bool{},
	}
	s.begin()
	return s
}

// begin starts a desk with what the book has.
func (s *deskStage) begin() {
	s.desk = desk.New(s.options)
	s.post(desk.Started{Rows: s.rows()})
	s.link(true)
}

// restart ends the desk, of which the book is left, and starts the next one.
func (s *deskStage) restart() {
	s.pages, s.turns, s.answers, s.waiting = nil, nil, nil, map[uint64]bool{}
	s.listed, s.dismissed, s.lost = nil, 0, false
	s.begin()
}

func (s *deskStage) link(up bool) {
	s.up = up
	if !up {
		s.post(desk.LinkDown{})
		return
	}
	s.links++
	s.post(desk.LinkUp{Link: s.links})
}

// end checks what holds at the end of every play.
func (s *deskStage) end() error {
	if len(s.waiting) > 0 {
		s.faults = append(s.faults, fmt.Errorf("%d requests were never answered", len(s.waiting)))
	}
	if closed := s.desk.Stats().Closed; !s.lost && s.dismissed != closed {
		s.faults = append(s.faults, fmt.Errorf("%d chats were closed, and visitors dismissed %d times", closed, s.dismissed))
	}
	return errors.Join(s.faults...)
}

func (s *deskStage) rows() desk.Rows {
	b := s.book
	r := desk.Rows{
		Agents: b.Agents(), Queues: b.Queues(), Chats: b.OpenChats(), Contacts: b.Contacts(),
		Undelivered: b.Undelivered(), Said: b.Said(),
	}
	var of []roster.VisitorJID
	for _, c := range r.Chats {
		of = append(of, c.Visitor)
	}
	r.Visitors = b.Visitors(of)
	r.Seq, r.Outbox, r.Place = b.Marks()
	return r
}

// post steps an event, and everything that follows from it at this instant.
func (s *deskStage) post(e desk.Event) {
	s.step(e)
	s.settle()
	s.step(desk.Tick{})
	s.settle()
}

// step steps one event alone.
func (s *deskStage) step(e desk.Event) {
	t := s.desk.Step(e, s.now)
	if t.Number > 0 {
		t.Changes = slices.Clone(t.Changes)
		s.turns = append(s.turns, t)
	}
	for _, x := range t.Effects {
		s.carryOut(x)
	}
}

// carryOut is for the stage what is not for the edges.
func (s *deskStage) carryOut(effect desk.Effect) {
	switch x := effect.(type) {
	case desk.Answered:
		if !s.waiting[x.Ref] {
			s.faults = append(s.faults, fmt.Errorf("request %d was answered twice", x.Ref))
		}
		delete(s.waiting, x.Ref)
	case desk.Replied:
		s.replied = x.Err
	case desk.Recall:
		if last, ok := s.book.LastChat(x.Visitor); ok && last.Agent != "" {
			s.answers = append(s.answers, desk.Recalled{Visitor: x.Visitor, Agent: last.Agent})
		}
	case desk.ReadSeats:
		s.answers = append(s.answers, desk.SeatsRead{Agent: x.Agent, Taken: s.book.Seats(x.Agent)})
	}
	s.deskEdges.carryOut(effect)
}

// settle commits, and posts what the edges answer, until nothing is left.
func (s *deskStage) settle() {
	for len(s.answers) > 0 || s.does != Holds && len(s.turns) > 0 {
		if s.does != Holds && len(s.turns) > 0 {
			s.commit()
			continue
		}
		e := s.answers[0]
		s.answers = s.answers[1:]
		s.step(e)
	}
}

// commit writes the oldest turn; when it fails so do all later ones.
func (s *deskStage) commit() {
	t := s.turns[0]
	s.turns = s.turns[1:]
	granted, err := s.book.Commit(t.Changes)
	if err != nil || s.does == Fails {
		s.does, s.turns, s.lost = Writes, nil, true
		s.step(desk.Reloaded{Rows: s.rows()})
		return
	}
	for _, a := range s.book.Agents() {
		if taken := s.book.Seats(a.JID); taken > a.Capacity {
			s.faults = append(s.faults, fmt.Errorf("%s has %d chats in %d seats", a.JID, taken, a.Capacity))
		}
	}
	s.step(desk.Committed{Through: t.Number, Granted: granted})
}

// Pass implements [Stage].
func (s *deskStage) Pass(d time.Duration) {
	until := s.now.Add(d)
	for {
		next := earliest(s.desk.Next(), s.offlineNext())
		if next.IsZero() || next.After(until) {
			break
		}
		if next.After(s.now) {
			s.now = next
		}
		s.expire(s.now)
		s.step(desk.Tick{})
		s.settle()
	}
	s.now = until
	s.step(desk.Tick{})
	s.settle()
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// order has something done that is possible.
func (s *deskStage) order(o desk.Order) error {
	s.refs++
	s.replied = errors.New("the order was not answered")
	s.post(desk.Ordered{Ref: s.refs, What: o})
	return s.replied
}

// ask is a request of a visitor's page.
func (s *deskStage) ask(page string, what desk.Ask) error {
	p, err := s.page(page)
	if err != nil {
		return err
	}
	s.refs++
	s.waiting[s.refs] = true
	s.post(desk.VisitorAsks{Tab: p.tab, Ref: s.refs, What: what})
	return nil
}

// See implements [Stage].
func (s *deskStage) See() []Sight {
	sights := s.sights
	s.sights = nil
	return sights
}

// adminLooks shows the admin seats and chats.
func (s *deskStage) adminLooks() {
	for _, a := range s.desk.Agents() {
		s.see(Sight{To: Admin, Kind: Seats, Of: a.Agent.JID.Local(), Text: fmt.Sprint(a.Chats)})
	}
	for _, c := range s.desk.Chats() {
		s.see(SeenChat(c, s.nameOf(c.Visitor)))
	}
}

// SeenChat is an open chat as [Admin] sees it.
func SeenChat(c chat.Chat, visitor string) Sight {
	with := ""
	if c.HoldsSeat() {
		with = c.Agent.Local()
	}
	return Sight{To: Admin, Kind: Where, Of: visitor, Text: with}
}
