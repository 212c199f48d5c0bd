package c2s

// acks is what a page with stream management has and has not (XEP-0198 §4).
// Its counters do not wrap; what goes over the wire is their lower 32 bits.
// It is guarded by the mutex of its tab.
type acks struct {
	id string // unpredictable; "" when a resumption was not asked for

	out      uint64   // stanzas to the visitor since it was enabled
	acked    uint64   // of these, the visitor has handled
	unacked  [][]byte // the rest, in order
	bytes    int
	demanded bool // our <r/> is under way
	full     bool // too much was not acknowledged: it cannot be resumed

	in     uint64 // stanzas from the visitor
	done   uint64 // of these, handled: on disk
	marks  []bool // which of the rest are on disk, too early in the order
	wanted uint64 // the visitor's <r/> waits until so many are; 0: none waits
	ready  func() // waits until all that came in are
}

const (
	maxUnacked      = 512       // stanzas
	maxUnackedBytes = 256 << 10 // the same in bytes
)

// keep remembers a stanza until it is acknowledged.
func (a *acks) keep(payload []byte) {
	a.out++
	if a.full {
		return
	}
	a.unacked = append(a.unacked, payload)
	a.bytes += len(payload)
	if len(a.unacked) > maxUnacked || a.bytes > maxUnackedBytes {
		a.full, a.unacked, a.bytes = true, nil, 0
	}
}

// ack takes the visitor's counter; false when it is ahead of ours.
func (a *acks) ack(h uint32) bool {
	n := uint64(h - uint32(a.acked)) // modulo 2^32 (XEP-0198 §4)
	if a.acked+n > a.out {
		return false
	}
	a.acked += n
	for ; n > 0 && len(a.unacked) > 0; n-- {
		a.bytes -= len(a.unacked[0])
		a.unacked = a.unacked[1:]
	}
	a.demanded = false
	return true
}

// receive counts a stanza of the visitor and returns its number.
func (a *acks) receive() uint64 {
	a.in++
	a.marks = append(a.marks, false)
	return a.in
}

// store notes that stanza n is on disk. Stanzas are handled in order.
func (a *acks) store(n uint64) {
	a.marks[n-a.done-1] = true
	for len(a.marks) > 0 && a.marks[0] {
		a.marks = a.marks[1:]
		a.done++
	}
}
