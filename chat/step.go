package chat

import (
	"slices"
	"time"

	"frontdesk/roster"
)

// Step gives the chat as it is after event, and what follows. It is the whole
// truth about a chat's life: pure, total, and safe to call with late, early or
// doubled events. An event that does not fit the state changes nothing.
func Step(rules Rules, c Chat, event Event, now time.Time) (Chat, []Effect) {
	if c.State == Closed {
		return c, nil
	}
	s := step{rules: rules, c: c, now: now}
	s.take(event)
	return s.c, s.effects
}

// step is one call of Step under way.
type step struct {
	rules   Rules
	c       Chat
	now     time.Time
	effects []Effect
}

func (s *step) emit(e ...Effect) { s.effects = append(s.effects, e...) }

func (s *step) take(event Event) {
	switch e := event.(type) {
	case Opened:
		s.open(e.Wanted)
	case Restarted:
		s.restart()
	case VisitorSpoke:
		s.visitorSpoke()
	case VisitorGone:
		s.visitorGone(e.Busy)
	case VisitorBack:
		s.visitorBack()
	case LineGrew:
		s.lineGrew()
	case Assign:
		s.assign(e.Agent)
	case SeatGranted:
		s.seatGranted(e.Agent)
	case SeatRefused:
		s.seatRefused(e.Agent)
	case AgentSpoke:
		s.c.Answered = true
		s.c.Deadlines.Answer = time.Time{}
	case AgentGone:
		s.agentGone(e.AtLeast)
	case AgentBack:
		s.agentBack()
	case AgentLost:
		s.agentLost(e.Exclude)
	case LinkLost:
		s.c.Deadlines.AgentGrace = time.Time{}
		s.c.Deadlines.Answer = time.Time{}
	case Close:
		s.end(e.Reason)
	case AgentAlive:
		s.agentAlive(e.Agent)
	case Unserved:
		if s.c.State == Queued && s.c.Unserved.IsZero() {
			s.c.Unserved = s.now.Add(s.rules.Grace)
		}
	case Served:
		s.c.Unserved = time.Time{}
	case Tick:
		s.tick(e.Others)
	}
}

func (s *step) open(wanted roster.AgentJID) {
	s.c.State = Queued
	if wanted != "" {
		s.c.Wanted = wanted
		s.c.Deadlines.Wanted = s.now.Add(s.rules.Wanted)
	}
	s.emit(Wait{})
}

func (s *step) restart() {
	s.c.Pending = ""
	s.include()
	s.c.Deadlines = Deadlines{Wanted: s.c.Deadlines.Wanted}
	switch s.c.State {
	case Invited:
		s.end(InviteExpired)
	case Queued, Offered, Active, Away:
		if s.c.State == Offered {
			s.c.Agent = ""
		}
		waits := s.c.Agent == ""
		s.c.State = Away
		s.c.Deadlines.Grace = s.now.Add(s.rules.Grace)
		if waits {
			s.emit(Wait{})
		}
	case Closed:
	}
}

func (s *step) visitorSpoke() {
	if s.c.State == Active {
		s.startIdle()
	}
}

func (s *step) startIdle() {
	if s.rules.Idle > 0 {
		s.c.Deadlines.Idle = s.now.Add(s.rules.Idle)
		s.c.Deadlines.IdleWarn = s.now.Add(s.rules.Idle * 3 / 4)
	}
}

func (s *step) stopIdle() {
	s.c.Deadlines.Idle = time.Time{}
	s.c.Deadlines.IdleWarn = time.Time{}
}

func (s *step) visitorGone(busy bool) {
	switch s.c.State {
	case Invited:
		s.end(InviteExpired)
		return
	case Offered:
		s.emit(Part{Agent: s.c.Agent})
		s.c.Agent = ""
		s.c.Deadlines.AgentGrace = time.Time{}
	case Away, Closed:
		return
	case Queued, Active:
	}
	s.c.State = Away
	s.c.Unserved = time.Time{}
	s.c.Pending = "" // a claim under way is void
	s.stopIdle()
	s.c.Deadlines.Answer = time.Time{}
	grace := s.rules.Grace
	if busy {
		grace = min(grace, s.rules.GraceBusy)
	}
	s.c.Deadlines.Grace = s.now.Add(grace)
	if s.c.Agent != "" {
		s.emit(Show{Online: false})
	}
}

func (s *step) visitorBack() {
	if s.c.State != Away {
		return
	}
	s.c.Deadlines.Grace = time.Time{}
	if s.c.Agent == "" {
		s.c.State = Queued
		s.emit(Wait{})
		return
	}
	s.c.State = Active
	s.startIdle()
	s.startAnswer()
	s.emit(Show{Online: true})
}

// lineGrew shortens a running grace; it never lengthens it.
func (s *step) lineGrew() {
	short := s.now.Add(s.rules.GraceBusy)
	if s.c.State != Away || !short.Before(s.c.Deadlines.Grace) {
		return
	}
	s.c.Deadlines.Grace = short
	if s.c.Agent != "" {
		s.emit(Show{Online: false})
	}
}

func (s *step) assign(agent roster.AgentJID) {
	if s.c.State != Queued || s.c.Pending != "" {
		return
	}
	s.c.Pending = agent
	s.emit(Claim{Agent: agent})
}

func (s *step) seatGranted(agent roster.AgentJID) {
	if s.c.State != Queued || s.c.Pending != agent {
		return
	}
	s.c.State = Active
	s.c.Agent, s.c.Pending, s.c.Wanted = agent, "", ""
	s.c.Answered, s.c.Reminded = false, false
	s.c.Deadlines.Wanted, s.c.Unserved = time.Time{}, time.Time{}
	s.startIdle()
	s.startAnswer()
	s.emit(Greet{Agent: agent})
}

func (s *step) startAnswer() {
	if s.rules.Answer > 0 && !s.c.Answered {
		s.c.Deadlines.Answer = s.now.Add(s.rules.Answer)
	}
}

func (s *step) seatRefused(agent roster.AgentJID) {
	if s.c.State == Queued && s.c.Pending == agent {
		s.c.Pending = ""
		s.emit(Wait{})
	}
}

func (s *step) agentGone(atLeast time.Duration) {
	if s.c.HoldsSeat() {
		s.c.Deadlines.AgentGrace = s.now.Add(max(s.rules.AgentGrace, atLeast))
	}
}

func (s *step) agentBack() {
	s.c.Deadlines.AgentGrace = time.Time{}
	if s.c.State == Active && s.c.Deadlines.Answer.IsZero() {
		s.startAnswer()
	}
}

// agentLost takes the chat from its agent: to the head of the line, or, with
// the visitor gone, to a place there for the time of the return.
func (s *step) agentLost(exclude bool) {
	agent := s.c.Agent
	if !s.c.HoldsSeat() {
		return
	}
	if s.c.State == Invited {
		s.end(InviteExpired)
		return
	}
	if exclude && s.rules.Exclusion > 0 && !slices.Contains(s.c.Excluded, agent) {
		s.c.Excluded = append(slices.Clone(s.c.Excluded), agent)
		s.c.Exclusion = s.now.Add(s.rules.Exclusion)
	}
	s.c.Agent, s.c.Answered = "", false
	s.c.Deadlines.AgentGrace = time.Time{}
	s.c.Deadlines.Answer = time.Time{}
	s.stopIdle()
	s.emit(Part{Agent: agent}, Wait{Head: true})
	if s.c.State != Away {
		s.c.State = Queued
		s.emit(Requeued{})
	}
}

// agentAlive ends the exclusion of an agent.
func (s *step) agentAlive(agent roster.AgentJID) {
	if i := slices.Index(s.c.Excluded, agent); i >= 0 {
		s.c.Excluded = slices.Delete(slices.Clone(s.c.Excluded), i, i+1)
		if len(s.c.Excluded) == 0 {
			s.include()
		}
	}
}

// include ends all exclusions.
func (s *step) include() { s.c.Excluded, s.c.Exclusion = nil, time.Time{} }

func (s *step) end(reason Reason) {
	if s.c.HoldsSeat() {
		s.emit(Part{Agent: s.c.Agent, Reason: reason})
	}
	s.include()
	s.c.Unserved = time.Time{}
	s.c.State = Closed
	s.c.Pending = ""
	s.c.Closed = s.now
	s.c.Reason = reason
	s.c.Deadlines = Deadlines{}
	s.emit(Ended{Reason: reason})
}

func (s *step) due(t time.Time) bool { return !t.IsZero() && !s.now.Before(t) }

func (s *step) tick(others bool) {
	d := &s.c.Deadlines
	switch {
	case s.due(d.Grace):
		s.end(VisitorLeft)
		return
	case s.due(d.Invite):
		s.end(InviteExpired)
		return
	case s.due(d.Idle):
		s.end(IdleTooLong)
		return
	case s.due(s.c.Unserved):
		s.end(NobodyCame)
		return
	}
	if s.due(d.IdleWarn) {
		d.IdleWarn = time.Time{}
		s.emit(IdleWarning{})
	}
	if s.due(d.Wanted) {
		d.Wanted = time.Time{}
		s.c.Wanted = ""
		s.emit(Wait{})
	}
	if s.due(s.c.Exclusion) {
		s.include()
	}
	s.tickAgent(others)
}

// tickAgent takes the chat from an agent who is gone, or who has not answered
// while somebody else can take it; while nobody can she is reminded once.
func (s *step) tickAgent(others bool) {
	d := &s.c.Deadlines
	vanished, silent := s.due(d.AgentGrace), s.due(d.Answer)
	switch {
	case vanished || silent && others:
		d.AgentGrace, d.Answer = time.Time{}, time.Time{}
		s.agentLost(!vanished)
	case silent:
		d.Answer = time.Time{}
		s.startAnswer()
		if !s.c.Reminded {
			s.c.Reminded = true
			s.emit(Remind{Agent: s.c.Agent})
		}
	}
}
