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
	core      *core
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

	on         *connection // the present one
	silent     bool        // nothing is written: a resumption is awaited, or not answered yet
	sm         *management // nil: not enabled
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
			t.core.desk.Post(e)
		}
	}
}

// ask puts a request to the desk. Its answer is given to reply, which may send
// but must not ask or post, and then settled is called. Both happen here when
// too many requests of the tab are under way.
func (t *tab) ask(what desk.Ask, reply func(desk.Answer), settled func()) {
	t.mu.Lock()
	full := t.asking >= maxOutstanding
	if !full {
		t.asking++
		number := t.core.requests.add(func(a desk.Answer) {
			t.mu.Lock()
			t.asking--
			t.mu.Unlock()
			reply(a)
			settled()
		})
		t.post(desk.VisitorAsks{Tab: t.desk(), Ref: number, What: what})
	}
	t.mu.Unlock()
	if full {
		reply(desk.Answer{Err: &desk.Refusal{
			Condition: "resource-constraint", Type: "wait", Text: "Too much at once. Please wait a moment.",
		}})
		settled()
		return
	}
	t.flush()
}

// nothing is for requests whose answer nobody sees.
func nothing(desk.Answer) {}

// send sends one stanza; mu is held. Nothing goes to a stream that is over.
func (t *tab) send(payload []byte) {
	switch {
	case t.live.deaf():
	case t.sm == nil:
		t.write(payload)
		if t.on.socket != nil {
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

// write gives a payload to the transport, unless there is none; mu is held.
func (t *tab) write(payload []byte) {
	if !t.silent {
		t.on.write(payload)
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
	t.core.counts.failed.Add(1)
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

// step lets something happen to the tab and does what follows from it; mu is
// held. conclude follows, at the latest when the alarm rings.
func (t *tab) step(e event) turn {
	awaited := t.live.resumable
	e.sent = t.on.sent
	var do turn
	t.live, do = t.live.step(e, t.core.wheel.Now())
	if do.news {
		t.tell()
	}
	if do.proven > 0 && t.sm == nil {
		t.confirm(do.proven)
	}
	if do.next != 0 {
		t.core.wheel.Hasten(&t.alarm, do.next)
	}
	switch {
	case t.live.resumable && !awaited:
		t.visitor.home.awaited.Add(1)
	case awaited && !t.live.resumable:
		t.visitor.home.awaited.Add(-1)
	}
	return do
}

// tell posts what the tab has become; mu is held.
func (t *tab) tell() {
	switch t.live.told {
	case present, away:
		t.post(desk.TabOnline{
			Tab: t.desk(), Network: t.network, Away: t.live.told == away, Returning: t.returning,
		})
	case absent, over:
		t.post(desk.TabOffline{Tab: t.desk(), Ended: t.live.told == over})
	}
}

// confirm tells the desk what n confirmed payloads mean; mu is held.
func (t *tab) confirm(n uint64) {
	seqs, fellBehind := t.deliveries.confirm(n)
	if len(seqs) > 0 {
		t.post(desk.TabSettled{Tab: t.desk(), Seqs: seqs})
	}
	if fellBehind {
		t.post(desk.TabBehind{Tab: t.desk()})
	}
}

// end makes the transport end the stream, or, where there is none, has the tab
// ended soon; mu is held.
func (t *tab) end(err *StreamError) {
	if t.live.dismissed {
		return
	}
	if t.step(event{kind: tabDismissed}); t.live.told == over {
		t.core.after(&t.alarm, 0)
		return
	}
	t.on.Close(err)
}
