package admin

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// fakeDesk answers with what it holds, fails with err when that is set, and
// notes the last command.
type fakeDesk struct {
	err      error
	command  string
	agents   []desk.AgentInfo
	queues   []desk.QueueInfo
	visitors []desk.VisitorInfo
	chats    []chat.Chat
	entries  []ledger.Entry
	status   desk.Status
	during   func() // called by Status
}

func (f *fakeDesk) note(format string, args ...any) error {
	f.command = fmt.Sprintf(format, args...)
	return f.err
}

func (f *fakeDesk) Status(context.Context) (desk.Status, error) {
	if f.during != nil {
		f.during()
	}
	return f.status, f.err
}
func (f *fakeDesk) Agents(context.Context) ([]desk.AgentInfo, error) { return f.agents, f.err }
func (f *fakeDesk) AddAgent(_ context.Context, a roster.Agent) error { return f.note("add %+v", a) }
func (f *fakeDesk) SetAgent(_ context.Context, jid roster.AgentJID, p desk.AgentPatch) error {
	return f.note("set %s %s %s %s %s", jid, show(p.Name), show(p.Queues), show(p.Capacity), show(p.Grace))
}

func (f *fakeDesk) RemoveAgent(_ context.Context, jid roster.AgentJID) error {
	return f.note("remove %s", jid)
}
func (f *fakeDesk) Queues(context.Context) ([]desk.QueueInfo, error) { return f.queues, f.err }
func (f *fakeDesk) AddQueue(_ context.Context, q queue.Queue) error  { return f.note("add %+v", q) }
func (f *fakeDesk) SetQueue(_ context.Context, name string, p desk.QueuePatch) error {
	return f.note("set %s %s %s %s %s %s", name, show(p.Title), show(p.Strategy), show(p.Grace), show(p.MaxWaiting), show(p.Closed))
}

func (f *fakeDesk) RemoveQueue(_ context.Context, name string) error {
	return f.note("remove %s", name)
}

func (f *fakeDesk) Visitors(context.Context) ([]desk.VisitorInfo, error) {
	return f.visitors, f.err
}

func (f *fakeDesk) KickVisitor(_ context.Context, jid roster.VisitorJID) error {
	return f.note("kick %s", jid)
}

func (f *fakeDesk) Chats(_ context.Context, all bool) ([]chat.Chat, error) {
	return f.chats, f.note("chats %t", all)
}

func (f *fakeDesk) Chat(_ context.Context, id chat.ID) (chat.Chat, error) {
	for _, c := range f.chats {
		if c.ID == id {
			return c, f.note("chat %s", id)
		}
	}
	return chat.Chat{}, fmt.Errorf("chat %s: %w", id, desk.ErrNotFound)
}

func (f *fakeDesk) CloseChat(_ context.Context, id chat.ID) error { return f.note("close %s", id) }
func (f *fakeDesk) Transcript(_ context.Context, id chat.ID) ([]ledger.Entry, error) {
	return f.entries, f.note("transcript %s", id)
}

// show prints what a pointer points to, "-" for nil.
func show[T any](p *T) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprint(*p)
}

// start serves d on a socket of its own and returns a client and the path.
func start(t *testing.T, d Desk) (*Client, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run", "admin.sock")
	serve(t, d, path)
	return NewClient(path), path
}

// serve serves d at path until the test ends.
func serve(t *testing.T, d Desk, path string) *Server {
	t.Helper()
	s := NewServer(d, "1.2.3", slog.New(slog.DiscardHandler))
	if err := s.Listen(path); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}
