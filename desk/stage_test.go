package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// stage is a desk with everything around it: a book that can be held and made
// to fail, a clock that goes when it is told to, edges that write down what
// they get. Nothing here runs by itself.
type stage struct {
	tb
	*Desk
	book    *ledger.Book
	edges   *edges
	now     time.Time
	refs    uint64 // of visitors' requests
	orders  uint64
	held    bool // nothing is committed
	turns   []Turn
	later   []Event                 // what edges post in answer
	lazy    bool                    // confirm nothing by itself
	wire    []int64                 // numbers of what is on the link and not confirmed
	most    map[roster.AgentJID]int // seats ever held at one time
	steps   int
	atOnce  int  // steps since the clock went last
	refused bool // the book grants no seat
	onClaim func(ledger.ClaimSeat)
}

// tb is what a stage needs of a test, of whatever kind.
type tb interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
}

func testOptions() Options {
	return Options{
		Domain: "chat.example.com", DefaultQueue: "support",
		Grace: 60 * time.Second, GraceBusy: 30 * time.Second, AgentGrace: 15 * time.Second, AgentReturn: 60 * time.Second,
		WantedFor: 30 * time.Second, ResumeTTL: 24 * time.Hour, MaxWaiting: 3, OfflineAfter: 2 * time.Second,
	}
}

// play runs f with a desk with the agents named "name:capacity", all online.
func play(t *testing.T, options Options, agents []string, f func(s *stage)) {
	t.Helper()
	s := begin(t, options, ledger.NewBook(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	s.hire(agents...)
	s.edges.take()
	f(s)
	s.end()
}

// begin starts a desk with what a book has.
func begin(t tb, options Options, book *ledger.Book, now time.Time) *stage {
	t.Helper()
	s := &stage{tb: t, Desk: New(options), book: book, edges: &edges{}, now: now, most: map[roster.AgentJID]int{}}
	s.Post(Started{s.rows()})
	s.Post(LinkUp{})
	return s
}

// again ends a desk and starts the next one with what it has left.
func (s *stage) again() *stage {
	s.Helper()
	s.end()
	return begin(s.tb, s.opts, s.book, s.now)
}

func (s *stage) end() {
	s.Helper()
	for _, a := range s.book.Agents() {
		if s.most[a.JID] > a.Capacity {
			s.Errorf("%s held %d seats of %d", a.JID, s.most[a.JID], a.Capacity)
		}
	}
}

func (s *stage) rows() Rows {
	b := s.book
	r := Rows{Agents: b.Agents(), Queues: b.Queues(), Chats: b.OpenChats(), Contacts: b.Contacts(), Undelivered: b.Undelivered(), Said: b.Said()}
	var of []roster.VisitorJID
	for _, c := range r.Chats {
		of = append(of, c.Visitor)
	}
	r.Visitors = b.Visitors(of)
	r.Seq, r.Outbox, r.Place = b.Marks()
	return r
}

// Post steps an event, and everything that follows from it at this instant.
func (s *stage) Post(e Event) {
	s.step(e)
	s.settle()
	s.step(Tick{})
	s.settle()
}

// step steps one event alone.
func (s *stage) step(e Event) {
	s.steps++
	if s.atOnce++; s.atOnce > 10_000 {
		panic(fmt.Sprintf("%T: more than 10,000 steps at one instant", e))
	}
	t := s.Step(e, s.now)
	if t.Number > 0 {
		t.Changes = slices.Clone(t.Changes)
		s.turns = append(s.turns, t)
	}
	for _, c := range t.Changes {
		if claim, ok := c.(ledger.ClaimSeat); ok && s.onClaim != nil {
			s.onClaim(claim)
		}
	}
	for _, x := range t.Effects {
		s.edges.carryOut(x)
		s.later = append(s.later, s.answers(x)...)
	}
}

// settle commits, and posts what edges answer, until nothing is left.
func (s *stage) settle() {
	for len(s.later) > 0 || !s.held && len(s.turns) > 0 {
		if !s.held && len(s.turns) > 0 {
			s.commit()
			continue
		}
		e := s.later[0]
		s.later = s.later[1:]
		s.step(e)
	}
}

// commit writes the oldest turn.
func (s *stage) commit() {
	t := s.turns[0]
	s.turns = s.turns[1:]
	granted, err := s.write(t.Changes)
	if err != nil {
		s.fail()
		return
	}
	for _, a := range s.book.Agents() {
		s.most[a.JID] = max(s.most[a.JID], s.book.Seats(a.JID))
	}
	s.step(Committed{Through: t.Number, Granted: granted})
}

// write is a commit; while refused is set every claim is void.
func (s *stage) write(changes []ledger.Change) ([]bool, error) {
	if !s.refused {
		return s.book.Commit(changes)
	}
	var others []ledger.Change
	var granted []bool
	for _, c := range changes {
		if _, ok := c.(ledger.ClaimSeat); ok {
			granted = append(granted, false)
		} else {
			others = append(others, c)
		}
	}
	_, err := s.book.Commit(others)
	return granted, err
}

// fail drops everything that is not committed.
func (s *stage) fail() {
	s.turns = nil
	s.step(Reloaded{s.rows()})
}

func (s *stage) hold() { s.held = true }

// release lets what is held be written, or makes it fail.
func (s *stage) release(fail bool) {
	s.held = false
	if fail {
		s.fail()
	}
	s.settle()
}

// answers is what edges post when they get an effect.
func (s *stage) answers(x Effect) []Event {
	switch x := x.(type) {
	case Attached:
		s.wire = nil
	case Words:
		return s.taken(x.Outbox)
	case RemoveContact:
		return s.taken(x.Outbox)
	case Recall:
		if last, ok := s.book.LastChat(x.Visitor); ok && last.Agent != "" {
			return []Event{Recalled{x.Visitor, last.Agent}}
		}
	case ReadSeats:
		return []Event{SeatsRead{x.Agent, s.book.Seats(x.Agent)}}
	}
	return nil
}

// taken puts a number on the wire; the server takes it at once, or later.
func (s *stage) taken(number int64) []Event {
	switch {
	case number == 0:
		return nil
	case s.lazy:
		s.wire = append(s.wire, number)
		return nil
	}
	return []Event{LinkConfirmed{[]int64{number}}}
}

// barrier has the server take the first n on the wire.
func (s *stage) barrier(n int) []int64 {
	numbers := slices.Clone(s.wire[:n])
	s.wire = s.wire[n:]
	if n > 0 {
		s.Post(LinkConfirmed{numbers})
	}
	return numbers
}

// pass lets time go by.
func (s *stage) pass(d time.Duration) {
	until := s.now.Add(d)
	for {
		next := s.Next()
		if next.IsZero() || next.After(until) {
			break
		}
		if next.After(s.now) {
			s.now, s.atOnce = next, 0
		}
		s.step(Tick{})
		s.settle()
	}
	s.now, s.atOnce = until, 0
	s.step(Tick{})
	s.settle()
}

// order has something done; it returns the error.
func (s *stage) order(o Order) error {
	s.orders++
	s.edges.replies = nil
	s.Post(Ordered{Ref: s.orders, What: o})
	if len(s.edges.replies) != 1 || s.edges.replies[0].Ref != s.orders {
		return fmt.Errorf("replies %v to order %d", s.edges.replies, s.orders)
	}
	return s.edges.replies[0].Err
}

// must has something done that is possible.
func (s *stage) must(o Order) {
	s.Helper()
	if err := s.order(o); err != nil {
		s.Fatal(err)
	}
}

// hire adds agents of support, "name:capacity", who are online.
func (s *stage) hire(names ...string) {
	s.Helper()
	for _, name := range names {
		name, capacity, _ := strings.Cut(name, ":")
		s.must(AddAgent{roster.Agent{
			JID: roster.AgentJID(name + "@example.com"), Name: strings.ToUpper(name[:1]) + name[1:],
			Queues: []string{"support"}, Capacity: int(capacity[0] - '0'),
		}})
		s.agent(name, roster.Available)
	}
}

func (s *stage) agent(name string, show roster.Show) {
	s.Post(AgentPresence{Agent: roster.AgentJID(name + "@example.com"), Resource: "r", Presence: roster.Presence{Show: show}})
}

func jid(visitor string) roster.VisitorJID {
	return roster.VisitorJID("visitor-" + visitor + "@chat.example.com")
}

func tabOf(visitor string) Tab { return Tab{jid(visitor), visitor + "-tab"} }

func (s *stage) online(visitors ...string) {
	for _, v := range visitors {
		s.Post(TabOnline{Tab: tabOf(v), Network: home(v)})
	}
}

// home is the network a visitor comes from: one of two, by the name.
func home(v string) roster.Network {
	return roster.Network(fmt.Sprintf("192.0.2.%d/32", v[0]%2))
}

func (s *stage) offline(v string) { s.Post(TabOffline{Tab: tabOf(v)}) }

func (s *stage) ask(v string, what Ask) {
	s.refs++
	s.Post(VisitorAsks{Tab: tabOf(v), Ref: s.refs, What: what})
}

func (s *stage) say(v, text string) {
	s.ask(v, Say{Message: chat.Message{ID: "id-" + text, Text: text, WantReceipt: true}})
}

// reply is what an agent writes; "!close" and "!help" are orders.
func (s *stage) reply(agent, v, text string) {
	says := AgentSays{
		Agent: roster.AgentJID(agent + "@example.com"), Resource: "r", Visitor: jid(v),
		Message: chat.Message{ID: "a-" + text, Text: text, WantReceipt: true},
	}
	switch text {
	case "!close":
		says.Order = CloseChat{Visitor: jid(v), Reason: chat.AgentEnded}
	case "!help":
		says.Reply = "what there is"
	}
	s.Post(says)
}

// expect compares what was sent since the last look with lines: the visitors'
// side in its order, then the agents' in its own.
func (s *stage) expect(lines ...string) {
	s.Helper()
	if got := s.edges.take(); !slices.Equal(got, lines) {
		s.Errorf("the edges got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(lines, "\n  "))
	}
}

// expectAmong looks for lines among what was sent since the last look.
func (s *stage) expectAmong(lines ...string) {
	s.Helper()
	got := s.edges.take()
	for _, want := range lines {
		if !slices.Contains(got, want) {
			s.Errorf("missing %q in %q", want, got)
		}
	}
}
