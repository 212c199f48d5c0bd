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

	all    *sessions // itself among them
	id     sidHash
	info   c2s.Info
	stream c2s.Stream

	mu      sync.Mutex
	busy    bool // somebody is in run
	awake   bool // somebody is on the way to run
	pumping bool // somebody is on the way to answer

	answers
	keys        keySequence
	pace        pace
	lang        string
	phase       phase
	ended       bool   // the stream was told
	final       reply  // for phase closing
	terminating *slot  // the terminate request until it is answered
	delivered   uint64 // of the payloads that surely arrived, what the stream knows

	// The link and the clocks.
	lost     instant       // since when the link is gone; 0: it is there
	toldLost bool          // the stream knows
	toldBack bool          // the stream knows that it is back; false: tell it
	idle     instant       // since when nothing is held; 0 while something is
	pause    time.Duration // what the client asked for; 0 after its next request
	endDue   bool          // time to ask the stream whether the session may end
	until    instant       // no end before, as the stream said
}

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
	s.awake = s.all.spawn(func() { s.safely(func() {}) })
}

// safely calls f with the lock, then runs the session. A panic ends the
// session, not the program; then it returns false.
func (s *session) safely(f func()) bool {
	ok := s.all.guard(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		f()
	}) && s.all.guard(s.run)
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
	case s.out.sure > s.delivered:
		s.delivered = s.out.sure
		n := s.delivered
		s.unlocked(func() { s.stream.Delivered(n) })
	case s.phase != running:
		s.ended = true
		s.unlocked(s.stream.End)
	case !s.toldBack:
		s.toldBack = true
		s.unlocked(s.stream.LinkBack)
	case s.lost != 0 && !s.toldLost:
		s.toldLost = true
		s.unlocked(s.stream.LinkLost)
	case s.endDue:
		s.askToEnd()
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
	if !s.all.guard(f) {
		s.mu.Lock()
		s.fail(internalServerError, nil)
		s.mu.Unlock()
	}
}
