package c2s

import (
	"sync"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// tab is a bound stream: one page of a visitor. Its stream may be another one
// after a resumption (XEP-0198 §5).
type tab struct {
	hub      *Hub
	key      string // desk.Tab.Stream
	visitor  *visitor
	resource string
	known    bool // logged in with a token
	network  roster.Network
	jid      string // full

	// posting keeps what is posted in order. It may be held for long; no method
	// that the desk calls takes it.
	posting sync.Mutex

	mu     sync.Mutex
	conn   Conn         // nil while a resumption is awaited
	stream *stream      // the present owner of conn
	posts  []desk.Event // in order, on their way to the desk

	sent     uint64  // payloads of conn
	unproven []proof // deliveries that the transport has not confirmed
	lag      int     // their bytes
	joined   bool    // the desk knows the tab
	behind   bool    // a delivery was left out: none follows until the next join
	toldSo   bool    // the desk knows that it is behind

	outstanding int // requests at the desk

	link      link
	available bool       // the visitor's last presence
	seen      *directory // as this tab was shown it
	renewed   bool       // another page may have taken over, which has seen nothing
	carbons   bool

	sm       *acks    // nil: not enabled
	detached bool     // kept for a resumption …
	until    deadline // … until then
}

// proof is a delivery under way: once the first count payloads of conn, or with
// XEP-0198 the first count stanzas, are surely delivered, the entry has reached
// the visitor.
type proof struct {
	count uint64
	seq   int64
	size  int
}

func (t *tab) desk() desk.Tab { return desk.Tab{Visitor: t.visitor.jid, Stream: t.key} }

// post queues an event for the desk; mu is held. flush follows.
func (t *tab) post(e desk.Event) { t.posts = append(t.posts, e) }

// flush posts what is queued, in order, with mu not held.
func (t *tab) flush() {
	t.posting.Lock()
	defer t.posting.Unlock()
	for {
		t.mu.Lock()
		events := t.posts
		t.posts = nil
		t.mu.Unlock()
		if len(events) == 0 {
			return
		}
		for _, e := range events {
			t.hub.desk.Post(e)
		}
	}
}

// send sends one stanza; mu is held. Nothing goes to a stream that is over.
func (t *tab) send(payload []byte) {
	switch {
	case t.link.over || t.link.closing:
	case t.sm == nil:
		t.write(payload)
	default:
		t.sm.keep(payload)
		t.write(payload)
		t.demand()
		if t.sm.full {
			t.end(&StreamError{"policy-violation", "too much was not acknowledged"})
		}
	}
}

// end makes the transport end the stream, or, where there is none, has the tab
// ended soon; mu is held.
func (t *tab) end(err *StreamError) {
	if t.link.dismissed {
		return
	}
	t.link.dismissed = true
	if t.conn != nil {
		t.conn.Close(err)
	} else {
		t.hub.after(&t.until, 0)
	}
}

// write gives a payload to the transport, if there is one; mu is held.
func (t *tab) write(payload []byte) {
	if t.conn != nil {
		t.sent++
		t.conn.Send(payload)
	}
}

func (t *tab) sendIQ(q *wire.IQ) { t.send(wire.AppendIQ(nil, wire.NSClient, q)) }

func (t *tab) sendMessage(m *wire.Message) {
	m.To = t.jid
	t.send(wire.AppendMessage(nil, wire.NSClient, m))
}

func (t *tab) sendPresence(p *wire.Presence) {
	p.To = t.jid
	t.send(wire.AppendPresence(nil, wire.NSClient, p))
}

// join lets the tab have all deliveries from here on.
func (t *tab) join() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.joined, t.behind, t.toldSo = true, false, false
}

// deliver sends a payload whose arrival the desk wants to know. A tab that lags
// too far is left out from there on: the desk keeps the entries, and brings them
// again when the tab has confirmed what it has.
func (t *tab) deliver(seq int64, payload []byte) {
	if t.behind || len(t.unproven) >= maxLag || t.lag+len(payload) > maxLagBytes && t.lag > 0 {
		t.behind = true
		t.hub.counts.skipped.Add(1)
		return
	}
	t.lag += len(payload)
	before := t.sent
	if t.sm != nil {
		before = t.sm.out
	}
	t.unproven = append(t.unproven, proof{before + 1, seq, len(payload)})
	t.send(payload)
}

// delivered takes the transport's confirmation of its first n payloads. Where
// the page acknowledges stanzas itself it says nothing.
func (t *tab) delivered(s *stream, n uint64) {
	t.mu.Lock()
	if t.stream == s && t.sm == nil {
		t.settle(n)
	}
	t.mu.Unlock()
	t.flush()
}

// settle tells the desk what n confirmed payloads mean; mu is held.
func (t *tab) settle(n uint64) {
	var seqs []int64
	for len(t.unproven) > 0 && t.unproven[0].count <= n {
		seqs = append(seqs, t.unproven[0].seq)
		t.lag -= t.unproven[0].size
		t.unproven = t.unproven[1:]
	}
	if len(seqs) > 0 {
		t.post(desk.TabSettled{Tab: t.desk(), Seqs: seqs})
	}
	if t.behind && !t.toldSo && len(t.unproven) == 0 {
		t.toldSo = true
		t.post(desk.TabBehind{Tab: t.desk()})
	}
}
