package c2s

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/gate"
	"frontdesk/queue"
	"frontdesk/roster"
	"frontdesk/store/sqlite"
)

// fakeAgents records what goes to the agents.
type fakeAgents struct {
	mu   sync.Mutex
	sent []string
}

func (a *fakeAgents) Send(batch []desk.ToAgent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range batch {
		switch one := one.(type) {
		case desk.Words:
			a.sent = append(a.sent, "words "+one.Message.Text)
		case desk.ShowVisitor:
			a.sent = append(a.sent, "sees "+one.Show.String())
		}
	}
}

func (a *fakeAgents) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.sent
	a.sent = nil
	return out
}

// office is a hub with the real desk and the real store behind it.
type office struct {
	*bench
	real   *engine.Engine
	agents *fakeAgents
}

func newOffice(t *testing.T) *office {
	t.Helper()
	kept, err := sqlite.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	log := Options{}.withDefaults().Log
	o := &office{bench: &bench{t: t}, agents: &fakeAgents{}}
	o.real = engine.New(desk.Options{
		Domain: domain, Grace: time.Minute, GraceBusy: 30 * time.Second, OfflineAfter: 2 * time.Second,
		AgentGrace: 15 * time.Second, ResumeTTL: 24 * time.Hour,
	}, kept, log)
	o.hub, err = New(Options{Domain: domain, OfflineAfter: 2 * time.Second, ResumeTTL: 24 * time.Hour}, gate.New(gate.Rules{}), o.real, kept, kept)
	if err != nil {
		t.Fatal(err)
	}
	o.real.Connect(o.hub, o.agents)
	if err := o.real.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.close()
		if err := o.real.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := kept.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	o.staff(t.Context())
	return o
}

// staff brings Alice to work.
func (o *office) staff(ctx context.Context) {
	o.t.Helper()
	if err := o.real.Order(ctx, desk.AddQueue{Queue: queue.Queue{Name: "support", Title: "Support"}}); err != nil && !strings.Contains(err.Error(), "exists") {
		o.t.Fatal(err)
	}
	err := o.real.Order(ctx, desk.AddAgent{Agent: roster.Agent{JID: "alice@example.com", Name: "Alice", Queues: []string{"support"}, Capacity: 3}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.real.Post(desk.LinkUp{})
	o.real.Post(desk.AgentPresence{
		Agent: "alice@example.com", Resource: "gajim", Presence: roster.Presence{Show: roster.Available},
	})
	synctest.Wait()
	o.agents.take()
}

// arrive is a new page with an identity that lasts.
func (o *office) arrive(v roster.VisitorJID, token string) *browser {
	o.t.Helper()
	p := &browser{t: o.t, conn: &fakeConn{info: Info{Acknowledges: true, Remote: netip.MustParseAddr("192.0.2.1")}}}
	stream, err := o.hub.Open(p.conn, Hello{To: domain})
	if err != nil {
		o.t.Fatal(err)
	}
	p.stream = stream
	o.peers = append(o.peers, p)
	p.plain(v.Local(), token)
	p.bind("")
	synctest.Wait()
	return p
}

func (o *office) alice(v roster.VisitorJID, text string) {
	o.real.Post(desk.AgentSays{
		Agent: "alice@example.com", Resource: "gajim", Visitor: v, Message: chat.Message{ID: "a-" + text, Text: text},
	})
	synctest.Wait()
}

// texts are the bodies of what the page got, with their senders.
func (p *browser) texts() []string {
	p.t.Helper()
	var out []string
	for _, e := range p.elements() {
		if body := e.Child("jabber:client", "body"); body != nil {
			out = append(out, fmt.Sprintf("%s: %s", e.Attr("from"), body.Text()))
		}
	}
	return out
}

// TestChatOverTheRealDesk is one chat: said, answered, left, taken up again on
// another page, read again from the archive.
func TestChatOverTheRealDesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		v := o.hub.NewVisitor()
		token, _, err := o.hub.IssueToken(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		p := o.arrive(v, token)
		settled, err := p.give(message("support@"+domain, "<body>hello</body>"))
		synctest.Wait()
		if err != nil || *settled != 1 {
			t.Fatalf("settled %d times, %v", *settled, err)
		}
		equal(t, "Alice", o.agents.take(), []string{"sees available", "words hello"})
		if got := p.stream.Linger(); got < time.Minute {
			t.Errorf("the session of a chat lingers %v", got)
		}
		p.take()
		o.alice(v, "hi")
		equal(t, "the visitor", p.texts(), []string{"support@chat.example.com/Alice: hi"})

		// The page dies before the transport is sure that it got the answer.
		p.stream.LinkLost()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		equal(t, "Alice", o.agents.take(), []string{"sees unavailable"})
		o.alice(v, "still there?")
		next := o.arrive(v, token)
		equal(t, "Alice", o.agents.take(), []string{"sees available"})
		equal(t, "the next page", next.texts(), []string{
			"support@chat.example.com/Alice: hi",
			"support@chat.example.com/Alice: still there?",
		})
		next.stream.Delivered(100)
		p.stream.End()
		synctest.Wait()
		last := o.arrive(v, token)
		equal(t, "what was confirmed does not come again", last.texts(), nil)

		last.send(iq("set", "", `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><before/></set></query>`))
		var ids []string
		for _, e := range last.elements() {
			if result := e.Child("urn:xmpp:mam:2", "result"); result != nil {
				inner := result.Child("urn:xmpp:forward:0", "forwarded").Child("jabber:client", "message")
				ids = append(ids, inner.Child("jabber:client", "body").Text())
			}
		}
		if got := strings.Join(ids, " | "); !strings.Contains(got, "hello") || !strings.Contains(got, "still there?") {
			t.Errorf("archive: %s", got)
		}
	})
}
