package chat

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/roster"
)

var (
	start = time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	rules = Rules{
		Grace: 60 * time.Second, GraceBusy: 30 * time.Second, AgentGrace: 15 * time.Second,
		Answer: 2 * time.Minute, Idle: 8 * time.Minute, Wanted: 30 * time.Second, Exclusion: time.Minute,
	}
)

const alice = roster.AgentJID("alice@example.com")

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// play steps a chat through events, each at its second.
func play(t *testing.T, c Chat, r Rules, events ...any) (Chat, []Effect) {
	t.Helper()
	var effects []Effect
	now := start
	for _, e := range events {
		switch e := e.(type) {
		case int:
			now = at(e)
		case Event:
			c, effects = Step(r, c, e, now)
		default:
			t.Fatalf("%T is no event", e)
		}
	}
	return c, effects
}

func TestStep(t *testing.T) {
	quiet := rules
	quiet.Answer, quiet.Idle = 0, 0
	granted := []any{Opened{}, Assign{alice}, SeatGranted{alice}}
	with := func(more ...any) []any { return append(append([]any{}, granted...), more...) }
	for _, tt := range []struct {
		name    string
		rules   Rules
		events  []any
		state   State
		agent   roster.AgentJID
		effects []Effect
		next    time.Time
	}{
		{"open waits", quiet, []any{Opened{}}, Queued, "", []Effect{Wait{}}, time.Time{}},
		{"asked for an agent", quiet, []any{Opened{alice}}, Queued, "", []Effect{Wait{}}, at(30)},
		{"and goes to anyone after a while", quiet, []any{Opened{alice}, 30, Tick{}}, Queued, "", []Effect{Wait{}}, time.Time{}},
		{"pick claims", quiet, []any{Opened{}, Assign{alice}}, Queued, "", []Effect{Claim{alice}}, time.Time{}},
		{"one claim at a time", quiet, []any{Opened{}, Assign{alice}, Assign{"bob@example.com"}}, Queued, "", nil, time.Time{}},
		{"granted", quiet, granted, Active, alice, []Effect{Greet{alice}}, time.Time{}},
		{"refused waits on", quiet, []any{Opened{}, Assign{alice}, SeatRefused{alice}}, Queued, "", []Effect{Wait{}}, time.Time{}},
		{"granted too late", quiet, []any{Opened{}, Assign{alice}, VisitorGone{}, SeatGranted{alice}}, Away, "", nil, at(60)},
		{"a void claim takes no seat", quiet, []any{Opened{}, Assign{"bob@example.com"}, SeatGranted{alice}}, Queued, "", nil, time.Time{}},
		{"nor refuses one", quiet, []any{Opened{}, Assign{alice}, SeatRefused{"bob@example.com"}, SeatGranted{alice}}, Active, alice, []Effect{Greet{alice}}, time.Time{}},
		{"gone starts the grace", quiet, with(10, VisitorGone{}), Away, alice, []Effect{Show{false}}, at(70)},
		{"shorter when others wait", quiet, with(10, VisitorGone{Busy: true}), Away, alice, []Effect{Show{false}}, at(40)},
		{"shortened by a line", quiet, with(10, VisitorGone{}, 20, LineGrew{}), Away, alice, []Effect{Show{false}}, at(50)},
		{"never lengthened by a line", quiet, with(10, VisitorGone{}, 60, LineGrew{}), Away, alice, nil, at(70)},
		{"back in time", quiet, with(10, VisitorGone{}, 69, VisitorBack{}), Active, alice, []Effect{Show{true}}, time.Time{}},
		{"early tick re-arms", quiet, with(10, VisitorGone{}, 69, Tick{}), Away, alice, nil, at(70)},
		{"grace passes", quiet, with(10, VisitorGone{}, 70, Tick{}), Closed, alice, []Effect{Part{alice, VisitorLeft}, Ended{VisitorLeft}}, time.Time{}},
		{"gone while waiting keeps the place", quiet, []any{Opened{}, VisitorGone{}, 5, VisitorBack{}}, Queued, "", []Effect{Wait{}}, time.Time{}},
		{"waiting grace passes", quiet, []any{Opened{}, VisitorGone{}, 60, Tick{}}, Closed, "", []Effect{Ended{VisitorLeft}}, time.Time{}},
		{"agent gone", quiet, with(AgentGone{}), Active, alice, nil, at(15)},
		{"agent gone with more time", quiet, with(AgentGone{AtLeast: time.Minute}), Active, alice, nil, at(60)},
		{"agent back", quiet, with(AgentGone{}, 14, AgentBack{}), Active, alice, nil, time.Time{}},
		{"agent vanished", quiet, with(AgentGone{}, 15, Tick{}), Queued, "", []Effect{Part{Agent: alice}, Wait{Head: true}, Requeued{}}, time.Time{}},
		{"agent vanished, visitor gone", quiet, with(VisitorGone{}, AgentGone{}, 15, Tick{}), Away, "", []Effect{Part{Agent: alice}, Wait{Head: true}}, at(60)},
		{"link lost stops the agent's time", quiet, with(AgentGone{}, LinkLost{}), Active, alice, nil, time.Time{}},
		{"unanswered", rules, with(120, Tick{Others: true}), Queued, "", []Effect{Part{Agent: alice}, Wait{Head: true}, Requeued{}}, at(180)},
		{"unanswered, nobody else", quiet2(), with(120, Tick{}), Active, alice, []Effect{Remind{alice}}, at(240)},
		{"and is reminded once", quiet2(), with(120, Tick{}, 240, Tick{}), Active, alice, nil, at(360)},
		{"nobody serves it", quiet, []any{Opened{}, Unserved{}}, Queued, "", nil, at(60)},
		{"somebody is back", quiet, []any{Opened{}, Unserved{}, 30, Served{}, 60, Tick{}}, Queued, "", nil, time.Time{}},
		{"nobody came", quiet, []any{Opened{}, Unserved{}, 60, Tick{}}, Closed, "", []Effect{Ended{NobodyCame}}, time.Time{}},
		{"answered", rules, with(100, AgentSpoke{}, 120, Tick{}), Active, alice, nil, at(360)},
		{"idle warns", rules, with(AgentSpoke{}, 360, Tick{}), Active, alice, []Effect{IdleWarning{}}, at(480)},
		{"typing counts", rules, with(AgentSpoke{}, 300, VisitorSpoke{}, 480, Tick{}), Active, alice, nil, at(660)},
		{"idle closes", rules, with(AgentSpoke{}, 480, Tick{}), Closed, alice, []Effect{Part{alice, IdleTooLong}, Ended{IdleTooLong}}, time.Time{}},
		{"a grey visitor is not idle", rules, with(AgentSpoke{}, VisitorGone{}, 59, Tick{}), Away, alice, nil, at(60)},
		{"restart waits for the visitor", quiet, with(Restarted{}), Away, alice, nil, at(60)},
		{"restart keeps the line", quiet, []any{Opened{}, Restarted{}}, Away, "", []Effect{Wait{}}, at(60)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, effects := play(t, Chat{ID: "c", Visitor: "v@d", Queue: "support", Opened: start}, tt.rules, tt.events...)
			if c.State != tt.state || c.Agent != tt.agent {
				t.Errorf("state %s with agent %q, want %s with %q", c.State, c.Agent, tt.state, tt.agent)
			}
			if diff := cmp.Diff(tt.effects, effects); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
			if next := c.Next(); !next.Equal(tt.next) {
				t.Errorf("next deadline %v, want %v", next, tt.next)
			}
		})
	}
}

// quiet2 are the rules with a deadline for answers, but none for silence.
func quiet2() Rules {
	r := rules
	r.Idle = 0
	return r
}

// An agent who lost a chat is asked last until she shows a sign of life, or for
// a minute.
func TestExclusionEnds(t *testing.T) {
	lost := []any{Opened{}, Assign{alice}, SeatGranted{alice}, AgentLost{Exclude: true}}
	for name, more := range map[string][]any{
		"a sign of life": {AgentAlive{alice}}, "time": {60, Tick{}}, "a restart": {Restarted{}}, "the end": {Close{AgentEnded}},
	} {
		c, _ := play(t, Chat{}, rules, append(append([]any{}, lost...), more...)...)
		if len(c.Excluded) > 0 || !c.Exclusion.IsZero() {
			t.Errorf("%s: %v are excluded until %s", name, c.Excluded, c.Exclusion)
		}
	}
	if c, _ := play(t, Chat{}, rules, append(append([]any{}, lost...), AgentAlive{"bob@example.com"}, 59, Tick{})...); len(c.Excluded) != 1 {
		t.Errorf("%v are excluded", c.Excluded)
	}
}

func TestRefusedAgentIsRemembered(t *testing.T) {
	c, _ := play(t, Chat{}, rules, Opened{}, Assign{alice}, SeatGranted{alice}, AgentLost{Exclude: true})
	if diff := cmp.Diff([]roster.AgentJID{alice}, c.Excluded); diff != "" {
		t.Error(diff)
	}
}

// anyEvent draws an event.
func anyEvent() *rapid.Generator[Event] {
	agents := rapid.SampledFrom([]roster.AgentJID{alice, "bob@example.com"})
	return rapid.Custom(func(t *rapid.T) Event {
		a := agents.Draw(t, "agent")
		all := []Event{
			VisitorSpoke{},
			VisitorGone{},
			VisitorGone{Busy: true},
			VisitorBack{},
			LineGrew{},
			Assign{a},
			SeatGranted{a},
			SeatRefused{a},
			AgentSpoke{},
			AgentGone{},
			AgentBack{},
			AgentLost{},
			AgentLost{Exclude: true},
			AgentAlive{a},
			Unserved{},
			Served{},
			Tick{Others: true},
			LinkLost{},
			Tick{},
			Tick{},
			Tick{},
			Restarted{},
			Close{AgentEnded},
		}
		return rapid.SampledFrom(all).Draw(t, "event")
	})
}

// TestStepProperties: Closed is final; a seat is held only with an agent; what
// waits has a way on; after a tick no deadline is left behind.
func TestStepProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := start
		c, _ := Step(rules, Chat{ID: "c"}, Opened{}, now)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "seconds")) * time.Second)
			before := c
			event := anyEvent().Draw(t, "event")
			after, effects := Step(rules, c, event, now)
			c = after
			if before.State == Closed && (len(effects) > 0 || !cmp.Equal(before, after)) {
				t.Fatalf("%T changed a closed chat", event)
			}
			if after.State == Active && after.Agent == "" || after.State == Queued && after.Agent != "" {
				t.Fatalf("%T: %s with agent %q", event, after.State, after.Agent)
			}
			if after.State == Away && after.Deadlines.Grace.IsZero() {
				t.Fatalf("%T: a visitor is gone and no grace runs", event)
			}
			if after.State != Away && !after.Deadlines.Grace.IsZero() {
				t.Fatalf("%T: a grace runs in state %s", event, after.State)
			}
			if !before.HoldsSeat() && after.HoldsSeat() {
				if _, ok := event.(SeatGranted); !ok {
					t.Fatalf("%T took a seat", event)
				}
			}
			if _, ok := event.(Tick); ok && !after.Next().IsZero() && !after.Next().After(now) {
				t.Fatalf("a tick left a deadline behind")
			}
			if event == Event(Close{AgentEnded}) && after.State != Closed {
				t.Fatal("Close did not close")
			}
		}
	})
}
