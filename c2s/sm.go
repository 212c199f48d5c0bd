package c2s

import (
	"strconv"
	"sync"
	"time"

	"frontdesk/wire"
)

// receiveSM takes an element of stream management (XEP-0198), which is for
// transports that do not know what has arrived.
func (s *stream) receiveSM(e *Element, settled func()) error {
	if s.conn.Info().Acknowledges {
		return &StreamError{"unsupported-stanza-type", ""}
	}
	err := s.manage(e)
	settled()
	return err
}

func (s *stream) manage(e *Element) error {
	if e.Name.Local == "enable" || e.Name.Local == "resume" {
		s.begin(e)
		return nil
	}
	if s.tab == nil {
		return &StreamError{"not-authorized", ""}
	}
	sm := s.tab.management()
	switch e.Name.Local {
	case "r":
		if sm != nil {
			sm.asked()
		}
		return nil
	case "a":
		if sm == nil || !sm.acknowledged(e.Attr("h")) {
			return &StreamError{"undefined-condition", "acknowledged more than was sent"}
		}
		return nil
	}
	return &StreamError{"unsupported-stanza-type", ""}
}

// begin takes the two elements that begin stream management: <resume/> in the
// place of bind, <enable/> after it, once.
func (s *stream) begin(e *Element) {
	switch {
	case s.tab == nil && s.phase == binding && e.Name.Local == "resume":
		s.resume(e)
	case s.tab == nil:
		s.send(smFailed("unexpected-request"))
	case e.Name.Local == "resume" || !s.tab.enable(e.Attr("resume")):
		s.tab.mu.Lock()
		s.tab.writeElement(smFailed("unexpected-request"))
		s.tab.mu.Unlock()
	}
}

func smFailed(condition string) *Element {
	return wire.New(wire.NSSM, "failed", nil, wire.New(wire.NSStanzaErr, condition, nil))
}

func smCount(n uint64) string { return strconv.FormatUint(uint64(uint32(n)), 10) }

// management is the stream management of a tab (XEP-0198). It is guarded by the
// tab's mutex.
type management struct {
	acks
	tab *tab
}

// enable begins to count; false when it had begun before.
func (t *tab) enable(resume string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sm != nil {
		return false
	}
	t.sm = &management{tab: t}
	t.deliveries.recount()
	t.step(event{kind: pageCounts})
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

// management is nil when it is not enabled.
func (t *tab) management() *management {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sm
}

// track counts a stanza of the visitor, and that it is on disk.
func (m *management) track(settled func()) func() {
	m.tab.mu.Lock()
	defer m.tab.mu.Unlock()
	n := m.receive()
	return func() {
		settled()
		m.stored(n)
	}
}

func (m *management) stored(n uint64) {
	m.tab.mu.Lock()
	defer m.tab.mu.Unlock()
	m.store(n)
	if m.wanted > 0 && m.done >= m.wanted {
		m.report()
	}
	if m.ready != nil && m.done == m.in {
		m.ready()
	}
}

// asked answers <r/> as soon as all that came before it is on disk.
func (m *management) asked() {
	m.tab.mu.Lock()
	defer m.tab.mu.Unlock()
	if m.done < m.in {
		m.wanted = m.in
	} else {
		m.report()
	}
}

// report tells the page how many of its stanzas are on disk; mu is held.
func (m *management) report() {
	m.wanted = 0
	m.tab.writeElement(wire.New(wire.NSSM, "a", wire.Attrs("h", smCount(m.done))))
}

// demand asks for an acknowledgement unless one is under way; mu is held.
func (m *management) demand() {
	if m.tab.conn != nil && !m.demanded && len(m.unacked) > 0 {
		m.demanded = true
		m.tab.writeElement(wire.New(wire.NSSM, "r", nil))
	}
}

// acknowledged takes the visitor's <a/>; false when it acknowledges more than
// was sent.
func (m *management) acknowledged(h string) bool {
	t := m.tab
	t.mu.Lock()
	ok := m.prove(h)
	if ok {
		t.step(event{kind: pageCounted})
		m.demand()
	}
	t.mu.Unlock()
	t.conclude()
	return ok
}

// prove takes what h says to have arrived; mu is held.
func (m *management) prove(h string) bool {
	n, err := strconv.ParseUint(h, 10, 32)
	if err != nil || !m.ack(uint32(n)) {
		return false
	}
	m.tab.confirm(m.acked)
	return true
}

// resume puts a new connection in the place of a lost one (XEP-0198 §5), for
// the same visitor only.
func (s *stream) resume(e *Element) {
	t := s.hub.resumable.find(e.Attr("previd"))
	if t == nil || t.visitor.jid != s.identity || !t.adopt(s, e.Attr("h")) {
		s.send(smFailed("item-not-found"))
		return
	}
	s.pass()
	s.tab, s.phase = t, bound
	t.conclude()
}

// adopt makes s the tab's stream. The page hears so when all that it sent
// before is on disk: only then it knows what to send again.
func (t *tab) adopt(s *stream, h string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.live.awaited(t.hub.wheel.Now()) || t.sm.full || !t.sm.prove(h) {
		return false
	}
	if t.conn != nil {
		t.conn.Close(&StreamError{"conflict", "resumed elsewhere"})
	}
	t.stream, t.conn, t.sent = s, nil, s.sent
	t.step(s.begins(streamResumed))
	t.sm.ready = func() { t.sm.resumed(s) }
	if t.sm.done == t.sm.in {
		t.sm.ready()
	}
	return true
}

// resumed answers the page and sends what it has not got; mu is held.
func (m *management) resumed(s *stream) {
	m.ready = nil
	t := m.tab
	if t.stream != s || t.live.ends != 0 {
		return
	}
	t.conn = s.conn
	m.wanted, m.demanded = 0, false
	t.writeElement(wire.New(wire.NSSM, "resumed", wire.Attrs("previd", m.id, "h", smCount(m.done))))
	for _, payload := range m.unacked {
		t.write(payload)
	}
	m.demand()
	t.refreshDirectory()
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
