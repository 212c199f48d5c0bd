package c2s

import (
	"testing"
	"time"
)

// TestPageTable is who is asked when, and what the answers prove.
func TestPageTable(t *testing.T) {
	const every = 12
	start := func() player {
		p := player{liveness: liveness{patience: patience}, now: seconds(1)}
		p.happen(event{kind: streamBound, every: every * time.Second, lastBytes: seconds(1)})
		return p
	}
	// look lets time pass until then with a browser that was heard at another time.
	look := func(p *player, at, heard float64, sent uint64) turn {
		p.now = seconds(at)
		p.happen(event{kind: timePassed, lastBytes: seconds(heard), sent: sent})
		return p.last
	}
	t.Run("silence", func(t *testing.T) {
		p := start()
		if p.next != seconds(13) {
			t.Errorf("looks at %v", time.Duration(p.next))
		}
		if do := look(&p, 12, 1, 0); do.ask || do.ping {
			t.Errorf("too early: %+v", do)
		}
		if do := look(&p, 13, 9, 0); do.ask || do.next != seconds(21) {
			t.Errorf("heard meanwhile: %+v", do)
		}
		for i, at := range []float64{21, 33, 45} {
			if do := look(&p, at, 9, 0); !do.ask || !do.ping || do.ripe != 0 || do.news {
				t.Errorf("silence %d: %+v", i, do)
			}
		}
		if p.lost != seconds(45) {
			t.Errorf("lost at %v", time.Duration(p.lost))
		}
		if do := look(&p, 47, 9, 0); !do.news || do.ask || p.liveness.told != absent {
			t.Errorf("offline: %+v", do)
		}
		if do := look(&p, 57, 9, 0); do.drop {
			t.Errorf("too early: %+v", do)
		}
		if do := look(&p, 69, 9, 0); !do.drop || do.next != 0 {
			t.Errorf("nobody is there: %+v", do)
		}
	})
	t.Run("an open chat", func(t *testing.T) {
		p := start()
		for _, at := range []float64{13, 25, 37} {
			look(&p, at, 1, 0)
		}
		p.now = seconds(37 + 59)
		p.happen(event{kind: timePassed, lastBytes: seconds(1), linger: time.Minute})
		if p.last.drop {
			t.Error("dropped in a chat")
		}
		p.now = seconds(37 + 72)
		p.happen(event{kind: timePassed, lastBytes: seconds(1), linger: time.Minute})
		if !p.last.drop {
			t.Error("not dropped")
		}
	})
	t.Run("proof by the browser", func(t *testing.T) {
		p := start()
		p.now = seconds(2)
		p.happen(event{kind: payloadSent, sent: 1})
		p.now = seconds(2.04)
		p.happen(event{kind: payloadSent, sent: 2})
		p.now = seconds(2.5)
		p.happen(event{kind: payloadSent, sent: 3})
		if do := look(&p, 3, 1, 3); !do.ping || do.ripe != 2 {
			t.Errorf("a moment later: %+v", do)
		}
		p.happen(event{kind: browserAnswered, n: 2, sent: 3})
		if p.last.proven != 2 || p.last.next != seconds(4) {
			t.Errorf("answered: %+v", p.last)
		}
		p.happen(event{kind: browserAnswered, n: 2, sent: 3})
		if p.last.proven != 0 {
			t.Errorf("answered again: %+v", p.last)
		}
	})
	t.Run("proof by the page", func(t *testing.T) {
		p := start()
		p.now = seconds(2)
		p.happen(event{kind: payloadSent, sent: 1})
		look(&p, 3, 1, 4)
		p.happen(event{kind: pageAnswered, n: 7, sent: 4})
		if p.last.proven != 0 || p.page.answers {
			t.Errorf("another number: %+v", p.last)
		}
		p.happen(event{kind: pageAnswered, n: 1, sent: 4})
		if p.last.proven != 4 || p.last.next != seconds(13) {
			t.Errorf("answered: %+v", p.last)
		}
		if do := look(&p, 13, 1, 4); !do.ask || do.ping {
			t.Errorf("its browser is asked as well: %+v", do)
		}
	})
	t.Run("a page that counts", func(t *testing.T) {
		p := start()
		p.now = seconds(2)
		p.happen(event{kind: payloadSent, sent: 1})
		p.happen(event{kind: pageCounts})
		if do := look(&p, 3, 1, 1); do.ask {
			t.Errorf("has nothing to prove: %+v", do)
		}
		if do := look(&p, 13, 1, 1); !do.ask || !do.ping {
			t.Errorf("not known to answer: %+v", do)
		}
		p.happen(event{kind: pageCounted})
		if do := look(&p, 25, 1, 1); !do.ask || do.ping {
			t.Errorf("known to answer: %+v", do)
		}
	})
	t.Run("a transport that watches itself", func(t *testing.T) {
		p := player{liveness: liveness{patience: patience}, now: seconds(1)}
		p.happen(event{kind: streamBound})
		if do := look(&p, 1e6, 0, 1); do != (turn{}) {
			t.Errorf("asked: %+v", do)
		}
	})
}
