package c2s

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const patience = 2 * time.Second

// seconds is an instant of the tests.
func seconds(n float64) instant { return instant(n * float64(time.Second)) }

func (s state) String() string { return [...]string{"absent", "present", "away", "over"}[s] }

// happening is an event at a time.
type happening struct {
	at float64
	event
}

// TestLivenessTable has every event in every state that it matters in.
func TestLivenessTable(t *testing.T) {
	at := func(s float64, kind eventKind) happening { return happening{s, event{kind: kind}} }
	ended := func(s float64, linger time.Duration) happening {
		return happening{s, event{kind: streamEnded, linger: linger}}
	}
	bound := at(1, streamBound)
	for name, test := range map[string]struct {
		events []happening
		want   string // what the desk is told, with the time; alarms are rung
		next   float64
	}{
		"bound":              {[]happening{bound}, "1 present", 0},
		"idle":               {[]happening{bound, at(2, visitorIdle)}, "1 present, 2 away", 0},
		"idle and back":      {[]happening{bound, at(2, visitorIdle), at(3, visitorAppeared)}, "1 present, 2 away, 3 present", 0},
		"inactive":           {[]happening{bound, at(2, pageInactive), at(3, pageActive)}, "1 present, 2 away, 3 present", 0},
		"idle and inactive":  {[]happening{bound, at(2, visitorIdle), at(3, pageInactive), at(4, visitorAppeared)}, "1 present, 2 away", 0},
		"left":               {[]happening{bound, at(2, visitorLeft)}, "1 present, 2 absent", 0},
		"left twice":         {[]happening{bound, at(2, visitorLeft), at(3, visitorLeft)}, "1 present, 2 absent", 0},
		"left, spoke":        {[]happening{bound, at(2, visitorLeft), at(3, visitorSpoke)}, "1 present, 2 absent, 3 present", 0},
		"left idle, spoke":   {[]happening{bound, at(1, visitorIdle), at(2, visitorLeft), at(3, visitorSpoke)}, "1 present, 1 away, 2 absent, 3 away", 0},
		"left, appeared":     {[]happening{bound, at(2, visitorLeft), at(3, visitorAppeared)}, "1 present, 2 absent, 3 present", 0},
		"left, not lost":     {[]happening{bound, at(2, visitorLeft), at(3, linkBack)}, "1 present, 2 absent", 0},
		"left, lost, back":   {[]happening{bound, at(2, visitorLeft), at(3, linkLost), at(4, linkBack)}, "1 present, 2 absent, 4 present", 0},
		"left while lost":    {[]happening{bound, at(2, linkLost), at(3, visitorLeft), at(3.5, linkBack)}, "1 present", 0},
		"lost":               {[]happening{bound, at(2, linkLost)}, "1 present", 4},
		"lost for long":      {[]happening{bound, at(2, linkLost), at(9, timePassed)}, "1 present, 4 absent", 0},
		"lost twice":         {[]happening{bound, at(2, linkLost), at(3, linkLost), at(9, timePassed)}, "1 present, 4 absent", 0},
		"lost, spoke":        {[]happening{bound, at(2, linkLost), at(3, visitorSpoke), at(9, timePassed)}, "1 present, 4 absent", 0},
		"lost, back":         {[]happening{bound, at(2, linkLost), at(3, linkBack), at(9, timePassed)}, "1 present", 0},
		"lost, page speaks":  {[]happening{bound, at(2, linkLost), at(5, pageSpoke)}, "1 present, 4 absent, 5 present", 0},
		"lost, page answers": {[]happening{bound, at(2, linkLost), at(5, pageAnswered)}, "1 present, 4 absent, 5 present", 0},
		"lost, pong":         {[]happening{bound, at(2, linkLost), at(5, browserAnswered)}, "1 present, 4 absent, 5 present", 0},
		"ended":              {[]happening{bound, ended(2, 0)}, "1 present, 2 over", 0},
		"ended, to resume":   {[]happening{bound, ended(2, time.Minute)}, "1 present, 2 over", 0}, // a goodbye
		"ended twice":        {[]happening{bound, ended(2, 0), ended(3, 0)}, "1 present, 2 over", 0},
		"lost, ended":        {[]happening{bound, at(2, linkLost), ended(3, 0)}, "1 present", 4},
		"lost, ended, over":  {[]happening{bound, at(2, linkLost), ended(3, 0), at(9, timePassed)}, "1 present, 4 over", 0},
		"lost, ended, back":  {[]happening{bound, at(2, linkLost), ended(3, 0), at(3, linkBack), at(9, timePassed)}, "1 present, 4 over", 0},
		"offline, ended":     {[]happening{bound, at(2, linkLost), ended(5, 0)}, "1 present, 4 absent, 5 over", 0},
		"awaited":            {[]happening{bound, at(2, linkLost), ended(3, time.Minute)}, "1 present", 4},
		"awaited, offline":   {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(9, timePassed)}, "1 present, 4 absent", 63},
		"awaited in vain":    {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(99, timePassed)}, "1 present, 4 absent, 63 over", 0},
		"resumed":            {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(9, streamResumed)}, "1 present, 4 absent, 9 present", 0},
		"resumed at once":    {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(3, streamResumed), at(99, timePassed)}, "1 present", 0},
		"resumed too late":   {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(63, streamResumed)}, "1 present, 4 absent, 63 over", 0},
		"dismissed":          {[]happening{bound, at(2, tabDismissed)}, "1 present", 0}, // the transport will end
		"dismissed, ended":   {[]happening{bound, at(2, linkLost), at(2, tabDismissed), ended(3, time.Minute)}, "1 present, 3 over", 0},
		"awaited, dismissed": {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(5, tabDismissed)}, "1 present, 4 absent, 5 over", 0},
		"ending, dismissed":  {[]happening{bound, at(2, linkLost), ended(3, 0), at(3, tabDismissed)}, "1 present", 4},
		"finished":           {[]happening{bound, at(2, tabFinished), at(3, visitorAppeared)}, "1 present, 2 over", 0},
		"awaited, finished":  {[]happening{bound, at(2, linkLost), ended(3, time.Minute), at(3, tabFinished)}, "1 present, 3 over", 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := player{liveness: liveness{patience: patience}}
			for _, h := range test.events {
				p.wait(seconds(h.at))
				p.happen(h.event)
			}
			if got := strings.Join(p.told, ", "); got != test.want || p.next != seconds(test.next) {
				t.Errorf("told %q, next at %v; want %q, %v", got, time.Duration(p.next), test.want, test.next)
			}
		})
	}
}

// player lets things happen to a tab, and rings its alarm.
type player struct {
	liveness
	now  instant
	next instant
	told []string
	last turn
}

func (p *player) happen(e event) {
	p.liveness, p.last = p.step(e, p.now)
	p.next = p.last.next
	if p.last.news {
		p.told = append(p.told, fmt.Sprint(time.Duration(p.now).Seconds(), " ", p.liveness.told))
	}
}

// wait lets time pass.
func (p *player) wait(until instant) {
	for p.next != 0 && p.next <= until {
		p.now = max(p.now, p.next)
		p.happen(event{kind: timePassed, lastBytes: p.page.lastBytes})
	}
	p.now = until
}

// TestLivenessAlways: whatever happens, what the desk is told makes sense.
func TestLivenessAlways(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := player{liveness: liveness{patience: patience}, now: seconds(1)}
		p.happen(event{kind: streamBound, every: rapid.SampledFrom([]time.Duration{0, 12 * time.Second}).Draw(r, "every"), lastBytes: p.now})
		lost := instant(0) // since when, as the model knows
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			p.wait(p.now.Add(time.Duration(rapid.Int64Range(0, int64(8*time.Second)).Draw(r, "time"))))
			before := p.liveness
			e := event{
				kind:      eventKind(rapid.IntRange(int(timePassed), int(tabDismissed)).Draw(r, "kind")),
				n:         rapid.Uint64Range(0, 5).Draw(r, "n"),
				sent:      rapid.Uint64Range(5, 9).Draw(r, "sent"),
				lastBytes: p.page.lastBytes,
				linger:    rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(r, "linger"),
			}
			begins := e.kind == streamBound || e.kind == streamResumed && !before.awaited(p.now)
			if begins && before.told != over { // nobody does
				continue
			}
			p.happen(e)
			if before.lost == 0 && p.lost != 0 {
				lost = p.now
			}
			check(r, &p, before.told, lost)
		}
		p.happen(event{kind: tabFinished})
		if p.liveness.told != over {
			r.Fatal("not over at the end")
		}
		alternate(r, p.told)
	})
}

// check is what holds after every event.
func check(r *rapid.T, p *player, before state, lost instant) {
	told := p.liveness.told
	switch {
	case told != p.state(p.now):
		r.Fatalf("told %s, is %s", told, p.state(p.now))
	case before == over && (told != over || p.last != (turn{})):
		r.Fatalf("over is not final: %+v", p.last)
	case before != absent && told == absent && !p.left && p.now < lost.Add(patience):
		r.Fatal("offline too early, and nobody said so")
	case told == over && p.resumable:
		r.Fatal("over, and awaited")
	case p.last.proven > 9:
		r.Fatalf("%d are proven", p.last.proven)
	case told != over && p.next != 0 && p.next < p.now:
		r.Fatalf("the alarm is late by %v", time.Duration(p.now-p.next))
	}
	// Nothing changes by itself before the alarm.
	if p.next > p.now+1 {
		if s := p.state(p.next - 1); s != told {
			r.Fatalf("becomes %s before the alarm", s)
		}
	}
	if p.next == 0 && told != over {
		if s := p.state(p.now.Add(time.Hour)); s != told {
			r.Fatalf("becomes %s without an alarm", s)
		}
	}
}

// alternate: each thing is told once, and nothing behind the end.
func alternate(r *rapid.T, told []string) {
	last := ""
	for _, s := range told {
		_, word, _ := strings.Cut(s, " ")
		if word == last || last == "over" {
			r.Fatalf("told %v", told)
		}
		last = word
	}
}
