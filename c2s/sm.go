package c2s

import (
	"strconv"
	"sync"
	"time"

	"frontdesk/wire"
)

// receiveSM takes an element of stream management (XEP-0198), which only
// transports without acknowledgements of their own offer.
func (s *stream) receiveSM(e *Element, settled func()) error {
	if s.conn.Info().Transport != websocket {
		return &StreamError{"unsupported-stanza-type", ""}
	}
	err := s.manage(e)
	settled()
	return err
}

const websocket = "websocket"

func (s *stream) manage(e *Element) error {
	switch {
	case e.Name.Local == "resume" && s.phase == binding:
		return s.resume(e)
	case e.Name.Local == "enable" || e.Name.Local == "resume":
		if s.tab == nil {
			s.send(smFailed("unexpected-request"))
		} else if e.Name.Local == "resume" || !s.tab.enable(e.Attr("resume")) {
			s.tab.mu.Lock()
			s.tab.writeElement(smFailed("unexpected-request"))
			s.tab.mu.Unlock()
		}
		return nil
	case s.tab == nil:
		return &StreamError{"not-authorized", ""}
	case e.Name.Local == "r":
		s.tab.asked()
		return nil
	case e.Name.Local == "a":
		return s.tab.acknowledged(e.Attr("h"))
	}
	return &StreamError{"unsupported-stanza-type", ""}
}

func smFailed(condition string) *Element {
	return wire.New(wire.NSSM, "failed", nil, wire.New(wire.NSStanzaErr, condition, nil))
}

// enable begins to count; false when it had begun before.
func (t *tab) enable(resume string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sm != nil {
		return false
	}
	t.sm = &acks{}
	for i := range t.unproven {
		t.unproven[i].count = 0 // whatever is acknowledged came behind these
	}
	attrs := wire.Attrs()
	if resume == "true" || resume == "1" {
		t.sm.id = newStreamID()
		t.hub.resumable.add(t.sm.id, t)
		attrs = wire.Attrs("id", t.sm.id, "resume", "true",
			"max", strconv.Itoa(int(t.hub.opts.ResumeWithin/time.Second)))
	}
	t.writeElement(wire.New(wire.NSSM, "enabled", attrs))
	return true
}

// writeElement sends what is no stanza; mu is held.
func (t *tab) writeElement(e *Element) { t.write(wire.AppendElement(nil, e, "")) }

// demand asks for an acknowledgement unless one is under way; mu is held.
func (t *tab) demand() {
	if t.conn != nil && !t.sm.demanded && len(t.sm.unacked) > 0 {
		t.sm.demanded = true
		t.writeElement(wire.New(wire.NSSM, "r", nil))
	}
}

// track counts a stanza of the visitor, and that it is on disk.
func (t *tab) track(settled func()) func() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sm == nil {
		return settled
	}
	n := t.sm.receive()
	return func() {
		settled()
		t.stored(n)
	}
}

func (t *tab) stored(n uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sm.store(n)
	if t.sm.asking && t.sm.done >= t.sm.asked {
		t.sm.asking = false
		t.writeElement(wire.New(wire.NSSM, "a", wire.Attrs("h", smCount(t.sm.done))))
	}
	if t.sm.ready != nil && t.sm.done == t.sm.in {
		t.sm.ready()
	}
}

// asked answers <r/> as soon as all that came before it is on disk.
func (t *tab) asked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sm == nil {
		return
	}
	t.sm.asked, t.sm.asking = t.sm.in, t.sm.done < t.sm.in
	if !t.sm.asking {
		t.writeElement(wire.New(wire.NSSM, "a", wire.Attrs("h", smCount(t.sm.done))))
	}
}

func smCount(n uint64) string { return strconv.FormatUint(uint64(uint32(n)), 10) }

// acknowledged takes the visitor's <a/>.
func (t *tab) acknowledged(h string) error {
	t.mu.Lock()
	ok := t.sm != nil && t.ack(h)
	if ok {
		t.demand()
	}
	t.mu.Unlock()
	if !ok {
		return &StreamError{"undefined-condition", "acknowledged more than was sent"}
	}
	t.flush()
	return nil
}

// ack settles what h proves; mu is held.
func (t *tab) ack(h string) bool {
	n, err := strconv.ParseUint(h, 10, 32)
	if err != nil || !t.sm.ack(uint32(n)) {
		return false
	}
	t.settle(t.sm.acked)
	return true
}

// resume puts a new connection in the place of a lost one (XEP-0198 §5), for
// the same visitor only.
func (s *stream) resume(e *Element) error {
	t := s.hub.resumable.find(e.Attr("previd"))
	if t == nil || t.visitor.jid != s.identity || !t.adopt(s, e.Attr("h")) {
		s.send(smFailed("item-not-found"))
		return nil
	}
	s.hub.wheel.Drop(&s.due)
	s.tab, s.phase = t, bound
	t.flush()
	return nil
}

// adopt makes s the tab's stream. The page hears so when all that it sent
// before is on disk: only then it knows what to send again.
func (t *tab) adopt(s *stream, h string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.link.over || t.link.dismissed || t.sm.full || !t.ack(h) {
		return false
	}
	if t.conn != nil {
		t.conn.Close(&StreamError{"conflict", "resumed elsewhere"})
	}
	t.attach(s)
	t.hub.wheel.Drop(&t.link.due)
	t.link.lost, t.link.expired, t.link.left = false, false, false
	t.tell()
	t.sm.ready = func() { t.resumed(s) }
	if t.sm.done == t.sm.in {
		t.sm.ready()
	}
	return true
}

// attach notes the new owner; its connection is used once the page has been
// answered.
func (t *tab) attach(s *stream) {
	if t.detached {
		t.detached = false
		t.hub.detached.Add(-1)
		t.hub.wheel.Drop(&t.until)
	}
	t.stream, t.conn, t.sent = s, nil, s.sent
}

// resumed answers the page and sends what it has not got; mu is held.
func (t *tab) resumed(s *stream) {
	t.sm.ready = nil
	if t.stream != s || t.detached || t.link.over {
		return
	}
	t.conn = s.conn
	t.sm.asking, t.sm.demanded = false, false
	t.writeElement(wire.New(wire.NSSM, "resumed", wire.Attrs("previd", t.sm.id, "h", smCount(t.sm.done))))
	for _, payload := range t.sm.unacked {
		t.write(payload)
	}
	t.demand()
	t.refreshDirectory()
}

// detach keeps a tab without a stream for a resumption; mu is held.
func (t *tab) detach() {
	t.conn, t.detached = nil, true
	t.hub.detached.Add(1)
	within := max(t.hub.opts.ResumeWithin, time.Duration(t.visitor.linger.Load()))
	t.hub.after(&t.until, within)
}

// resumables are the tabs that can be resumed, by the id of XEP-0198. Its lock
// is taken inside that of a tab.
type resumables struct {
	mu   sync.Mutex
	byID map[string]*tab
}

func (r *resumables) add(id string, t *tab) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID[id] = t
}

func (r *resumables) find(id string) *tab {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.byID[id]
}

func (r *resumables) drop(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byID, id)
}
