package hold

import (
	"testing"
	"time"
)

func TestTakenAnswerIsNotLost(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	p.expect("1")
	eventually(t, "idle", func() bool { return r.in(isIdle) })
	_ = p.Close()
	eventually(t, "noticed", func() bool { return r.in(func(e *Exchange) bool { return e.state == left }) })
	if r.Lost() {
		t.Error("lost")
	}
	select {
	case <-r.told:
		t.Error("told")
	default:
	}
}

func TestAnswerLeftUnreadIsLost(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	if _, err := p.in.Peek(1); err != nil { // the answer is here
		t.Fatal(err)
	}
	p.reset()
	<-r.told
	if !r.Lost() {
		t.Error("not lost")
	}
}

// A browser may have read the answer for a page that was going.
func TestConnectionUsedAgainThatEndsAtOnceIsDoubtful(t *testing.T) {
	for name, stay := range map[string]bool{"parked": false, "served": true} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, Options{})
			s.stay = stay
			p := s.dial()
			s.ask(p, "a").reply("1\n")
			p.expect("1")
			r := s.ask(p, "b")
			r.reply("2\n")
			p.expect("2")
			_ = p.Close()
			<-r.told
			if !r.Lost() {
				t.Error("not lost")
			}
		})
	}
}

func TestAnswerOnAConnectionThatStaysOpenIsNotLost(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	p.expect("1")
	if r.Lost() {
		t.Error("lost")
	}
	next := s.ask(p, "b")
	if r.Lost() {
		t.Error("lost although the next request is here")
	}
	if next.Lost() {
		t.Error("lost without an answer")
	}
}

// A connection may be given up while an answer is on the way into it.
func TestKernelAskedBeforeTheAnswerWasWritten(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.conn.ask()
	r.reply("1\n")
	p.expect("1")
	_ = p.Close()
	eventually(t, "written", func() bool { return r.in(func(e *Exchange) bool { return !e.written.IsZero() }) })
	if !r.Lost() {
		t.Error("an answer that was written afterwards counts as taken")
	}
}

// The next request may be here before the last answer is written.
func TestAnswerThatIsBeingWritten(t *testing.T) {
	s := newServer(t, Options{})
	p := s.dial()
	r := s.ask(p, "a")
	r.Wake(true) // its bytes come later
	lost := make(chan bool)
	go func() { lost <- r.Lost() }()
	eventually(t, "looked at", func() bool { return r.in(func(e *Exchange) bool { return e.finished != nil }) })
	p.reset()
	r.answer <- "1\n"
	if !<-lost {
		t.Error("an answer that is being written counts as arrived")
	}
}

// The news that a connection has ended may be slower than a request on another
// one that was made afterwards.
func TestEndThatComesAfterTheNextRequest(t *testing.T) {
	s := newServer(t, Options{LateNews: 10 * time.Second})
	p := s.dial()
	r := s.ask(p, "a")
	r.reply("1\n")
	if _, err := p.in.Peek(1); err != nil { // the answer is here
		t.Fatal(err)
	}
	lost := make(chan bool)
	go func() { lost <- r.Lost() }()
	p.reset()
	if !<-lost {
		t.Error("the news of the end was not waited for")
	}
}

// Nobody waits for the news of an answer that the peer would not miss, or when
// the next request comes on the same connection.
func TestNewsThatNobodyWaitsFor(t *testing.T) {
	s := newServer(t, Options{LateNews: time.Hour})
	p := s.dial()
	r := s.ask(p, "a")
	r.answer <- "1\n"
	r.Wake(false)
	p.expect("1")
	if r.Lost() {
		t.Error("lost")
	}
	r = s.ask(p, "b")
	r.reply("2\n")
	p.expect("2")
	lost := make(chan bool)
	go func() { lost <- r.Lost() }()
	s.ask(p, "c")
	if <-lost {
		t.Error("lost although the next request is here")
	}
}
