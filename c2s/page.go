package c2s

import "time"

const (
	proofAfter  = time.Second           // from a payload to the ping that proves its arrival
	gather      = 50 * time.Millisecond // payloads of that time are proven together
	missedPings = 2                     // in a row are a lost link
)

// page is what is known of the script behind a connection that its transport
// does not watch: a WebSocket. It is a part of [liveness].
//
// COMPAT: browsers answer pings of a WebSocket by themselves, even for a page
// that is frozen (seen with Chromium 156); an answer to an XMPP ping comes from
// the page. It also proves that the page has handled all that was sent before.
// Where only the browser answers it does so also for a page that is being left
// and will not see the message any more, but mostly closes such a page's socket
// within a moment: so the ping that proves something comes that much later.
type page struct {
	every     time.Duration // silence after which it is asked; 0: never
	next      instant       // look again then; 0: never
	lastBytes instant       // the last sign of life, as of the last look
	missed    uint8         // pings since then
	answers   bool          // it has answered before: then only its answers count

	asked  uint32 // number of the latest XMPP ping
	behind uint64 // payloads sent before it

	proven uint64  // payloads surely delivered
	ripe   uint64  // the next ping proves so many …
	ripens instant // … when it is sent from then on; 0: nothing is to prove
}

// newPage is the page of a stream that begins.
func newPage(e event, now instant) page {
	if e.every == 0 {
		return page{}
	}
	return page{every: e.every, lastBytes: e.lastBytes, next: now.Add(e.every)}
}

// send notes that payloads were sent.
func (p *page) send(sent uint64, now instant) {
	switch {
	case p.ripens == 0:
		p.ripen(sent, now)
	case now < p.ripens.Add(gather-proofAfter):
		p.ripe = sent
	}
}

// ripen has payloads proven by a ping a moment later.
func (p *page) ripen(sent uint64, now instant) {
	p.ripe, p.ripens = sent, now.Add(proofAfter)
	if p.next != 0 {
		p.next = min(p.next, p.ripens)
	}
}

// prove notes that n of the payloads sent have arrived, and returns n when that
// is news.
func (p *page) prove(n, sent uint64, now instant) uint64 {
	if n <= p.proven {
		return 0
	}
	p.proven, p.ripens = n, 0
	if sent > n {
		p.ripen(sent, now)
	}
	return n
}

// answer takes the page's answer to a ping; an error is one as well. Only that
// to the latest proves something.
func (p *page) answer(e event, now instant) uint64 {
	if e.n != uint64(p.asked) {
		return 0
	}
	p.answers = true
	return p.prove(p.behind, e.sent, now)
}

// look asks a page that is silent, or that has something to prove. Until it is
// known that the page answers, the browser is asked as well. What is missed are
// answers, not time: if this program was stopped itself, nobody is lost.
func (p *page) look(e event, now instant) turn {
	if p.next == 0 || now < p.next {
		return turn{}
	}
	if e.lastBytes != p.lastBytes {
		p.lastBytes, p.missed = e.lastBytes, 0
	}
	var t turn
	quiet, ripe := p.lastBytes.Add(p.every) <= now, p.ripens != 0 && p.ripens <= now
	if quiet || ripe {
		t.ask, t.ping = true, !p.answers
		p.asked++
		p.behind = e.sent
	}
	if ripe {
		t.ripe = p.ripe
	}
	if quiet {
		p.missed++
	}
	p.next = now.Add(p.every)
	if p.missed == 0 {
		p.next = p.lastBytes.Add(p.every)
	}
	if p.ripens > now {
		p.next = min(p.next, p.ripens)
	}
	return t
}
