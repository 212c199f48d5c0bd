package c2s

import "time"

// state is what a tab is to the desk.
type state uint8

const (
	absent  state = iota // not known yet, or offline
	present              // online, and somebody may be looking
	away                 // online, but nobody looks
	over                 // for good
)

// liveness is what was seen of a tab, and when: by its visitor, its transport,
// and its page. Whether the visitor is there follows from that and from the
// time (see state); it is computed when it is asked for and never remembered.
// Only told is remembered: it is what somebody else knows.
//
// It is a value; step is the one way to change it. It knows no clock, no lock
// and no transport.
type liveness struct {
	patience time.Duration // from a lost link to offline

	// What the visitor said.
	left     bool // `unavailable`
	idle     bool // that it is away or xa
	inactive bool // that nobody looks (XEP-0352)

	// What the transport saw.
	lost      instant // since when the link is lost; 0: it is not
	ends      instant // it has ended, and the tab is over from then on; 0: it has not
	resumable bool    // another stream may take over before (XEP-0198 §5)
	dismissed bool    // we have ended it: no return
	pages     uint32  // that have taken over after a lost link

	page page
	told state // what the desk knows
}

// state is what the tab is now.
func (l *liveness) state(now instant) state {
	switch {
	case l.ends != 0 && l.ends <= now:
		return over
	case l.left || l.lost != 0 && l.offline() <= now:
		return absent
	case l.idle || l.inactive:
		return away
	}
	return present
}

// offline is when a link that is lost means that the visitor is.
func (l *liveness) offline() instant { return l.lost.Add(l.patience) }

// deaf tells whether nothing that is sent can arrive any more.
func (l *liveness) deaf() bool { return l.ends != 0 && !l.resumable }

// awaited tells whether another stream may take over now.
func (l *liveness) awaited(now instant) bool {
	return !l.dismissed && l.state(now) != over && !l.deaf()
}

// step is what follows when something happens. What is over stays so.
func (l liveness) step(e event, now instant) (liveness, turn) {
	var t turn
	if l.state(now) != over {
		t = l.see(e, now)
	}
	if s := l.state(now); s != l.told {
		l.told, t.news = s, true
	}
	if l.told == over {
		l.resumable = false
		return l, turn{news: t.news}
	}
	t.next = l.next(now)
	return l, t
}

// see notes an event.
func (l *liveness) see(e event, now instant) (t turn) {
	switch e.kind {
	case timePassed:
		return l.look(e, now)
	case visitorSpoke:
		l.left = false
	case visitorAppeared, visitorIdle:
		l.left, l.idle = false, e.kind == visitorIdle
	case visitorLeft: // what a page says while its link goes is no more than that
		l.left = l.left || l.lost == 0
	case pageActive, pageInactive:
		l.inactive = e.kind == pageInactive
	case pageSpoke, linkBack:
		l.back()
	case pageAnswered:
		l.back()
		t.proven = l.page.answer(e, now)
	case browserAnswered:
		l.back()
		t.proven = l.page.prove(e.n, e.sent, now)
	case pageCounts:
		l.page.answers, l.page.ripens = false, 0
	case pageCounted:
		l.page.answers = true
	case payloadSent:
		l.page.send(e.sent, now)
	case linkLost:
		l.lose(now)
	case streamBound, streamResumed:
		l.lost, l.ends, l.resumable, l.left = 0, 0, false, false
		l.page = newPage(e, now)
	case streamEnded:
		l.end(e.linger, now)
	case tabDismissed:
		l.dismissed = true
		if l.resumable {
			l.ends = now
		}
	case tabFinished:
		l.ends = now
	}
	return t
}

// lose notes that the link is lost.
func (l *liveness) lose(now instant) {
	if l.lost == 0 && l.ends == 0 {
		l.lost = now
	}
}

// back contradicts a lost link. A visitor who said `unavailable` before it was
// lost has come back with it, and maybe on another page.
func (l *liveness) back() {
	if l.lost != 0 && l.ends == 0 {
		l.lost, l.left = 0, false
		l.pages++
	}
}

// end notes that the transport is over. When its link was lost a moment ago the
// tab ends no sooner than the visitor counts as offline, so that a change of
// pages shows nothing; when it can be resumed it waits for that.
func (l *liveness) end(linger time.Duration, now instant) {
	switch {
	case l.ends != 0:
	case l.lost == 0 || l.dismissed:
		l.ends = now
	case linger > 0:
		l.ends, l.resumable = now.Add(linger), true
	default:
		l.ends = max(now, l.offline())
	}
}

// look asks a silent page, and finds that nobody is there.
func (l *liveness) look(e event, now instant) turn {
	if l.ends != 0 {
		return turn{}
	}
	t := l.page.look(e, now)
	if l.page.missed <= missedPings {
		return t
	}
	l.lose(now) // the connection stays for now: a frozen page may wake up
	if now < l.lost.Add(max(e.linger, 2*l.page.every)) {
		return t
	}
	l.page.next = 0
	return turn{drop: true}
}

// next is when something happens by itself.
func (l *liveness) next(now instant) (at instant) {
	earliest := func(t instant) {
		if t != 0 && (at == 0 || t < at) {
			at = t
		}
	}
	earliest(l.ends)
	if l.lost != 0 && l.offline() > now {
		earliest(l.offline())
	}
	if l.ends == 0 {
		earliest(l.page.next)
	}
	return at
}
