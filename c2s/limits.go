package c2s

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/roster"
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
	creations            bucket               // of all
	paces                buckets              // the same of each address
	makers               buckets              // identities of each address
	open                 map[netip.Prefix]int // streams
}

func newDoor(o Options) door {
	d := door{
		sessions: o.Sessions, perAddress: o.SessionsPerAddress,
		creations: newBucket(float64(o.CreationsPerSecond), max(1, o.CreationsPerSecond)),
		makers:    newBuckets(float64(o.SessionsPerAddress)/60, o.SessionsPerAddress),
		open:      make(map[netip.Prefix]int),
	}
	if o.CreationsPerSecond > 0 {
		d.paces = newBuckets(float64(max(minPace, o.CreationsPerSecond/paceShare)),
			max(minPaceBurst, o.CreationsPerSecond/burstShare))
	}
	return d
}

// How much of the rate of creations one address may use, for long and at once:
// a share of it, but never less than a few.
const (
	paceShare    = 10
	burstShare   = 2
	minPace      = 5
	minPaceBurst = 20
)

// buckets are a bucket for each address. The zero value lets everything pass.
type buckets struct {
	fresh bucket
	by    map[netip.Prefix]*bucket
}

// maxBuckets bounds the addresses that are remembered.
const maxBuckets = 10000

func newBuckets(rate float64, burst int) buckets {
	return buckets{newBucket(rate, burst), make(map[netip.Prefix]*bucket)}
}

func (b *buckets) take(where netip.Prefix, now time.Time) bool {
	if b.fresh.rate <= 0 {
		return true
	}
	one := b.by[where]
	if one == nil {
		if len(b.by) >= maxBuckets {
			b.forget(now)
		}
		fresh := b.fresh
		one = &fresh
		b.by[where] = one
	}
	return one.take(now)
}

// forget drops the addresses that were quiet for a minute, or, when there are
// none, all.
func (b *buckets) forget(now time.Time) {
	for where, one := range b.by {
		if now.Sub(one.at) > time.Minute {
			delete(b.by, where)
		}
	}
	if len(b.by) >= maxBuckets {
		clear(b.by)
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

// where is what the desk counts a visitor's chats by: nothing when all that is
// known is a proxy, behind which everybody may be.
func (o *Options) where(a netip.Addr) netip.Prefix {
	if o.TrustedProxies.trusts(a) {
		return netip.Prefix{}
	}
	return neighbours(a)
}

// network is a prefix as the desk counts it.
func network(p netip.Prefix) roster.Network {
	if !p.IsValid() {
		return ""
	}
	return roster.Network(p.String())
}

// enter admits a stream.
func (d *door) enter(from netip.Addr, streams int) error {
	where := neighbours(from)
	switch {
	case d.sessions > 0 && streams >= d.sessions:
		return &StreamError{"policy-violation", "too many sessions"}
	case d.perAddress > 0 && d.open[where] >= d.perAddress:
		return &StreamError{"policy-violation", "too many sessions from this address"}
	case !d.creation(where, time.Now()):
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

// creation counts one creation; that of the address first, so that nobody uses
// up what is there for all.
func (d *door) creation(where netip.Prefix, now time.Time) bool {
	return d.paces.take(where, now) && d.creations.take(now)
}

// create admits the making of a visitor's identity: per address as many at
// once as it may have sessions, and as many again in a minute.
func (d *door) create(from netip.Addr, now time.Time) bool {
	where := neighbours(from)
	return d.makers.take(where, now) && d.creation(where, now)
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
