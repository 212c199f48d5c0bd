package desk

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func staff(capacities ...int) *seats {
	s := newSeats()
	for i, capacity := range capacities {
		name := string(rune('a' + i))
		a := s.add(roster.Agent{JID: roster.AgentJID(name), Name: name, Queues: []string{"support"}, Capacity: capacity}, noon())
		a.show = roster.Available
	}
	s.openPool(queue.Queue{Name: "support"})
	return &s
}

func TestSeatsFollowTheChats(t *testing.T) {
	s := staff(1, 2)
	queued, active := chat.Chat{State: chat.Queued}, chat.Chat{State: chat.Active, Agent: "a"}
	if s.free("support") != 2 || s.online("support", noon()) != 2 {
		t.Fatalf("%d free of %d", s.free("support"), s.online("support", noon()))
	}
	if !s.move(queued, active, noon()) || s.free("support") != 1 || s.canTake("support", "a") {
		t.Errorf("a took her only seat and can take another")
	}
	away := active
	away.State = chat.Away
	if s.move(active, away, noon()) {
		t.Error("a visitor who is gone holds the seat, nothing moved")
	}
	closed := away
	closed.State = chat.Closed
	if !s.move(away, closed, noon()) || s.nextFreed().JID != "a" || s.nextFreed() != nil || s.free("support") != 2 {
		t.Error("the seat of a closed chat is not free")
	}
}

func TestSeatsCountClaims(t *testing.T) {
	s := staff(1, 1)
	s.claim("a", noon())
	if got := s.pick(&openChat{Chat: chat.Chat{Queue: "support"}}, ""); got != "b" {
		t.Errorf("picked %q while a's seat is claimed", got)
	}
}

func TestPickPrefers(t *testing.T) {
	s := staff(3, 3, 3)
	for name, test := range map[string]struct {
		c    chat.Chat
		last roster.AgentJID
		want roster.AgentJID
	}{
		"anyone":               {want: "a"},
		"known":                {last: "c", want: "c"},
		"asked for":            {c: chat.Chat{Wanted: "b"}, last: "c", want: "b"},
		"known but excluded":   {c: chat.Chat{Excluded: []roster.AgentJID{"c"}}, last: "c", want: "a"},
		"excluded":             {c: chat.Chat{Excluded: []roster.AgentJID{"a"}}, want: "b"},
		"asked for, not there": {c: chat.Chat{Wanted: "x"}, want: ""},
	} {
		test.c.Queue = "support"
		if got := s.pick(&openChat{Chat: test.c}, test.last); got != test.want {
			t.Errorf("%s: picked %q, want %q", name, got, test.want)
		}
	}
}

func TestLines(t *testing.T) {
	l := lines{"support": {Queue: queue.Queue{Name: "support"}}, "sales": {Queue: queue.Queue{Name: "sales"}}}
	if l.main("support") != "support" || l.main("gone") != "sales" || (lines{}).main("x") != "" {
		t.Error("the main queue is the preferred one, else the first by name")
	}
	a, b := &openChat{Chat: chat.Chat{Queue: "support", Place: 1}}, &openChat{Chat: chat.Chat{Queue: "support", Place: 2}}
	l.enter(b, false)
	l.enter(a, false)
	support := l["support"]
	if support.status(a).Position != 1 || support.status(b).Position != 2 || l.front("support") != 1 {
		t.Errorf("a is %v, b is %v", support.status(a), support.status(b))
	}
	l.enter(b, true)
	if support.status(b).Position != 1 || b.Place >= a.Place {
		t.Errorf("b is %v at %d", support.status(b), b.Place)
	}
	a.Pending = "x"
	if support.unclaimed() != 1 || support.others(b) || !support.others(nil) {
		t.Error("a claimed chat does not wait")
	}
	l.leave(a, "support")
	l.leave(b, "nowhere")
	if support.waiting.Len() != 1 || l.front("sales") <= l.front("support") {
		t.Error("leaving")
	}
}

func TestLineLearnsItsPace(t *testing.T) {
	l := &line{}
	c := &openChat{Chat: chat.Chat{Place: 1}}
	l.waiting.Put(queue.Waiting[*openChat]{Chat: c, Place: 1})
	l.advanced(noon())
	l.advanced(noon().Add(time.Minute))
	if got := l.status(c).Wait; got != time.Minute {
		t.Errorf("%s to wait, want a minute", got)
	}
	l.advanced(noon().Add(time.Minute + 20*time.Second))
	if got := l.status(c).Wait; got != 50*time.Second {
		t.Errorf("%s to wait, want a quarter of the way to 20 s", got)
	}
}

func TestTabs(t *testing.T) {
	var v tabs
	if !v.show("1", false) || v.show("1", true) || !v.show("2", false) {
		t.Error("what is new")
	}
	if live, present := v.online(); live != 2 || present != 1 {
		t.Errorf("%d live, %d present", live, present)
	}
	v.hide("2", false)
	v.hide("3", true)
	if live, present := v.online(); live != 1 || present != 0 || !v.has("2") {
		t.Errorf("%d live, %d present of %v", live, present, v)
	}
	if v.hide("2", true); v.has("2") {
		t.Error("a stream that is over is known")
	}
}

func TestContacts(t *testing.T) {
	m := contacts{}
	c, other := roster.Contact{Agent: "a", Visitor: "v"}, roster.Contact{Agent: "a", Visitor: "w"}
	if !m.hold(c) || m.hold(c) || !m.hold(other) {
		t.Error("what is new")
	}
	m.leave(c, 5)
	if got := m.gone([]int64{4, 6}); got != nil {
		t.Errorf("%v is gone before the server took it", got)
	}
	m.linkLost()
	if got := m.gone([]int64{5}); got != nil {
		t.Errorf("%v is gone with a link that is lost", got)
	}
	m.leave(c, 10)
	if got := m.gone([]int64{9, 10}); !slices.Equal(got, []roster.Contact{c}) || len(m) != 1 {
		t.Errorf("%v is gone", got)
	}
}

func put(o *outbox, w Words) { o.add(w.Outbox, w) }

// Any interleaving of words, cuts, drops and confirmations: what goes out is in
// order, nothing comes again that was confirmed, nothing is forgotten that was
// not.
func TestOutboxProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o outbox
		var last int64
		done, onLink := map[int64]bool{}, []int64(nil)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "do") {
			case 0, 1:
				last += rapid.Int64Range(1, 3).Draw(t, "gap") // other things have numbers, too
				put(&o, Words{Outbox: last})
			case 2:
				for _, e := range o.next(nil) {
					onLink = append(onLink, e.(Words).Outbox)
				}
			case 3:
				some := rapid.SliceOfDistinct(rapid.Int64Range(1, max(1, last)), rapid.ID[int64]).Draw(t, "confirmed")
				slices.Sort(some)
				words, others := o.confirm(some)
				for _, r := range words {
					for n := r.From; n <= r.UpTo; n++ {
						done[n] = true
					}
				}
				if len(others) > len(some) {
					t.Fatalf("%v of %v are not of words", others, some)
				}
			case 4:
				if n := rapid.Int64Range(1, max(1, last)).Draw(t, "dropped"); func() bool { _, ok := o.drop(n); return ok }() {
					done[n] = true
				}
			default:
				o.rewind()
				onLink = nil
			}
			if !slices.IsSorted(onLink) || len(slices.Compact(slices.Clone(onLink))) != len(onLink) {
				t.Fatalf("on the link: %v", onLink)
			}
		}
		o.rewind()
		left := o.next(nil)
		if len(left) != o.len() {
			t.Fatalf("%d come, %d wait", len(left), o.len())
		}
		for _, e := range left {
			if n := e.(Words).Outbox; done[n] {
				t.Fatalf("%d comes again", n)
			}
		}
	})
}

func TestOutboxWindowAndRetraction(t *testing.T) {
	var o outbox
	for n := range int64(OutboxWindow + 2) {
		put(&o, Words{Outbox: n + 1, Agent: "a", Visitor: "v"})
	}
	if got := len(o.next(nil)); got != OutboxWindow {
		t.Errorf("%d words on the link", got)
	}
	o.retract(roster.Contact{Agent: "a", Visitor: "v"})
	if o.len() != OutboxWindow {
		t.Errorf("%d words: those on the link stay, the others go", o.len())
	}
	if words, others := o.confirm([]int64{1, 2, 4, 9999}); !slices.Equal(words, []run{{1, 2}, {4, 4}}) || !slices.Equal(others, []int64{9999}) {
		t.Errorf("confirmed %v, and %v are of others", words, others)
	}
	if words, _ := o.confirm([]int64{1}); words != nil {
		t.Error("what is confirmed is so once")
	}
}

func TestUnsettledLimits(t *testing.T) {
	var u unsettled
	for n := range int64(maxUnsettled) {
		if !u.fits("") {
			t.Fatalf("%d do not fit", n)
		}
		u.put(ledger.Entry{Seq: n})
	}
	if u.fits("") {
		t.Error("one too many fits")
	}
	if _, ok := u.settle(5); !ok || !u.fits("") {
		t.Error("none fits although one has arrived")
	}
	if got := u.drop(); len(got) != maxUnsettled-1 || len(u.entries) != 0 || u.bytes != 0 {
		t.Errorf("%d dropped, %d bytes left", len(got), u.bytes)
	}
	long := strings.Repeat("x", maxUnsettledBytes+1)
	if !u.fits(long) {
		t.Error("one alone does not fit")
	}
	u.put(ledger.Entry{Seq: 1, Text: long})
	if u.fits("y") || u.bytes != len(long) {
		t.Errorf("another fits beside %d bytes", u.bytes)
	}
}

func TestKeptEnds(t *testing.T) {
	var k kept
	k.add("a", noon())
	k.add("b", noon().Add(time.Hour))
	if first, ok := k.expired(noon()); !ok || first.jid != "a" || !k.next().Equal(noon().Add(time.Hour)) {
		t.Errorf("%v %v", first, ok)
	}
	if _, ok := k.expired(noon()); ok {
		t.Error("b has an hour left")
	}
	for range maxKept {
		k.add("c", noon().Add(2*time.Hour))
	}
	if first, ok := k.expired(noon()); !ok || first.jid != "b" {
		t.Error("the first is not let go when there are too many")
	}
}

func TestReferences(t *testing.T) {
	var r references
	r.remember(ledger.Entry{Seq: 1, ID: "out1", Ref: "in", Author: ledger.FromVisitor, Text: "abc"})
	r.remember(ledger.Entry{Seq: 2, ID: "out2", Ref: "in", Author: ledger.FromAgent})
	r.remember(ledger.Entry{Seq: 3, ID: "out3", Ref: "in", Author: ledger.FromVisitor})
	if x, ok := r.byRef(ledger.FromVisitor, "in"); !ok || x.seq != 3 {
		t.Errorf("%v: the latest of her own", x)
	}
	if x, ok := r.byID(ledger.FromAgent, "out2"); !ok || x.seq != 2 {
		t.Errorf("%v", x)
	}
	if _, ok := r.byID(ledger.FromAgent, "out1"); ok {
		t.Error("somebody else's message is found")
	}
	if _, ok := r.byRef(ledger.FromVisitor, ""); ok {
		t.Error("no name is a name")
	}
	for range 2 * maxReferences {
		r.remember(ledger.Entry{Text: "x"})
	}
	if len(r.latest) > maxReferences || r.bytes != 3+2*maxReferences {
		t.Errorf("%d remembered, %d bytes", len(r.latest), r.bytes)
	}
}

func TestDeadlinesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h deadlines
		all := make([]*openChat, 6)
		for i := range all {
			all[i] = &openChat{index: -1}
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			c := rapid.SampledFrom(all).Draw(t, "chat")
			c.Deadlines.Grace = time.Time{}
			if minutes := rapid.IntRange(0, 9).Draw(t, "minutes"); minutes > 0 {
				c.Deadlines.Grace = noon().Add(time.Duration(minutes) * time.Minute)
			}
			h.fix(c)
			var want time.Time
			for _, c := range all {
				want = earlier(want, c.Deadlines.Grace)
			}
			if !h.next().Equal(want) {
				t.Fatalf("next is %s, want %s", h.next(), want)
			}
		}
		for _, c := range h.take(noon().Add(5 * time.Minute)) {
			if c.index != -1 || c.due.After(noon().Add(5*time.Minute)) {
				t.Fatalf("%v is not due", c.due)
			}
		}
		if next := h.next(); !next.IsZero() && !next.After(noon().Add(5*time.Minute)) {
			t.Fatalf("%s is left", next)
		}
	})
}
