package command

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/internal/bookshelf"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// edges are nobody on both sides.
type edges struct{}

func (edges) Answer(desk.Tab, uint64, desk.Answer)     {}
func (edges) Deliver(roster.VisitorJID, desk.Delivery) {}
func (edges) Directory([]desk.QueueView)               {}
func (edges) Link(bool)                                {}
func (edges) Join(desk.Tab)                            {}
func (edges) Tenure(roster.VisitorJID, time.Duration)  {}
func (edges) Dismiss(roster.VisitorJID, bool)          {}
func (edges) Send([]desk.ToAgent)                      {}

// stage is a real desk, as verbs know it.
type stage struct {
	*testing.T
	*engine.Engine
}

// play starts a desk with the queues support and sales, and the agent Alice,
// who is online.
func play(t *testing.T) stage {
	t.Helper()
	book := ledger.NewBook()
	if _, err := book.Commit([]ledger.Change{
		ledger.SaveQueue{Queue: queue.Queue{Name: "support"}},
		ledger.SaveQueue{Queue: queue.Queue{Name: "sales"}},
		ledger.SaveAgent{Agent: roster.Agent{JID: "alice@example.com", Name: "Alice", Queues: []string{"support"}, Capacity: 2}},
	}); err != nil {
		t.Fatal(err)
	}
	rules := desk.Options{
		Domain: "chat.example.com", DefaultQueue: "support", Grace: time.Minute, GraceBusy: time.Minute,
		AgentGrace: time.Minute, AgentReturn: time.Minute, WantedFor: time.Minute, ResumeTTL: time.Hour, MaxWaiting: 3,
	}
	e := engine.New(rules, bookshelf.New(book), slog.New(slog.DiscardHandler))
	e.Connect(edges{}, edges{})
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	e.Post(desk.LinkUp{})
	e.Post(desk.AgentPresence{Agent: "alice@example.com", Resource: "r", Presence: roster.Presence{Show: roster.Available}})
	return stage{t, e}
}

func (s stage) Look(ctx context.Context, f func(View)) error {
	return s.Engine.Look(ctx, func(d *desk.Desk) { f(d) })
}

func (s stage) Process(ctx context.Context) (Process, error) {
	status, err := s.Status(ctx)
	return Process{Status: status, Version: "1.2.3", LinkID: "4f7kq2"}, err
}

func address(visitor string) roster.VisitorJID {
	return roster.VisitorJID("visitor-" + visitor + "@chat.example.com")
}

// says has a visitor come and say hello; it returns the id of the chat.
func (s stage) says(visitor string) string {
	s.Helper()
	tab := desk.Tab{Visitor: address(visitor), Stream: visitor}
	s.Post(desk.TabOnline{Tab: tab})
	s.Post(desk.VisitorAsks{Tab: tab, Ref: 1, What: desk.Say{Message: chat.Message{ID: "m1", Text: "hello"}}})
	if row := s.visitor(visitor); row.Chat != "" {
		return row.Chat
	}
	s.Fatalf("%s has no chat", visitor)
	return ""
}

func (s stage) visitor(name string) Visitor {
	s.Helper()
	row, _ := s.run("visitor show", Input{"jid": string(address(name))}).Value.(Visitor)
	return row
}

// run carries a verb out; it has to succeed.
func (s stage) run(name string, in Input) Output {
	s.Helper()
	out, err := s.try(name, in)
	if err != nil {
		s.Fatalf("%s %v: %v", name, in, err)
	}
	return out
}

func (s stage) try(name string, in Input) (Output, error) {
	s.Helper()
	v, err := Find(name)
	if err != nil {
		s.Fatal(err)
	}
	return v.Run(s.Context(), s, in)
}
