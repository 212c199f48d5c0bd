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
	hub       *Hub
	key       string // desk.Tab.Stream
	visitor   *visitor
	resource  string
	returning bool // logged in with a token
	network   roster.Network
	jid       string // full

	// posting keeps what is posted in order. It may be held for long; no method
	// that the desk calls takes it.
	posting sync.Mutex

	mu     sync.Mutex
	posts  []desk.Event // in order, on their way to the desk
	asking int          // requests at the desk

	live  liveness
	alarm deadline // rings when something happens to it by itself

	stream     *stream // the present one
	conn       Conn    // its connection; nil while a resumption is awaited
	sent       uint64  // payloads of conn, without pings
	sm         *management
	deliveries deliveries

	shown   shown
	carbons bool
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
	case t.live.deaf():
	case t.sm == nil:
		t.write(payload)
		if t.stream.socket != nil {
			t.step(event{kind: payloadSent})
		}
	default:
		t.sm.keep(payload)
		t.write(payload)
		t.sm.demand()
		if t.sm.full {
			t.end(&StreamError{"policy-violation", "too much was not acknowledged"})
		}
	}
}

// write gives a payload to the transport, if there is one; mu is held.
func (t *tab) write(payload []byte) {
	if t.conn != nil {
		t.sent++
		t.conn.Send(payload)
	}
}

// writeElement sends what is no stanza; mu is held.
func (t *tab) writeElement(e *Element) { t.write(wire.AppendElement(nil, e, "")) }

func (t *tab) sendIQ(q *wire.IQ) { t.send(wire.AppendIQ(nil, wire.NSClient, q)) }

func (t *tab) sendMessage(m *wire.Message) {
	m.To = t.jid
	t.send(wire.AppendMessage(nil, wire.NSClient, m))
}

func (t *tab) sendPresence(p *wire.Presence) {
	p.To = t.jid
	t.send(wire.AppendPresence(nil, wire.NSClient, p))
}

// fail answers a stanza with an error, unless it is itself an answer
// (RFC 6120 §8.3.1).
func (t *tab) fail(local string, h wire.Header, e *wire.StanzaError) {
	if h.Type == "error" || h.Type == "result" {
		return
	}
	t.hub.counts.failed.Add(1)
	back := wire.Header{From: h.To, ID: h.ID, Type: "error"}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch local {
	case "message":
		t.sendMessage(&wire.Message{Header: back, Error: e})
	case "presence":
		t.sendPresence(&wire.Presence{Header: back, Error: e})
	case "iq":
		back.To = t.jid
		t.sendIQ(&wire.IQ{Header: back, Error: e})
	}
}
