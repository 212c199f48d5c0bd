package wheel_test

import (
	"cmp"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/wheel"
)

// rung says which entry rang, and when.
type rung struct {
	who int
	at  wheel.Instant
}

func sorted(rang []rung) []rung {
	return slices.SortedFunc(slices.Values(rang), func(a, b rung) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.who, b.who))
	})
}

// step is one call, or time that passes.
type step struct {
	do  string
	who int
	d   time.Duration
}

func steps() *rapid.Generator[[]step] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			do:  rapid.SampledFrom([]string{"set", "hasten", "drop", "pass"}).Draw(t, "do"),
			who: rapid.IntRange(0, 7).Draw(t, "who"),
			d:   time.Duration(rapid.IntRange(-2, 20).Draw(t, "d")),
		}
	}), 1, 60)
}

// TestOrder compares the wheel with a table that is looked through at every
// nanosecond.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		play := steps().Draw(rt, "steps")
		var rang, want []rung
		synctest.Test(t, func(t *testing.T) { rang, want = onWheel(play), onTable(play) })
		if !slices.IsSortedFunc(rang, func(a, b rung) int { return cmp.Compare(a.at, b.at) }) {
			rt.Errorf("out of order: %v", rang)
		}
		if diff := gocmp.Diff(sorted(want), sorted(rang), gocmp.AllowUnexported(rung{})); diff != "" {
			rt.Error(diff)
		}
	})
}

func onWheel(play []step) (rang []rung) {
	w := wheel.New[*bell]()
	defer w.Close()
	bells := make([]*bell, 8)
	for i := range bells {
		bells[i] = &bell{ring: func() { rang = append(rang, rung{i, w.Now()}) }}
	}
	for _, s := range play {
		switch s.do {
		case "set":
			w.Set(bells[s.who], w.Now().Add(s.d))
		case "hasten":
			w.Hasten(bells[s.who], w.Now().Add(s.d))
		case "drop":
			w.Drop(bells[s.who])
		case "pass":
			time.Sleep(max(s.d, 0))
		}
		synctest.Wait()
	}
	return rang
}

func onTable(play []step) (rang []rung) {
	now, table := wheel.Instant(1), map[int]wheel.Instant{}
	look := func() {
		for who, at := range table {
			if at <= now {
				delete(table, who)
				rang = append(rang, rung{who, now})
			}
		}
	}
	for _, s := range play {
		at := now.Add(s.d)
		before, in := table[s.who]
		switch {
		case s.do == "set", s.do == "hasten" && (!in || at < before):
			table[s.who] = at
		case s.do == "drop":
			delete(table, s.who)
		}
		look()
		for s.do == "pass" && now < at {
			now++
			look()
		}
	}
	return rang
}

// TestCrowd has thousands of entries set, put off, dropped and rung from many
// sides at once: each that is left rings once, and at its time.
func TestCrowd(t *testing.T) {
	const sides, each = 8, 2000
	inBubble(t, func(t *testing.T, w *wheel.Wheel[*bell]) {
		start, rang := w.Now(), make([][]wheel.Instant, sides*each)
		at := func(i int) wheel.Instant { return start.Add(time.Duration(1+i%97) * time.Millisecond) }
		var all sync.WaitGroup
		for side := range sides {
			all.Go(func() {
				for i := side * each; i < (side+1)*each; i++ {
					b := &bell{ring: func() { rang[i] = append(rang[i], w.Now()) }}
					w.Hasten(b, at(i).Add(time.Hour))
					w.Hasten(b, at(i))
					w.Hasten(b, at(i).Add(time.Minute)) // stays
					if i%5 == 0 {
						w.Drop(b)
					}
					if i%250 == 0 {
						time.Sleep(time.Millisecond / 10)
					}
				}
			})
		}
		all.Wait()
		pass(time.Second)
		for i, times := range rang {
			if want := min(1, i%5); len(times) != want || want == 1 && times[0] != at(i) {
				t.Fatalf("%d rang at %v, want %v", i, times, at(i))
			}
		}
	})
}

// TestRace calls everything from everywhere while entries ring, one of which
// is moved for ever, and ends in the midst of it.
func TestRace(t *testing.T) {
	w := wheel.New[*bell]()
	bells := make([]*bell, 500)
	for i := range bells {
		bells[i] = &bell{}
		bells[i].ring = func() { w.Hasten(bells[i], w.Now().Add(time.Duration(i)*time.Microsecond)) }
	}
	var all sync.WaitGroup
	for side := range 4 {
		all.Go(func() {
			for n := range 20_000 {
				b, at := bells[(n*7+side)%len(bells)], w.Now().Add(time.Duration(n%300)*time.Microsecond)
				switch n % 3 {
				case 0:
					w.Set(b, at)
				case 1:
					w.Hasten(b, at)
				case 2:
					w.Drop(b)
				}
			}
			if side == 0 {
				w.Close()
			}
		})
	}
	all.Wait()
}

func BenchmarkHasten(b *testing.B) { // an alarm that is put off, as with every request
	w, e := crowd(b)
	for b.Loop() {
		w.Hasten(e, w.Now().Add(2*time.Hour))
	}
}

func BenchmarkSet(b *testing.B) { // from one end of ten thousand to the other
	w, e := crowd(b)
	for b.Loop() {
		w.Set(e, w.Now().Add(2*time.Hour))
		w.Set(e, w.Now().Add(time.Hour))
	}
}

// crowd is a wheel with ten thousand entries and the earliest of them.
func crowd(b *testing.B) (*wheel.Wheel[*bell], *bell) {
	b.Helper()
	w, first := wheel.New[*bell](), &bell{}
	b.Cleanup(w.Close)
	w.Set(first, w.Now().Add(time.Hour))
	for i := range 10_000 {
		w.Set(&bell{}, w.Now().Add(time.Hour+time.Duration(i)*time.Millisecond))
	}
	b.ReportAllocs()
	return w, first
}

// What is hastened to a later instant than its own rings at its own.
func TestHastenPutsNothingOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rang := onWheel([]step{{"set", 7, 1}, {"hasten", 7, 2}, {"pass", 0, 1}})
		if len(rang) != 1 {
			t.Errorf("rang %v, want it once", rang)
		}
	})
}
