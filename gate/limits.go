package gate

import (
	"errors"
	"net/netip"
	"time"

	"frontdesk/roster"
)

// Why a stream is not admitted.
var (
	errSessions           = errors.New("too many sessions")
	errSessionsPerAddress = errors.New("too many sessions from this address")
	errCreations          = errors.New("too many new sessions, try again later")
)

// How much of the rate of creations one address may use, for long and at once:
// a share of it, but never less than a few.
const (
	paceShare    = 10
	burstShare   = 2
	minPace      = 5
	minPaceBurst = 20
)

// maxPaces bounds the addresses that are remembered.
const maxPaces = 10000

// Enter admits a stream to those that are open already. The error says why not,
// in words for the visitor; without one, Leave follows.
func (g *Gate) Enter(from netip.Addr, open int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	where := neighbours(from)
	switch {
	case g.rules.Sessions > 0 && open >= g.rules.Sessions:
		return errSessions
	case g.streams.full(where):
		return errSessionsPerAddress
	case !g.create(where, time.Now()):
		return errCreations
	}
	g.streams.add(where)
	return nil
}

// Leave counts a stream out.
func (g *Gate) Leave(from netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.streams.remove(neighbours(from))
}

// EnterSocket admits a socket that has not opened a stream: it costs us
// something and has shown nothing. False: its address has too many. Otherwise
// LeaveSocket follows.
func (g *Gate) EnterSocket(from netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	where := neighbours(from)
	if g.sockets.full(where) {
		return false
	}
	g.sockets.add(where)
	return true
}

// LeaveSocket counts a socket out: it has opened a stream, or is over.
func (g *Gate) LeaveSocket(from netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sockets.remove(neighbours(from))
}

// create counts one creation; that of the address first, so that nobody uses
// up what is there for all. mu is held.
func (g *Gate) create(where netip.Prefix, now time.Time) bool {
	return g.perAddress.take(where, now) && g.creations.Take(now)
}

// identify admits the making of a visitor's identity: per address as many at
// once as it may have sessions, and as many again in a minute. open: false when
// the gate is closed.
func (g *Gate) identify(from netip.Addr, now time.Time) (admitted, open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	where := neighbours(from)
	return !g.closed && g.identities.take(where, now) && g.create(where, now), !g.closed
}

// tally counts what each address has.
type tally struct {
	most int // of one address; 0: no limit
	has  map[netip.Prefix]int
}

func newTally(most int) tally { return tally{most, make(map[netip.Prefix]int)} }

func (t *tally) full(where netip.Prefix) bool { return t.most > 0 && t.has[where] >= t.most }
func (t *tally) add(where netip.Prefix)       { t.has[where]++ }

func (t *tally) remove(where netip.Prefix) {
	if t.has[where]--; t.has[where] <= 0 {
		delete(t.has, where)
	}
}

// paces are a pace for each address. The zero value lets everything pass.
type paces struct {
	fresh roster.Pace
	by    map[netip.Prefix]*roster.Pace
}

func newPaces(rate float64, burst int) paces {
	return paces{roster.NewPace(rate, burst), make(map[netip.Prefix]*roster.Pace)}
}

func (p *paces) take(where netip.Prefix, now time.Time) bool {
	if p.fresh.Unbounded() {
		return true
	}
	one := p.by[where]
	if one == nil {
		if len(p.by) >= maxPaces {
			p.forget(now)
		}
		fresh := p.fresh
		one = &fresh
		p.by[where] = one
	}
	return one.Take(now)
}

// forget drops the addresses that were quiet for a minute, or, when there are
// none, all.
func (p *paces) forget(now time.Time) {
	for where, one := range p.by {
		if one.Quiet(now.Add(-time.Minute)) {
			delete(p.by, where)
		}
	}
	if len(p.by) >= maxPaces {
		clear(p.by)
	}
}
