package engine

import "time"

// How long the store is left alone after it refused something: at first, and at
// most. How often the log speaks of it.
const (
	firstPause = 50 * time.Millisecond
	maxPause   = 5 * time.Second
	logPause   = time.Minute
)

// refusals are those of the store, one after the other with nothing taken
// between them.
type refusals struct {
	since  time.Time     // the first; the zero time when there is none
	pause  time.Duration // after the last
	until  time.Time     // when the store is asked again
	told   time.Time     // when the log was written, also of those before
	untold int           // since then
	spoken bool          // the log has one of these
}

func (r *refusals) running() bool { return !r.since.IsZero() }

// add counts one more, and tells how many there were when it is time to say so.
func (r *refusals) add(now time.Time) (count int, tell bool) {
	if !r.running() {
		r.since, r.pause = now, 0
	}
	r.pause = min(max(2*r.pause, firstPause), maxPause)
	r.until = now.Add(r.pause)
	r.untold++
	if !r.told.IsZero() && now.Before(r.told.Add(logPause)) {
		return 0, false
	}
	count, r.untold = r.untold, 0
	r.told, r.spoken = now, true
	return count, true
}

// end says that the store has taken something, and tells whether the log ought
// to say so.
func (r *refusals) end() (tell bool) {
	tell = r.spoken
	r.since, r.until, r.spoken = time.Time{}, time.Time{}, false
	return tell
}
