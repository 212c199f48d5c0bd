package c2s

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// bucket is a token bucket: rate tokens a second, at most burst. A rate of 0
// or less lets everything pass.
type bucket struct {
	rate, burst float64
	tokens      float64
	at          time.Time
}

func newBucket(rate float64, burst int) bucket {
	return bucket{rate: rate, burst: float64(burst), tokens: float64(burst)}
}

func (b *bucket) take(now time.Time) bool {
	if b.rate <= 0 {
		return true
	}
	if !b.at.IsZero() {
		b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// pace is how fast one visitor may be, in all tabs together.
type pace struct {
	mu       sync.Mutex
	messages bucket
	others   bucket // what carries no text: typing, receipts, pages, names
	name     string
}

func newPace(o Options) *pace {
	return &pace{
		messages: newBucket(o.MessageRate, o.MessageBurst),
		others:   newBucket(2*o.MessageRate, 4*o.MessageBurst),
	}
}

func (p *pace) message(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.messages.take(now)
}

func (p *pace) other(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.others.take(now)
}

// rename notes a name and tells whether it is new and may be told.
func (p *pace) rename(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name == p.name || !p.others.take(time.Now()) {
		return false
	}
	p.name = name
	return true
}

// door counts who comes in; guarded by Hub.mu.
type door struct {
	sessions, perAddress int
	creations            bucket
	open                 map[netip.Prefix]int // streams
	makers               map[netip.Prefix]*bucket
}

func newDoor(o Options) door {
	return door{
		sessions: o.Sessions, perAddress: o.SessionsPerAddress,
		creations: newBucket(float64(o.CreationsPerSecond), max(1, o.CreationsPerSecond)),
		open:      make(map[netip.Prefix]int),
		makers:    make(map[netip.Prefix]*bucket),
	}
}

// neighbours is what counts as one address: an IPv6 /64 is one household.
func neighbours(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// enter admits a stream.
func (d *door) enter(from netip.Addr, streams int) error {
	where := neighbours(from)
	switch {
	case d.sessions > 0 && streams >= d.sessions:
		return &StreamError{"policy-violation", "too many sessions"}
	case d.perAddress > 0 && d.open[where] >= d.perAddress:
		return &StreamError{"policy-violation", "too many sessions from this address"}
	case !d.creations.take(time.Now()):
		return &StreamError{"policy-violation", "too many new sessions, try again later"}
	}
	d.open[where]++
	return nil
}

func (d *door) leave(from netip.Addr) {
	where := neighbours(from)
	if d.open[where]--; d.open[where] <= 0 {
		delete(d.open, where)
	}
}

// maxMakers bounds the addresses that are remembered.
const maxMakers = 10000

// create admits the making of a visitor's identity: per address as many at
// once as it may have sessions, and as many again in a minute.
func (d *door) create(from netip.Addr, now time.Time) bool {
	if !d.creations.take(now) {
		return false
	}
	if d.perAddress <= 0 {
		return true
	}
	where := neighbours(from)
	b := d.makers[where]
	if b == nil {
		if len(d.makers) >= maxMakers {
			d.forgetMakers(now)
		}
		fresh := newBucket(float64(d.perAddress)/60, d.perAddress)
		b = &fresh
		d.makers[where] = b
	}
	return b.take(now)
}

// forgetMakers drops the addresses that were quiet for a minute, or, when
// there are none, all.
func (d *door) forgetMakers(now time.Time) {
	for where, b := range d.makers {
		if now.Sub(b.at) > time.Minute {
			delete(d.makers, where)
		}
	}
	if len(d.makers) >= maxMakers {
		clear(d.makers)
	}
}

// counters count since the start.
type counters struct {
	opened, refused, bound, stanzas, failed, skipped, visitors atomic.Uint64
}

// Stats are the streams in numbers; counters count since the start.
type Stats struct {
	Streams  int // open, logged in or not
	Visitors int // with at least one tab
	Opened   uint64
	Refused  uint64 // streams and visitors over a limit
	Bound    uint64
	Stanzas  uint64 // received on bound streams
	Failed   uint64 // answered with a stanza error
	Skipped  uint64 // deliveries left out of a tab that lags
	Created  uint64 // identities made by POST /visitor
}

// Stats returns a snapshot.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	streams, visitors := len(h.streams), len(h.visitors)
	h.mu.Unlock()
	c := &h.counts
	return Stats{
		Streams: streams, Visitors: visitors,
		Opened: c.opened.Load(), Refused: c.refused.Load(), Bound: c.bound.Load(), Stanzas: c.stanzas.Load(),
		Failed: c.failed.Load(), Skipped: c.skipped.Load(), Created: c.visitors.Load(),
	}
}
