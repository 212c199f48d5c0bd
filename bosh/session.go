package bosh

import (
	"sync"
	"time"

	"frontdesk/c2s"
	"frontdesk/wheel"
)

// phase is how far a session's end has come.
type phase uint8

const (
	running phase = iota
	closing       // the stream is over; the client does not know yet
	over          // nothing will be answered any more
)

// session is one BOSH session. Its mutex is never held during a call of the
// stream; whoever finds something to do runs [session.run], and one at a time
// does it.
type session struct {
	wheel.Alarm

	m      *Manager
	id     sidHash
	info   c2s.Info
	domain string
	lang   string
	ctype  string // Content-Type of every answer
	legacy bool   // sent no ver
	acks   bool
	hold   int
	wait   time.Duration
	stream c2s.Stream

	mu      sync.Mutex
	busy    bool // somebody is in run
	awake   bool // somebody is on the way to run
	phase   phase
	ended   bool  // the stream was told
	final   reply // for phase closing
	bye     *slot // the terminate request until it is answered
	win     window
	nextKey string // what the next key must hash to; "" without keys

	// Payloads for the visitor.
	queue      [][]byte
	queueBytes int
	taken      uint64 // number of the last payload put into a reply
	sure       uint64 // highest number that surely arrived
	told       uint64 // what the stream knows of it
	flushing   bool   // somebody is on the way to answer

	// The link and the clocks.
	lost     bool          // the link is gone
	toldLost bool          // the stream knows
	toldBack bool          // the stream knows that it is back; false: tell it
	lostAt   instant       // when it was lost
	idle     instant       // since when nothing is held; 0 while something is
	gap      instant       // since when a rid is missing; 0 without a gap
	pause    time.Duration // what the client asked for; 0 after its next request
	linger   bool          // time to ask the stream whether the session may end
	until    instant       // no end before, as the stream said

	// Activity.
	lastNew   instant // arrival of the last new request
	lastEmpty bool    // the last new request was empty and its reply too
	strikes   int
	strikeAt  instant
}

// polls reports whether every request is answered at once (XEP-0124 §12).
func (s *session) polls() bool { return s.hold == 0 || s.wait == 0 }

// run does what there is to do outside the lock, until nothing is left.
func (s *session) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.awake = false
	if s.busy || s.stream == nil {
		return
	}
	s.busy = true
	defer func() { s.busy = false }()
	for s.step() {
	}
}

// wake has somebody run the session soon; the lock is held. Several wakes
// before that are one.
func (s *session) wake() {
	if s.awake || s.busy {
		return
	}
	s.awake = s.m.spawn(func() { s.safely(func() {}) })
}

// safely calls f with the lock, then runs the session. A panic ends the
// session, not the program; then it returns false.
func (s *session) safely(f func()) bool {
	ok := s.m.guard(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		f()
	}) && s.m.guard(s.run)
	if !ok {
		s.crash()
	}
	return ok
}

// step does the next thing, with the lock released meanwhile, and reports
// whether there was one.
func (s *session) step() bool {
	switch {
	case s.ended:
		return false
	case s.sure > s.told:
		s.told = s.sure
		n := s.told
		s.unlocked(func() { s.stream.Delivered(n) })
	case s.phase != running:
		s.ended = true
		s.unlocked(s.stream.End)
	case !s.toldBack:
		s.toldBack = true
		s.unlocked(s.stream.LinkBack)
	case s.lost && !s.toldLost:
		s.toldLost = true
		s.unlocked(s.stream.LinkLost)
	case s.linger:
		s.askLinger()
	default:
		return s.takeNext()
	}
	return true
}

// unlocked calls f without the lock. A panic ends the session, not the
// program.
func (s *session) unlocked(f func()) {
	s.mu.Unlock()
	defer s.mu.Lock()
	if !s.m.guard(f) {
		s.mu.Lock()
		s.fail(internalServerError, nil)
		s.mu.Unlock()
	}
}
