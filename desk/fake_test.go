package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is a store in memory that can be held, and made to fail.
type shelf struct {
	mu       sync.Mutex
	held     bool
	failing  bool
	broken   bool
	waiting  []func()
	agents   map[roster.AgentJID]roster.Agent
	queues   map[string]queue.Queue
	chats    map[chat.ID]chat.Chat
	entries  map[int64]ledger.Entry
	contacts map[roster.Contact]bool
	visitors map[roster.VisitorJID]roster.Visitor
	most     map[roster.AgentJID]int // seats ever held at one time
}

func newShelf() *shelf {
	return &shelf{
		agents:   map[roster.AgentJID]roster.Agent{},
		queues:   map[string]queue.Queue{"support": {Name: "support"}},
		chats:    map[chat.ID]chat.Chat{},
		entries:  map[int64]ledger.Entry{},
		contacts: map[roster.Contact]bool{},
		visitors: map[roster.VisitorJID]roster.Visitor{},
		most:     map[roster.AgentJID]int{},
	}
}

func (m *shelf) Commit(changes []ledger.Change, done func(ledger.Committed)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	run := func() { done(m.apply(changes)) }
	if m.held {
		m.waiting = append(m.waiting, run)
		return
	}
	run()
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

func (m *shelf) Reset(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = false
	return nil
}

func (m *shelf) apply(changes []ledger.Change) ledger.Committed {
	if m.failing || m.broken {
		m.broken = true
		return ledger.Committed{Err: errors.New("disk full")}
	}
	var c ledger.Committed
	for _, change := range changes {
		switch x := change.(type) {
		case ledger.SaveChat:
			if m.chats[x.Chat.ID].State != chat.Closed {
				m.chats[x.Chat.ID] = x.Chat
			}
		case ledger.ClaimSeat:
			c.Granted = append(c.Granted, m.claim(x))
		case ledger.SaveEntry:
			m.entries[x.Entry.Seq] = x.Entry
		case ledger.AddressEntry:
			e := m.entries[x.Seq]
			e.Agent, e.Outbox, e.Delivery = x.Agent, x.Outbox, ledger.DeliveryPending
			m.entries[x.Seq] = e
		case ledger.ConfirmOutbox:
			for seq, e := range m.entries {
				if e.Outbox > 0 && e.Outbox <= x.UpTo && e.Delivery == ledger.DeliveryPending {
					e.Delivery = ledger.DeliveryConfirmed
					m.entries[seq] = e
				}
			}
		case ledger.SeeEntry:
			m.see(x.Seq)
		case ledger.SettleEntries:
			for _, seq := range x.Seqs {
				m.see(seq)
			}
		case ledger.SaveVisitor:
			m.visitors[x.Visitor.JID] = x.Visitor
		case ledger.SaveContact:
			m.contacts[x.Contact] = true
		case ledger.DropContact:
			delete(m.contacts, x.Contact)
		case ledger.SaveAgent:
			m.agents[x.Agent.JID] = x.Agent
		case ledger.DropAgent:
			delete(m.agents, x.JID)
		case ledger.SaveQueue:
			m.queues[x.Queue.Name] = x.Queue
		case ledger.DropQueue:
			delete(m.queues, x.Name)
		default:
			panic(fmt.Sprintf("unknown change %T", x))
		}
	}
	m.count()
	return c
}

func (m *shelf) see(seq int64) {
	e := m.entries[seq]
	e.Delivery = ledger.DeliverySeen
	m.entries[seq] = e
}

func (m *shelf) seats(a roster.AgentJID) int {
	n := 0
	for _, c := range m.chats {
		if c.Agent == a && c.HoldsSeat() {
			n++
		}
	}
	return n
}

// taken is seats, for tests.
func (m *shelf) taken(a roster.AgentJID) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seats(a)
}

func (m *shelf) count() {
	for a := range m.agents {
		m.most[a] = max(m.most[a], m.seats(a))
	}
}

func (m *shelf) claim(x ledger.ClaimSeat) bool {
	c := m.chats[x.Chat]
	if c.State != chat.Queued || c.Agent != "" || m.seats(x.Agent) >= m.agents[x.Agent].Capacity {
		return false
	}
	c.State, c.Agent = chat.Active, x.Agent
	m.chats[x.Chat] = c
	return true
}

func (m *shelf) Agents(context.Context) ([]roster.Agent, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.agents)), nil
}

func (m *shelf) Queues(context.Context) ([]queue.Queue, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Values(m.queues)), nil
}

func (m *shelf) OpenChats(ctx context.Context) ([]chat.Chat, error) { return m.Chats(ctx, false) }

func (m *shelf) Chats(_ context.Context, all bool) ([]chat.Chat, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []chat.Chat
	for _, c := range m.chats {
		if all || c.State != chat.Closed {
			out = append(out, c)
		}
	}
	sortChats(out)
	return out, nil
}

func (m *shelf) Chat(_ context.Context, id chat.ID) (chat.Chat, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.chats[id]
	return c, ok, nil
}

func sortChats(chats []chat.Chat) {
	slices.SortFunc(chats, func(a, b chat.Chat) int { return cmp.Compare(a.Place, b.Place) })
}

func (m *shelf) Undelivered(context.Context) ([]ledger.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []ledger.Entry
	for _, e := range m.entries {
		if e.Author == ledger.FromVisitor && e.Delivery == ledger.DeliveryPending ||
			e.Author == ledger.FromAgent && e.Delivery != ledger.DeliverySeen {
			if m.chats[e.Chat].State == chat.Closed {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b ledger.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return out, nil
}

func (m *shelf) Said(context.Context) ([]ledger.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []ledger.Entry
	for _, e := range m.entries {
		if m.chats[e.Chat].State != chat.Closed {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b ledger.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return out, nil
}

func (m *shelf) Contacts(context.Context) ([]roster.Contact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.contacts)), nil
}

func (m *shelf) Visitors(_ context.Context, of []roster.VisitorJID) ([]roster.Visitor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []roster.Visitor
	for _, v := range of {
		if known, ok := m.visitors[v]; ok {
			out = append(out, known)
		}
	}
	return out, nil
}

func (m *shelf) Marks(context.Context) (seq, outbox, place int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.entries {
		seq, outbox = max(seq, e.Seq), max(outbox, e.Outbox)
	}
	for _, c := range m.chats {
		place = max(place, c.Place)
	}
	return seq, outbox, place, nil
}

func (m *shelf) Transcript(_ context.Context, id chat.ID) ([]ledger.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []ledger.Entry
	for _, e := range m.entries {
		if e.Chat == id {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b ledger.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return out, nil
}

func (m *shelf) LastChat(_ context.Context, v roster.VisitorJID) (chat.Chat, bool, error) {
	all, _ := m.Chats(context.Background(), true)
	for _, c := range slices.Backward(all) {
		if c.Visitor == v {
			return c, true, nil
		}
	}
	return chat.Chat{}, false, nil
}

// edges records what the desk sends both ways, as lines to read.
type edges struct {
	mu        sync.Mutex
	web, link []string
	words     []Words
	confirm   bool // confirm words at once
	desk      *Desk
	directory []QueueView
}

func (e *edges) note(format string, args ...any) {
	e.web = append(e.web, fmt.Sprintf(format, args...))
}

func (e *edges) sent(format string, args ...any) {
	e.link = append(e.link, fmt.Sprintf(format, args...))
}

func (e *edges) Answer(tab Tab, ref uint64, a Answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case a.Err != nil:
		e.note("%s/%d refused %s", tab.Visitor.Local(), ref, a.Err.Condition)
	case a.Status != nil:
		e.note("%s/%d position %d", tab.Visitor.Local(), ref, a.Status.Position)
	default:
		e.note("%s/%d done", tab.Visitor.Local(), ref)
	}
}

func (e *edges) Deliver(v roster.VisitorJID, d Delivery) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from := d.Queue
	if d.AgentName != "" {
		from += "/" + d.AgentName
	}
	what := d.Message.Text
	switch {
	case what == "" && d.Message.Receipt != "":
		what = "receipt " + d.Message.Receipt
	case what == "":
		what = fmt.Sprintf("typing %d", d.Message.Typing)
	}
	e.note("%s gets %q from %s", v.Local()+d.Only, what, from)
}

func (e *edges) Directory(q []QueueView) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.directory = q
}

func (e *edges) Link(bool) {}
func (e *edges) Join(Tab)  {}

func (e *edges) Tenure(roster.VisitorJID, time.Duration) {}

func (e *edges) Dismiss(v roster.VisitorJID, all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.note("%s dismissed %t", v.Local(), all)
}

func (e *edges) Send(batch []ToAgent) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, out := range batch {
		switch x := out.(type) {
		case AddContact:
			e.sent("%s + %s", x.Contact.Agent.Local(), x.Contact.Visitor.Local())
		case RemoveContact:
			e.sent("%s - %s", x.Contact.Agent.Local(), x.Contact.Visitor.Local())
			if e.confirm {
				go e.desk.Post(LinkConfirmed{x.Outbox})
			}
		case ShowVisitor:
			e.sent("%s sees %s %s", x.Agent.Local()+x.Resource, x.Visitor.Local(), x.Show)
		case Words:
			e.words = append(e.words, x)
			if x.Message.Text == "" {
				e.sent("%s gets receipt %q typing %d from %s", x.Agent.Local(), x.Message.Receipt, x.Message.Typing, x.Visitor.Local())
			} else {
				e.sent("%s gets %q from %s", x.Agent.Local(), x.Message.Text, x.Visitor.Local())
			}
			if e.confirm && x.Outbox > 0 {
				go e.desk.Post(LinkConfirmed{x.Outbox})
			}
		case Note:
			e.sent("%s told %q gone %t", x.Agent.Local(), x.Text, x.Gone)
		case Refuse:
			e.sent("%s refused %s", x.Agent.Local(), x.Refusal.Condition)
		case Follow:
			e.sent("follow %s %t", x.Agent.Local(), x.New)
		case Card:
			e.sent("card %t %s", x.Known, x.Visitor.Name)
		}
	}
}

// take returns the lines so far, the visitors' side first, and begins anew.
func (e *edges) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := slices.Concat(e.web, e.link)
	e.web, e.link = nil, nil
	return out
}

// stage is a desk with everything around it, inside a synctest bubble.
type stage struct {
	*testing.T
	*Desk
	store *shelf
	edges *edges
	refs  uint64
}

func testOptions() Options {
	return Options{
		Domain: "chat.example.com", DefaultQueue: "support",
		Grace: 60 * time.Second, GraceBusy: 30 * time.Second, AgentGrace: 15 * time.Second, AgentReturn: 60 * time.Second,
		WantedFor: 30 * time.Second, ResumeTTL: 24 * time.Hour, MaxWaiting: 3, OfflineAfter: 2 * time.Second,
		Log: slog.New(slog.DiscardHandler),
	}
}

// play runs f with a desk with the agents named "name:capacity", all online.
func play(t *testing.T, options Options, agents []string, f func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, options, newShelf())
		for _, a := range agents {
			name, capacity, _ := strings.Cut(a, ":")
			if err := s.AddAgent(context.Background(), roster.Agent{
				JID: roster.AgentJID(name + "@example.com"), Name: strings.ToUpper(name[:1]) + name[1:],
				Queues: []string{"support"}, Capacity: int(capacity[0] - '0'),
			}); err != nil {
				t.Fatal(err)
			}
			s.agent(name, roster.Available)
		}
		synctest.Wait()
		s.edges.take()
		f(s)
		s.end()
	})
}

func begin(t *testing.T, options Options, store *shelf) *stage {
	t.Helper()
	s := &stage{T: t, Desk: New(options, store), store: store, edges: &edges{confirm: true}}
	s.edges.desk = s.Desk
	s.Connect(s.edges, s.edges)
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.Post(LinkUp{})
	synctest.Wait()
	return s
}

func (s *stage) end() {
	synctest.Wait()
	if err := s.Stop(context.Background()); err != nil {
		s.Error(err)
	}
	for jid, a := range s.store.agents {
		if s.store.most[jid] > a.Capacity {
			s.Errorf("%s held %d seats of %d", jid, s.store.most[jid], a.Capacity)
		}
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
		s.Post(TabOnline{Tab: tabOf(v), Where: home(v)})
	}
}

// home is the address a visitor comes from: one of two, by the name.
func home(v string) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, v[0] % 2}), 32)
}

func (s *stage) offline(v string) { s.Post(TabOffline{Tab: tabOf(v)}) }

func (s *stage) ask(v string, what Ask) {
	s.refs++
	s.Post(VisitorAsks{Tab: tabOf(v), Ref: s.refs, What: what})
}

func (s *stage) say(v, text string) {
	s.ask(v, Say{Message: chat.Message{ID: "id-" + text, Text: text, WantReceipt: true}})
}

func (s *stage) reply(agent, v, text string) {
	s.Post(AgentSays{
		Agent: roster.AgentJID(agent + "@example.com"), Resource: "r", Visitor: jid(v),
		Message: chat.Message{ID: "a-" + text, Text: text, WantReceipt: true},
	})
}

// pass lets time go by and everything settle.
func (s *stage) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// expect compares what was sent since the last look with lines: the visitors'
// side in its order, then the agents' in its own.
func (s *stage) expect(lines ...string) {
	s.Helper()
	synctest.Wait()
	got := s.edges.take()
	if !slices.Equal(got, lines) {
		s.Errorf("the edges got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(lines, "\n  "))
	}
}
