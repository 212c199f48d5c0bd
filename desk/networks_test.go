package desk

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"frontdesk/roster"
)

// opens tells whether a visitor's words were taken.
func (s *stage) opens(v string) bool {
	s.Helper()
	s.edges.take()
	s.say(v, "hello")
	return !slices.ContainsFunc(s.edges.take(), func(line string) bool {
		return line == "visitor-"+v+"/"+strconv.FormatUint(s.refs, 10)+" refused resource-constraint"
	})
}

// wantOpens checks who may talk, one after the other.
func (s *stage) wantOpens(want bool, visitors ...string) {
	s.Helper()
	for _, v := range visitors {
		if got := s.opens(v); got != want {
			s.Errorf("%s may talk: %t, want %t", v, got, want)
		}
	}
}

// crowded lets two chats be open from one address. Names of visitors that
// begin with a, c and e are of one address, those with b, d and f of another.
func crowded() Options {
	o := testOptions()
	o.ChatsPerNetwork = 2
	return o
}

func TestT20_ChatsOfOneAddress(t *testing.T) {
	play(t, crowded(), []string{"alice:9"}, func(s *stage) {
		s.online("a", "c", "e", "b")
		s.wantOpens(true, "a", "c", "a")
		s.wantOpens(false, "e")
		s.ask("e", Join{Question: "may I?"})
		s.expect("visitor-e/5 refused resource-constraint")
		s.wantOpens(true, "b")
		for _, v := range []string{"x", "y", "z"} {
			s.Post(TabOnline{Tab: tabOf(v)})
		}
		s.wantOpens(true, "x", "y", "z")
	})
}

// A seat is held until the chat is over, however its visitor comes and goes.
func TestT20_LeavingFreesNoSeat(t *testing.T) {
	play(t, crowded(), []string{"alice:9"}, func(s *stage) {
		s.online("a", "c", "e")
		s.wantOpens(true, "a", "c")
		s.Post(TabOffline{Tab: tabOf("a"), Ended: true})
		s.wantOpens(false, "e")
		s.online("a")
		s.wantOpens(false, "e")
		s.offline("a")
		s.pass(time.Minute)
		s.wantOpens(true, "e")
		s.online("a")
		s.wantOpens(false, "a")
		s.ask("c", Depart{})
		s.wantOpens(true, "a")
	})
}

// What is counted is counted again after the store failed, and, once the
// visitors are back, after a restart.
func TestT20_CountedAgain(t *testing.T) {
	play(t, crowded(), []string{"alice:9"}, func(s *stage) {
		s.online("a", "c", "e")
		s.wantOpens(true, "a", "c")
		s.Post(TabOffline{Tab: tabOf("c"), Ended: true})
		s.hold()
		s.say("a", "lost")
		s.release(true)
		s.wantOpens(false, "e")

		s = s.again()
		s.agent("alice", roster.Available)
		s.online("a", "c", "e")
		s.wantOpens(false, "e")
		s.ask("c", Depart{})
		s.wantOpens(true, "e")
	})
}
