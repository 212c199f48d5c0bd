package c2s

import (
	"sync"

	"frontdesk/desk"
	"frontdesk/wire"
)

// requests are what the desk has not answered yet.
type requests struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]*request
}

type request struct {
	tab     *tab
	reply   func(desk.Answer)
	settled func()
}

// ask puts a request to the desk. Its answer is given to reply, which may send
// but must not ask or post, and then settled is called. Both happen here when
// too many requests of the tab are under way.
func (t *tab) ask(what desk.Ask, reply func(desk.Answer), settled func()) {
	t.mu.Lock()
	full := t.asking >= maxOutstanding
	if !full {
		t.asking++
		ref := t.hub.requests.add(&request{t, reply, settled})
		t.post(desk.VisitorAsks{Tab: t.desk(), Ref: ref, What: what})
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

func (r *requests) add(q *request) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.waiting[r.last] = q
	return r.last
}

func (r *requests) take(ref uint64) *request {
	r.mu.Lock()
	defer r.mu.Unlock()
	q := r.waiting[ref]
	delete(r.waiting, ref)
	return q
}

// Answer implements [engine.Visitors]. The request may outlive its tab.
func (h *Hub) Answer(_ desk.Tab, ref uint64, a desk.Answer) {
	q := h.requests.take(ref)
	if q == nil {
		return
	}
	q.tab.mu.Lock()
	q.tab.asking--
	q.tab.mu.Unlock()
	q.reply(a)
	q.settled()
}

// refusal is the desk's no as a stanza error.
func refusal(r *desk.Refusal) *wire.StanzaError {
	return &wire.StanzaError{Type: r.Type, Condition: r.Condition, Text: r.Text}
}

// nothing is for requests whose answer nobody sees.
func nothing(desk.Answer) {}
