package c2s

// following is how far a tab follows what the desk has for its visitor.
type following uint8

const (
	notYet     following = iota // the desk does not know the tab
	all                         // it has all deliveries
	behind                      // one was left out: none follows until the next join
	toldBehind                  // and the desk knows that
)

// deliveries are what was sent of which the desk wants to know the arrival. A
// tab that lags too far is left out from there on: the desk keeps the entries,
// and brings them again when the tab has confirmed what it has. It is guarded
// by the mutex of its tab.
type deliveries struct {
	following following
	unproven  []proof
	lag       int // their bytes
}

// proof is a delivery under way: once the first count payloads, or with XEP-0198
// the first count stanzas, are surely delivered, the entry has reached the
// visitor.
type proof struct {
	count uint64
	seq   int64
	size  int
}

// add notes a delivery that goes out as payload number count; false when it is
// left out.
func (d *deliveries) add(count uint64, seq int64, size int) bool {
	if d.following >= behind || len(d.unproven) >= maxLag || d.lag+size > maxLagBytes && d.lag > 0 {
		d.following = max(d.following, behind)
		return false
	}
	d.lag += size
	d.unproven = append(d.unproven, proof{count, seq, size})
	return true
}

// confirm takes out what n delivered payloads prove. fellBehind: the desk may
// begin again, and has to hear so now.
func (d *deliveries) confirm(n uint64) (seqs []int64, fellBehind bool) {
	for len(d.unproven) > 0 && d.unproven[0].count <= n {
		seqs = append(seqs, d.unproven[0].seq)
		d.lag -= d.unproven[0].size
		d.unproven = d.unproven[1:]
	}
	if fellBehind = d.following == behind && len(d.unproven) == 0; fellBehind {
		d.following = toldBehind
	}
	return seqs, fellBehind
}

// recount is for a page that begins to count itself: whatever it acknowledges
// came behind what is under way.
func (d *deliveries) recount() {
	for i := range d.unproven {
		d.unproven[i].count = 0
	}
}

// clear forgets what is under way: the desk keeps the entries.
func (d *deliveries) clear() { d.unproven, d.lag = nil, 0 }
