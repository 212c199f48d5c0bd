package admin

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/ledger"
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
	process  command.Process
	during   func() // called by Process
}

func (f *fakeDesk) note(format string, args ...any) error {
	f.command = fmt.Sprintf(format, args...)
	return f.err
}

func (f *fakeDesk) Agents() []desk.AgentInfo     { return f.agents }
func (f *fakeDesk) Queues() []desk.QueueInfo     { return f.queues }
func (f *fakeDesk) Visitors() []desk.VisitorInfo { return f.visitors }

func (f *fakeDesk) Look(_ context.Context, see func(command.View)) error {
	see(f)
	return f.err
}

func (f *fakeDesk) Process(context.Context) (command.Process, error) {
	if f.during != nil {
		f.during()
	}
	return f.process, f.err
}

func (f *fakeDesk) Order(_ context.Context, what desk.Order) error {
	switch o := what.(type) {
	case desk.AddAgent:
		return f.note("add %+v", o.Agent)
	case desk.SetAgent:
		p := o.Patch
		return f.note("set %s %s %s %s %s", o.JID, show(p.Name), show(p.Queues), show(p.Capacity), show(p.Grace))
	case desk.RemoveAgent:
		return f.note("remove %s", o.JID)
	case desk.AddQueue:
		return f.note("add %+v", o.Queue)
	case desk.SetQueue:
		p := o.Patch
		return f.note("set %s %s %s %s %s %s", o.Name, show(p.Title), show(p.Strategy), show(p.Grace), show(p.MaxWaiting), show(p.Closed))
	case desk.RemoveQueue:
		return f.note("remove %s", o.Name)
	case desk.KickVisitor:
		return f.note("kick %s", o.JID)
	case desk.CloseChat:
		return f.note("close %s", o.ID)
	}
	return f.note("order %T", what)
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
func start(t *testing.T, d command.Desk) (*Client, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run", "admin.sock")
	serve(t, d, path)
	return NewClient(path), path
}

func askStatus(ctx context.Context, c *Client) (command.Status, error) {
	return Ask[command.Status](ctx, c, "status", nil)
}

// serve serves d at path until the test ends.
func serve(t *testing.T, d command.Desk, path string) *Server {
	t.Helper()
	s := NewServer(d, slog.New(slog.DiscardHandler))
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
