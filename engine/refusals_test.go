package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
)

// refusing is a desk with a chat whose visitor goes just after the store has
// begun to refuse everything, so that the desk always has something to write.
func refusing(t *testing.T, gone bool, f func(s *stage)) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.online("a")
		s.say("a", "one")
		s.pass(time.Second)
		s.edges.take()
		s.journal.take()
		s.shelf.count()
		s.shelf.refuse(true, gone)
		s.Post(desk.TabOffline{Tab: tabOf("a")})
		f(s)
	})
}

// A store that refuses for ten minutes is asked every five seconds in the end,
// the log has a line a minute, and afterwards all goes on.
func TestStoreRefusesForTenMinutes(t *testing.T) {
	refusing(t, false, func(s *stage) {
		s.pass(10 * time.Minute)
		if n := s.shelf.count(); n < 120 || n > 130 {
			t.Errorf("%d commits tried, want one every 5 s and a few at the beginning", n)
		}
		if lines := s.journal.take(); len(lines) < 9 || len(lines) > 11 || !strings.Contains(lines[1], "times=1") {
			t.Errorf("%d lines in the log, want one a minute:\n%s", len(lines), strings.Join(lines, ""))
		}
		s.shelf.refuse(false, false)
		s.online("a")
		s.say("a", "two")
		s.pass(maxPause)
		s.expect("visitor-a/2 done", `alice gets "two"`)
		if lines := s.journal.take(); len(lines) != 1 || !strings.Contains(lines[0], "takes batches again") {
			t.Errorf("log %q", lines)
		}
		s.shelf.count()
		s.say("a", "three")
		s.expect("visitor-a/3 done", `alice gets "three"`)
	})
}

// The pauses grow from 50 ms, and begin there again after a batch was taken.
func TestPausesGrow(t *testing.T) {
	refusing(t, false, func(s *stage) {
		synctest.Wait()
		if n := s.shelf.count(); n != 1 {
			t.Errorf("asked %d times at first, want once", n)
		}
		for _, wait := range []time.Duration{firstPause, 2 * firstPause, 4 * firstPause} {
			s.pass(wait - 1)
			if n := s.shelf.count(); n != 0 {
				t.Errorf("asked %d times within %v", n, wait)
			}
			s.pass(1)
			if n := s.shelf.count(); n != 1 {
				t.Errorf("asked %d times after %v, want once", n, wait)
			}
		}
		s.shelf.refuse(false, false)
		s.pass(maxPause)
		s.shelf.count()
		s.shelf.refuse(true, false)
		s.online("a")
		s.pass(firstPause)
		if n := s.shelf.count(); n != 2 {
			t.Errorf("asked %d times, want at once and after the first pause", n)
		}
	})
}

// Who speaks while the store refuses is told so, with the next attempt.
func TestWordsWhileTheStoreRefuses(t *testing.T) {
	refusing(t, false, func(s *stage) {
		s.pass(time.Minute)
		s.online("a")
		s.say("a", "two")
		s.pass(maxPause)
		s.expect("visitor-a/2 refused resource-constraint")
	})
}

// The desk may be looked at while the store refuses, and while it can not even
// be read; orders are refused by the first, and wait for the second.
func TestLooksWhileTheStoreRefuses(t *testing.T) {
	for _, gone := range []bool{false, true} {
		refusing(t, gone, func(s *stage) {
			s.pass(time.Minute)
			begun := time.Now()
			chats, err := s.Chats(context.Background(), false)
			if err != nil || len(chats) != 1 || chats[0].State != chat.Away {
				t.Errorf("chats %v, %v", chats, err)
			}
			if status, err := s.Status(context.Background()); err != nil || status.Stats.Failed == 0 {
				t.Errorf("status %+v, %v", status, err)
			}
			if took := time.Since(begun); took > 200*time.Millisecond {
				t.Errorf("looking took %v", took)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 2*maxPause)
			defer cancel()
			want := desk.ErrStore
			if gone {
				want = context.DeadlineExceeded
			}
			if err := s.Order(ctx, desk.AddAgent{Agent: agent("bob")}); !errors.Is(err, want) {
				t.Errorf("order: %v, want %v", err, want)
			}
		})
	}
}

// A look does not wait for a batch that takes long, but for one that does not.
func TestLookWaitsForTheStore(t *testing.T) {
	play(t, []string{"alice:1"}, func(s *stage) {
		s.shelf.hold()
		s.online("a")
		s.say("a", "one")
		looked := make(chan time.Duration, 1)
		look := func() {
			begun := time.Now()
			if err := s.Look(context.Background(), func(*desk.Desk) {}); err != nil {
				t.Error(err)
			}
			looked <- time.Since(begun)
		}
		go look()
		s.pass(lookPatience / 2)
		s.shelf.release(false)
		if took := <-looked; took != lookPatience/2 {
			t.Errorf("a look took %v, want until the batch was written", took)
		}
		s.shelf.hold()
		s.say("a", "two")
		go look()
		if took := <-looked; took != lookPatience {
			t.Errorf("a look took %v, want no more than %v", took, lookPatience)
		}
		s.shelf.release(false)
	})
}

// The engine ends at once while the store refuses, also when the inbox is full
// of events.
func TestStopWhileTheStoreRefuses(t *testing.T) {
	for _, gone := range []bool{false, true} {
		refusing(t, gone, func(s *stage) {
			s.pass(time.Minute)
			s.shelf.count()
			s.Post(desk.TabOnline{Tab: tabOf("b"), Returning: true})
			begun := time.Now()
			if err := s.Stop(context.Background()); err != nil || time.Since(begun) > time.Second {
				t.Errorf("stopped after %v, %v", time.Since(begun), err)
			}
			if n := s.shelf.count(); n > 1 {
				t.Errorf("%d batches tried at the end, want one", n)
			}
			synctest.Wait()
		})
	}
}

// What comes while the store is left alone is bounded: when there is too much of
// it the store is asked at once, and whoever waits is refused.
func TestRefusalsBoundWhatWaits(t *testing.T) {
	refusing(t, false, func(s *stage) {
		s.pass(time.Minute) // the pauses are long by now
		s.shelf.count()
		for range 3 * mostChanges {
			s.say("a", "more")
		}
		synctest.Wait()
		if n := s.shelf.count(); n < 2 {
			t.Errorf("asked %d times while %d changes came, more than %d at a time", n, 3*mostChanges, mostChanges)
		}
		if got := len(s.edges.take()); got < mostChanges {
			t.Errorf("%d refusals so far, the others wait", got)
		}
	})
}
