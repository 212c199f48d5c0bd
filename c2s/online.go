package c2s

import (
	"strconv"

	"frontdesk/wire"
)

// happens is step for who does not hold mu.
func (t *tab) happens(e event) {
	t.mu.Lock()
	t.step(e)
	t.mu.Unlock()
	t.conclude()
}

// conclude ends what step began, with mu not held: it forgets a tab that is
// over, and posts what there is to post.
func (t *tab) conclude() {
	t.mu.Lock()
	over := t.live.told == over
	t.mu.Unlock()
	if over {
		t.forget()
	}
	t.flush()
}

// forget drops what is over; idempotent.
func (t *tab) forget() {
	t.mu.Lock()
	t.core.wheel.Drop(&t.alarm)
	resumption := ""
	if t.sm != nil {
		resumption = t.sm.id
	}
	t.deliveries.clear()
	t.mu.Unlock()
	t.visitor.home.forget(t, resumption)
}

// pageSpoke is an element of the page: it is there.
func (t *tab) pageSpoke(c *connection) {
	t.mu.Lock()
	lost := t.live.lost != 0
	t.mu.Unlock()
	if lost {
		t.of(c, event{kind: pageSpoke})
	}
}

// of does to the tab what the transport of its connection c says; an older one
// has nothing to say any more.
func (t *tab) of(c *connection, e event) {
	t.mu.Lock()
	if t.on == c {
		t.step(e)
	}
	t.mu.Unlock()
	t.conclude()
}

// streamEnded takes the end of the transport. A stream that can be resumed is
// kept as long as an open chat is.
func (t *tab) streamEnded(c *connection) {
	t.mu.Lock()
	if t.on == c {
		e := event{kind: streamEnded}
		if t.sm != nil && t.sm.id != "" {
			e.linger = max(t.core.opts.ResumeWithin, t.visitor.linger())
		}
		t.step(e)
		t.silent = t.live.resumable
	}
	t.mu.Unlock()
	t.conclude()
}

// ring lets time pass.
func (t *tab) ring() {
	t.mu.Lock()
	e := event{kind: timePassed, linger: t.visitor.linger()}
	socket := t.on.socket
	if socket != nil {
		e.lastBytes = t.core.wheel.At(socket.LastBytes())
	}
	do := t.step(e)
	if do.ask {
		t.askPage()
	}
	if do.ping {
		t.askBrowser(socket, do.ripe)
	}
	if do.drop {
		socket.Drop()
	}
	t.mu.Unlock()
	t.conclude()
}

const pingID = "are-you-there-" // begins the id of our pings

// askPage sends an XMPP ping (XEP-0199), or where stanzas are counted a request
// for the count: a stanza of ours would spoil it. mu is held.
func (t *tab) askPage() {
	switch {
	case t.silent:
	case t.sm != nil:
		t.writeElement(wire.New(wire.NSSM, "r", nil))
	default:
		t.on.Send(wire.AppendIQ(nil, wire.NSClient, &wire.IQ{
			Header: wire.Header{
				From: t.core.opts.Domain, ID: pingID + strconv.FormatUint(uint64(t.live.page.asked), 10), Type: "get",
			},
			Payload: wire.New(wire.NSPing, "ping", nil),
		}))
	}
}

// askBrowser pings below the page; the answer proves so many payloads.
func (t *tab) askBrowser(socket Socket, proves uint64) {
	c := t.on
	socket.Ping(func() { t.of(c, event{kind: browserAnswered, n: proves}) })
}

func (t *tab) dismiss(all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case all:
		t.end(&StreamError{"policy-violation", "ended by the desk"})
	case t.live.lost != 0:
		t.end(nil)
	}
}
