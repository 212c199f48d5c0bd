package c2s

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/gate"
	"frontdesk/ledger"
	"frontdesk/roster"
	"frontdesk/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const domain = "chat.example.com"

// fakeDesk records what is posted and answers every request with answer.
type fakeDesk struct {
	hub *Hub

	mu     sync.Mutex
	events []desk.Event
	joined map[desk.Tab]bool          // nil: knows no tab, ever
	answer func(desk.Ask) desk.Answer // nil: done
	mute   bool                       // answers nothing
}

func (d *fakeDesk) Post(e desk.Event) {
	d.mu.Lock()
	d.events = append(d.events, e)
	answer, mute := d.answer, d.mute
	tab, join := d.greets(e)
	d.mu.Unlock()
	if join {
		d.hub.Join(tab)
	}
	if asks, ok := e.(desk.VisitorAsks); ok && !mute {
		var a desk.Answer
		if answer != nil {
			a = answer(asks.What)
		}
		d.hub.Answer(asks.Tab, asks.Ref, a)
	}
}

// greets tells whether a tab joins because of an event: it is new or behind.
func (d *fakeDesk) greets(e desk.Event) (desk.Tab, bool) {
	switch e := e.(type) {
	case desk.TabOnline:
		fresh := d.joined != nil && !d.joined[e.Tab]
		if fresh {
			d.joined[e.Tab] = true
		}
		return e.Tab, fresh
	case desk.TabBehind:
		return e.Tab, d.joined != nil
	}
	return desk.Tab{}, false
}

// where is what the first tab that came since the last take is counted by.
func (d *fakeDesk) where() roster.Network {
	defer d.take()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.events[0].(desk.TabOnline).Network
}

// take returns what was posted since the last call, as short words.
func (d *fakeDesk) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var words []string
	for _, e := range d.events {
		words = append(words, word(e))
	}
	d.events = nil
	return words
}

func word(e desk.Event) string {
	switch e := e.(type) {
	case desk.TabOnline:
		if e.Away {
			return "away"
		}
		return "online"
	case desk.TabOffline:
		if e.Ended {
			return "ended"
		}
		return "offline"
	case desk.TabSettled:
		return fmt.Sprint("settled ", e.Seqs)
	case desk.TabBehind:
		return "behind"
	case desk.VisitorAsks:
		return fmt.Sprintf("%T %+v", e.What, e.What)
	}
	return fmt.Sprintf("%T", e)
}

// fakeStore keeps tokens and a transcript.
type fakeStore struct {
	mu      sync.Mutex
	tokens  map[string]time.Time // visitor + hash -> expiry
	broken  error
	entries []ledger.Entry
}

func (s *fakeStore) IssueToken(_ context.Context, v roster.VisitorJID, hash []byte, expires time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[string(v)+string(hash)] = expires
	return s.broken
}

func (s *fakeStore) UseToken(_ context.Context, v roster.VisitorJID, hash []byte, now, expires time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.tokens[string(v)+string(hash)]
	if !ok || !now.Before(until) {
		return false, s.broken
	}
	s.tokens[string(v)+string(hash)] = expires
	return s.broken == nil, s.broken
}

func (s *fakeStore) RevokeTokens(_ context.Context, v roster.VisitorJID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.tokens {
		if strings.HasPrefix(key, string(v)) {
			delete(s.tokens, key)
		}
	}
	return s.broken
}

func (s *fakeStore) LastChat(context.Context, roster.VisitorJID) (chat.Chat, bool, error) {
	return chat.Chat{ID: "c1", Queue: "support"}, s.entries != nil, s.broken
}

func (s *fakeStore) Transcript(context.Context, chat.ID) ([]ledger.Entry, error) {
	return s.entries, s.broken
}

// fakeConn records what is sent.
type fakeConn struct {
	info Info

	mu     sync.Mutex
	sent   []string
	closed []*StreamError
}

func (c *fakeConn) Send(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, string(b))
}

func (c *fakeConn) Close(err *StreamError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = append(c.closed, err)
}

func (c *fakeConn) Info() Info { return c.info }

func (c *fakeConn) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.closed) > 0
}

// browser is a page: a stream with its connection.
type browser struct {
	t      *testing.T
	stream Stream
	conn   *fakeConn
	jid    string // after bind
}

// bench is a hub with its fakes.
type bench struct {
	t     *testing.T
	hub   *Hub
	desk  *fakeDesk
	store *fakeStore
	peers []*browser
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	return newBenchBehind(t, gate.Rules{}, change...)
}

// newBenchBehind is newBench behind a gate with these rules.
func newBenchBehind(t *testing.T, rules gate.Rules, change ...func(*Options)) *bench {
	t.Helper()
	opts := Options{Domain: domain, Version: "1.2.3", OfflineAfter: 2 * time.Second, ResumeTTL: 24 * time.Hour}
	for _, f := range change {
		f(&opts)
	}
	b := &bench{t: t, desk: &fakeDesk{joined: map[desk.Tab]bool{}}, store: &fakeStore{tokens: map[string]time.Time{}}}
	hub, err := New(opts, gate.New(rules), b.desk, b.store, b.store)
	if err != nil {
		t.Fatal(err)
	}
	b.hub, b.desk.hub = hub, hub
	hub.Directory([]desk.QueueView{
		{Name: "support", Title: "Support", Show: roster.Available, Default: true, Agents: []desk.AgentView{
			{Name: "Alice", Show: roster.Available}, {Name: "Bob B.", Show: roster.Away},
		}},
		{Name: "sales", Show: roster.Unavailable, Status: "closed"},
	})
	t.Cleanup(b.close)
	return b
}

// close ends all streams, as their transports do.
func (b *bench) close() {
	for _, p := range b.peers {
		p.stream.End()
	}
	if err := b.hub.Close(context.Background()); err != nil {
		b.t.Error(err)
	}
}

// open is a new connection.
func (b *bench) open(transport string) *browser {
	b.t.Helper()
	return b.openFrom(transport, "192.0.2.1")
}

func (b *bench) openFrom(transport, address string) *browser {
	b.t.Helper()
	p := &browser{t: b.t, conn: &fakeConn{info: Info{Acknowledges: transport == "bosh", Remote: netip.MustParseAddr(address)}}}
	stream, err := b.hub.Open(p.conn, Hello{To: domain})
	if err != nil {
		b.t.Fatal(err)
	}
	p.stream = stream
	b.peers = append(b.peers, p)
	return p
}

// visitor is a new visitor with one page, bound.
func (b *bench) visitor() *browser {
	b.t.Helper()
	p := b.open("bosh")
	p.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>`)
	p.bind("")
	b.desk.take()
	return p
}

// again is another page of the same visitor.
func (b *bench) again(of *browser) *browser {
	b.t.Helper()
	p := b.open("websocket")
	jid := roster.VisitorJID(of.bare())
	token, _, err := b.hub.IssueToken(context.Background(), jid)
	if err != nil {
		b.t.Fatal(err)
	}
	p.plain(jid.Local(), token)
	p.bind("")
	b.desk.take()
	return p
}

func (p *browser) plain(local, token string) {
	p.t.Helper()
	secret := base64.StdEncoding.EncodeToString([]byte("\x00" + local + "\x00" + token))
	p.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>` + secret + `</auth>`)
}

func (p *browser) bind(resource string) {
	p.t.Helper()
	if err := p.stream.Restart(Hello{To: domain}); err != nil {
		p.t.Fatal(err)
	}
	if resource != "" {
		resource = "<resource>" + resource + "</resource>"
	}
	p.take()
	p.send(`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>` + resource + `</bind></iq>`)
	e, err := wire.Parse([]byte(p.first()))
	if err != nil {
		p.t.Fatalf("bind was not answered: %v", err)
	}
	bind := e.Child(wire.NSBind, "bind")
	if bind == nil {
		p.t.Fatalf("bind was answered by %s", dump([]*Element{e}))
	}
	p.jid = bind.Child(wire.NSBind, "jid").Text()
}

// first takes the first payload alone; the desk may have sent more.
func (p *browser) first() string {
	p.conn.mu.Lock()
	defer p.conn.mu.Unlock()
	if len(p.conn.sent) == 0 {
		return ""
	}
	first := p.conn.sent[0]
	p.conn.sent = p.conn.sent[1:]
	return first
}

func (p *browser) bare() string {
	bare, _, _ := strings.Cut(p.jid, "/")
	return bare
}

// send gives the stream one stanza; an error or a missing settled fails the
// test.
func (p *browser) send(xml string) {
	p.t.Helper()
	if err := p.try(xml); err != nil {
		p.t.Fatalf("%s: %v", xml, err)
	}
}

// try is send, but gives the stream's error back.
func (p *browser) try(xml string) error {
	p.t.Helper()
	settled, err := p.give(xml)
	if *settled != 1 {
		p.t.Fatalf("%s: settled %d times", xml, *settled)
	}
	return err
}

func (p *browser) give(xml string) (*int, error) {
	p.t.Helper()
	e, err := wire.Parse([]byte(xml))
	if err != nil {
		p.t.Fatalf("%s: %v", xml, err)
	}
	settled := new(int)
	return settled, p.stream.Receive(e, func() { *settled++ })
}

// take returns what was sent since the last call.
func (p *browser) take() []string {
	p.conn.mu.Lock()
	defer p.conn.mu.Unlock()
	sent := p.conn.sent
	p.conn.sent = nil
	return sent
}

// elements is take, parsed: what we send must be well-formed on its own.
func (p *browser) elements() []*Element {
	p.t.Helper()
	var out []*Element
	for _, s := range p.take() {
		e, err := wire.Parse([]byte(s))
		if err != nil {
			p.t.Fatalf("%s: %v", s, err)
		}
		out = append(out, e)
	}
	return out
}

// only returns the one thing that was sent.
func (p *browser) only() *Element {
	p.t.Helper()
	got := p.elements()
	if len(got) != 1 {
		p.t.Fatalf("got %d elements, want 1: %s", len(got), dump(got))
	}
	return got[0]
}

func dump(all []*Element) string {
	var out bytes.Buffer
	for _, e := range all {
		out.Write(wire.AppendElement(nil, e, ""))
		out.WriteByte('\n')
	}
	return out.String()
}

// failure returns the condition of a stanza error, "" when there is none.
func failure(e *Element) string {
	if child := e.Child(wire.NSClient, "error"); child != nil {
		for _, c := range child.Elements() {
			if c.Name.Local != "text" {
				return c.Name.Local
			}
		}
	}
	return ""
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
