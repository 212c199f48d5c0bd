package c2s

import (
	"strconv"
	"time"

	"frontdesk/wire"
)

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
		t.visitor.home.offer(t.sm.id, t)
		attrs = wire.Attrs("id", t.sm.id, "resume", "true",
			"max", strconv.Itoa(int(t.core.opts.ResumeWithin/time.Second)))
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
	if !m.tab.silent && !m.demanded && len(m.unacked) > 0 {
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

// adopt makes c the tab's connection. The page hears so when all that it sent
// before is on disk: only then it knows what to send again.
func (t *tab) adopt(c *connection, h string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.live.awaited(t.core.wheel.Now()) || t.sm.full || !t.sm.prove(h) {
		return false
	}
	if !t.silent {
		t.on.Close(&StreamError{"conflict", "resumed elsewhere"})
	}
	t.on, t.silent = c, true
	t.step(c.begins(streamResumed, t.core.wheel))
	t.sm.ready = func() { t.sm.resumed(c) }
	if t.sm.done == t.sm.in {
		t.sm.ready()
	}
	return true
}

// resumed answers the page and sends what it has not got; mu is held.
func (m *management) resumed(c *connection) {
	m.ready = nil
	t := m.tab
	if t.on != c || t.live.ends != 0 {
		return
	}
	t.silent = false
	m.wanted, m.demanded = 0, false
	t.writeElement(wire.New(wire.NSSM, "resumed", wire.Attrs("previd", m.id, "h", smCount(m.done))))
	for _, payload := range m.unacked {
		t.write(payload)
	}
	m.demand()
	t.refreshDirectory()
}
