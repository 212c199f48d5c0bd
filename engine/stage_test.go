package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/bookshelf"
	"frontdesk/ledger"
	"frontdesk/roster"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is a book for the engine, that can be held, made to fail, and out of
// reach.
type shelf struct {
	*bookshelf.Shelf
	mu      sync.Mutex
	held    bool
	failing bool
	broken  bool
	gone    bool // nothing can be read
	tried   int  // batches it was given
	waiting []func()
}

func newShelf() *shelf { return &shelf{Shelf: bookshelf.New(ledger.NewBook())} }

func (m *shelf) Commit(changes []ledger.Change, done func(ledger.Committed)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tried++
	run := func() { done(m.write(changes)) }
	if m.held {
		m.waiting = append(m.waiting, run)
		return
	}
	run()
}

func (m *shelf) write(changes []ledger.Change) ledger.Committed {
	if m.failing || m.broken {
		m.broken = true
		return ledger.Committed{Err: errors.New("disk full")}
	}
	var outcome ledger.Committed
	m.Shelf.Commit(changes, func(c ledger.Committed) { outcome = c })
	return outcome
}

func (m *shelf) hold() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = true
}

// release lets the held batches through, or makes them fail.
func (m *shelf) release(fail bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held, m.failing = false, fail
	for _, run := range m.waiting {
		run()
	}
	m.waiting, m.failing = nil, false
}

// refuse makes all batches fail, or no more; gone: it cannot be read either.
func (m *shelf) refuse(failing, gone bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failing, m.gone = failing, gone
}

// count returns how many batches it was given since the last call.
func (m *shelf) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.tried
	m.tried = 0
	return n
}

func (m *shelf) Reset(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone {
		return errors.New("disk out of reach")
	}
	m.broken = false
	return nil
}

// edges record what the engine sends both ways, as lines to read.
type edges struct {
	mu    sync.Mutex
	lines []string
	words []desk.Words
	post  func(desk.Event)
}

func (e *edges) note(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, fmt.Sprintf(format, args...))
}

func (e *edges) Answer(tab desk.Tab, ref uint64, a desk.Answer) {
	if a.Err != nil {
		e.note("%s/%d refused %s", tab.Visitor.Local(), ref, a.Err.Condition)
		return
	}
	e.note("%s/%d done", tab.Visitor.Local(), ref)
}

func (e *edges) Deliver(v roster.VisitorJID, d desk.Delivery) {
	e.note("%s gets %q", v.Local(), d.Message.Text)
}

func (e *edges) Directory([]desk.QueueView)              {}
func (e *edges) Link(bool)                               {}
func (e *edges) Join(desk.Tab)                           {}
func (e *edges) Tenure(roster.VisitorJID, time.Duration) {}
func (e *edges) Dismiss(roster.VisitorJID, bool)         {}

// Send confirms what it gets at once.
func (e *edges) Send(batch []desk.ToAgent) {
	for _, out := range batch {
		switch x := out.(type) {
		case desk.Words:
			e.mu.Lock()
			e.words = append(e.words, x)
			e.mu.Unlock()
			e.note("%s gets %q", x.Agent.Local(), x.Message.Text)
			if x.Outbox > 0 {
				go e.post(desk.LinkConfirmed{Numbers: []int64{x.Outbox}})
			}
		case desk.RemoveContact:
			go e.post(desk.LinkConfirmed{Numbers: []int64{x.Outbox}})
		case desk.Refuse:
			e.note("%s refused %s", x.Agent.Local(), x.Refusal.Condition)
		}
	}
}

func (e *edges) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.lines
	e.lines = nil
	return out
}

// stage is an engine with everything around it, inside a synctest bubble.
type stage struct {
	*testing.T
	*Engine
	shelf   *shelf
	edges   *edges
	journal *journal
	refs    uint64
}

// journal has the lines of the log.
type journal struct {
	mu    sync.Mutex
	lines []string
}

// Write takes one line.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(line))
	return len(line), nil
}

func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := j.lines
	j.lines = nil
	return out
}

func testOptions() desk.Options {
	return desk.Options{
		Domain: "chat.example.com", DefaultQueue: "support",
		Grace: 60 * time.Second, GraceBusy: 30 * time.Second, AgentGrace: 15 * time.Second, AgentReturn: 60 * time.Second,
		WantedFor: 30 * time.Second, ResumeTTL: 24 * time.Hour, MaxWaiting: 3, OfflineAfter: 2 * time.Second,
	}
}

// play runs f with a desk of agents "name:capacity" who are online.
func play(t *testing.T, agents []string, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, newShelf())
		for _, a := range agents {
			name, capacity, _ := strings.Cut(a, ":")
			s.must(desk.AddAgent{Agent: roster.Agent{
				JID: roster.AgentJID(name + "@example.com"), Name: name, Queues: []string{"support"}, Capacity: int(capacity[0] - '0'),
			}})
			s.agent(name, roster.Available)
		}
		synctest.Wait()
		s.edges.take()
		f(s)
		s.end()
	})
}

func begin(t *testing.T, shelf *shelf) *stage {
	t.Helper()
	s := &stage{T: t, shelf: shelf, edges: &edges{}, journal: &journal{}}
	s.Engine = New(testOptions(), shelf, slog.New(slog.NewTextHandler(s.journal, nil)))
	s.edges.post = s.Post
	s.Connect(s.edges, s.edges)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Post(desk.LinkUp{})
	synctest.Wait()
	return s
}

func (s *stage) end() {
	s.Helper()
	synctest.Wait()
	if err := s.Stop(context.Background()); err != nil {
		s.Error(err)
	}
}

func (s *stage) must(what desk.Order) {
	s.Helper()
	if err := s.Order(context.Background(), what); err != nil {
		s.Fatal(err)
	}
}

func (s *stage) agent(name string, show roster.Show) {
	s.Post(desk.AgentPresence{Agent: roster.AgentJID(name + "@example.com"), Resource: "r", Presence: roster.Presence{Show: show}})
}

func jid(visitor string) roster.VisitorJID {
	return roster.VisitorJID("visitor-" + visitor + "@chat.example.com")
}

func tabOf(visitor string) desk.Tab { return desk.Tab{Visitor: jid(visitor), Stream: visitor + "-tab"} }

func (s *stage) online(visitors ...string) {
	for _, v := range visitors {
		s.Post(desk.TabOnline{Tab: tabOf(v)})
	}
}

func (s *stage) ask(v string, what desk.Ask) {
	s.refs++
	s.Post(desk.VisitorAsks{Tab: tabOf(v), Ref: s.refs, What: what})
}

func (s *stage) say(v, text string) {
	s.ask(v, desk.Say{Message: chat.Message{ID: "id-" + text, Text: text}})
}

func (s *stage) reply(agent, v, text string) {
	s.Post(desk.AgentSays{
		Agent: roster.AgentJID(agent + "@example.com"), Resource: "r", Visitor: jid(v),
		Message: chat.Message{ID: "a-" + text, Text: text},
	})
}

// pass lets time go by and everything settle.
func (s *stage) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// expect compares what was sent since the last look with lines.
func (s *stage) expect(lines ...string) {
	s.Helper()
	synctest.Wait()
	if got := s.edges.take(); !slices.Equal(got, lines) {
		s.Errorf("the edges got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(lines, "\n  "))
	}
}
