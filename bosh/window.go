package bosh

import (
	"slices"
	"time"
)

// state is how far a request has come.
type state uint8

// A request moves through these states in this order.
const (
	waiting  state = iota // received; its turn has not come
	working               // taken in order; not all its payloads are settled
	held                  // settled: it may be answered
	answered              // its reply is kept to be repeated
)

// slot is one rid inside the window: the request, then its reply.
type slot struct {
	rid     uint64
	state   state
	dead    bool // unanswered, and its connection is gone
	closed  bool // answered, and the connection closed afterwards
	silent  bool // answered, but nobody was there to be written to
	sure    bool // answered, and the reply surely arrived
	control bool // not counted as activity (XEP-0124 §11)
	pause   bool // its reply is empty and never counted as kept
	leaving bool // the page that sent it is gone
	atOnce  bool // answer as soon as it is held
	req     *request
	ex      exchange
	pending int     // payloads not settled, and one for the hand-over itself
	key     string  // of the original, for repeats
	arrived instant // its newest exchange
	repeats uint8   // since repeat
	repeat  instant // first of the counted repeats
	sent    instant // when it was answered
	report  string  // attributes that report a missed response
	reply   reply

	features    []byte // of a restarted stream; they go before queued payloads
	fromQueue   int    // payloads of the reply that came from the queue
	lastPayload uint64 // number of the last payload sent so far
}

// open reports whether the slot is not answered.
func (sl *slot) open() bool { return sl.state != answered }

// live reports whether somebody waits for the slot's answer.
func (sl *slot) live() bool { return sl.open() && !sl.dead }

// takesPayloads reports whether payloads may go into the slot's answer.
func (sl *slot) takesPayloads() bool { return sl.live() && !sl.pause && !sl.leaving }

// tooOften counts the repeats of the rid (XEP-0124 §14.3).
func (sl *slot) tooOften(now instant) bool {
	if sl.repeats == 0 || now-sl.repeat >= repeatSpan {
		sl.repeat, sl.repeats = now, 0
	}
	sl.repeats++
	return sl.repeats > maxRepeats
}

// countLive counts the slots that somebody waits for.
func countLive(slots []*slot) (n int) {
	for _, sl := range slots {
		if sl.live() {
			n++
		}
	}
	return n
}

// verdict is what a rid means to a window.
type verdict uint8

// The verdicts of [window.judge].
const (
	outside verdict = iota // too small or too large: the session ends
	fresh                  // new and inside the window
	again                  // repeated, not answered yet
	replay                 // repeated, already answered
)

// window holds the slots of a session and nothing else knows the order of
// requests (XEP-0124 §14.2, §14.3).
type window struct {
	size  uint64  // requests
	last  uint64  // highest rid received without a gap
	acked uint64  // highest rid whose response is acknowledged; acks only
	gap   instant // since when a rid is missing; 0 without a gap
	slots []*slot // by rid: kept replies, open requests, those behind a gap
}

// judge says what a request with that rid is. extra: it may be one beyond the
// window (pause and terminate, XEP-0124 §11).
func (w *window) judge(rid uint64, extra bool) verdict {
	limit := w.last + w.size
	if extra {
		limit++
	}
	sl := w.find(rid)
	switch {
	case sl != nil && sl.open():
		return again
	case sl != nil:
		return replay
	case rid <= w.last || rid > limit || rid > maxRid:
		return outside
	}
	return fresh
}

// find returns the slot of a rid; nil when there is none.
func (w *window) find(rid uint64) *slot {
	for _, sl := range w.slots {
		if sl.rid == rid {
			return sl
		}
	}
	return nil
}

// insert adds a new slot at its place.
func (w *window) insert(sl *slot) {
	i := len(w.slots)
	for i > 0 && w.slots[i-1].rid > sl.rid {
		i--
	}
	w.slots = slices.Insert(w.slots, i, sl)
}

// leavingAfter reports whether a page has said goodbye in a later request:
// nobody reads what would go out now.
func (w *window) leavingAfter(sl *slot) bool {
	for _, later := range w.slots {
		if later.rid > sl.rid && later.leaving && later.state != waiting {
			return true
		}
	}
	return false
}

// gapEnd is when a request has waited too long for a missing rid: a hold after
// it came, or a session's life after the rid was missed.
func (w *window) gapEnd(sl *slot, wait, life time.Duration) instant {
	if w.gap == 0 { // nothing is missing: it is about to be taken
		return sl.arrived.Add(wait)
	}
	return min(sl.arrived.Add(wait), w.gap.Add(life))
}

// closeGap ends or restarts the clock of the missing rid.
func (w *window) closeGap(now instant) {
	for _, sl := range w.slots {
		if sl.state == waiting {
			if sl.rid != w.last+1 {
				w.gap = now
			}
			return
		}
	}
	w.gap = 0
}

// next returns the request whose turn it is; nil when it has not come.
func (w *window) next() *slot {
	sl := w.find(w.last + 1)
	if sl == nil || sl.state != waiting {
		return nil
	}
	return sl
}

// settled returns the highest rid up to which all payloads are settled.
func (w *window) settled() uint64 {
	for _, sl := range w.slots {
		if sl.state == working {
			return sl.rid - 1
		}
	}
	return w.last
}

// ready returns the slots that may be answered now, oldest first.
func (w *window) ready() []*slot {
	from := slices.IndexFunc(w.slots, (*slot).open)
	if from < 0 {
		return nil
	}
	to := from
	for to < len(w.slots) && w.slots[to].state == held {
		to++
	}
	return w.slots[from:to]
}

// anyLive reports whether somebody waits for an answer.
func (w *window) anyLive() bool {
	return slices.ContainsFunc(w.slots, (*slot).live)
}

// highest returns the highest answered rid, or acknowledged one when no answer
// is kept.
func (w *window) highest() uint64 {
	for _, sl := range slices.Backward(w.slots) {
		if !sl.open() {
			return sl.rid
		}
	}
	return w.acked
}

// trim forgets replies that need not be repeated any more: all but the last
// of the window's size, or with acks all that the client has acknowledged.
func (w *window) trim(acks bool) {
	keep := w.size
	cut := 0
	for i, sl := range slices.Backward(w.slots) {
		if sl.open() {
			continue
		}
		if acks && sl.rid <= w.acked || !acks && keep == 0 {
			cut = i + 1
			break
		}
		if !sl.pause {
			keep--
		}
	}
	w.slots = slices.Delete(w.slots, 0, cut)
}

// kept returns how many replies are kept and their bytes.
func (w *window) kept() (n, bytes int) {
	for _, sl := range w.slots {
		if !sl.open() {
			n++
			bytes += sl.reply.size()
		}
	}
	return n, bytes
}
