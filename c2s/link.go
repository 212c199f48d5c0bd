package c2s

import "frontdesk/desk"

// link is what decides whether a tab is online. Online is the rule; each of
// left, expired and over ends it.
type link struct {
	left    bool // the visitor said `unavailable`
	lost    bool // the transport lost the link; due is running
	expired bool // and nothing contradicted it in time
	closing bool // the transport ended while the link was lost: over when due passes
	over    bool
	due     deadline

	dismissed bool // ended by us: no return

	idle     bool // the visitor's presence is away or xa
	inactive bool // XEP-0352

	told      bool // the desk knows the tab as online …
	toldAway  bool // … and away
	toldEnded bool
}

func (l *link) online() bool { return !l.left && !l.expired && !l.over }
func (l *link) away() bool   { return l.idle || l.inactive }

// tell posts what changed; mu is held.
func (t *tab) tell() {
	l := &t.link
	switch {
	case l.toldEnded:
	case l.over:
		t.post(desk.TabOffline{Tab: t.desk(), Ended: true})
		l.told, l.toldEnded = false, true
	case l.online() && (!l.told || l.toldAway != l.away()):
		t.post(desk.TabOnline{Tab: t.desk(), Network: t.network, Away: l.away(), Returning: t.known})
		l.told, l.toldAway = true, l.away()
	case !l.online() && l.told:
		t.post(desk.TabOffline{Tab: t.desk()})
		l.told = false
	}
}

// change does something to the link and tells the desk.
func (t *tab) change(f func(*link)) {
	t.mu.Lock()
	f(&t.link)
	t.tell()
	t.mu.Unlock()
	t.flush()
}

// touch is a stanza of a visitor who had said `unavailable`: a return.
func (t *tab) touch() {
	t.mu.Lock()
	left := t.link.left
	t.mu.Unlock()
	if left {
		t.change(func(l *link) { l.left = false })
	}
}

// linkLost starts the wait for a return.
func (t *tab) linkLost(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stream != s || t.link.lost || t.link.over {
		return
	}
	t.link.lost = true
	t.hub.after(&t.link.due, t.hub.opts.OfflineAfter)
}

// expire is the end of that wait.
func (t *tab) expire() {
	t.mu.Lock()
	lost, closing := t.link.lost, t.link.closing
	if lost {
		t.link.expired = true
		if !closing {
			t.tell()
		}
	}
	t.mu.Unlock()
	t.flush()
	if lost && closing {
		t.finish()
	}
}

// linkBack contradicts linkLost. A visitor who said `unavailable` before the
// link was lost has come back with it.
func (t *tab) linkBack(s *stream) {
	t.mu.Lock()
	if t.stream != s || !t.link.lost || t.link.closing {
		t.mu.Unlock()
		return
	}
	t.hub.wheel.Drop(&t.link.due)
	t.link.lost, t.link.expired, t.link.left = false, false, false
	t.renewed = true
	t.tell()
	t.mu.Unlock()
	t.flush()
}

// streamEnded ends the tab at once. When its link was lost a moment ago it
// ends no sooner than the visitor counts as offline, so that a change of pages
// shows nothing; and when it can be resumed it waits for that.
func (t *tab) streamEnded(s *stream) {
	t.mu.Lock()
	if t.stream != s {
		t.mu.Unlock()
		return
	}
	waits := t.link.lost && !t.link.dismissed
	switch {
	case waits && t.sm != nil && t.sm.id != "":
		t.detach()
	case waits && !t.link.expired:
		t.link.closing = true
	default:
		waits = false
	}
	t.mu.Unlock()
	if !waits {
		t.finish()
	}
}

// finish ends the tab; idempotent.
func (t *tab) finish() {
	t.mu.Lock()
	t.hub.wheel.Drop(&t.link.due)
	t.hub.wheel.Drop(&t.until)
	if t.detached {
		t.detached = false
		t.hub.detached.Add(-1)
	}
	if t.sm != nil {
		t.hub.resumable.drop(t.sm.id)
	}
	t.link.over = true
	t.unproven, t.lag = nil, 0
	t.tell()
	t.mu.Unlock()
	t.hub.drop(t)
	t.flush()
}
