package c2s

import (
	"strconv"
	"time"

	"frontdesk/desk"
	"frontdesk/wire"
)

// step lets something happen to the tab and does what follows from it; mu is
// held. conclude follows.
func (t *tab) step(e event) turn {
	awaited := t.live.resumable
	e.sent = t.sent
	var do turn
	t.live, do = t.live.step(e, t.hub.wheel.Now())
	if do.news {
		t.tell()
	}
	if do.proven > 0 && t.sm == nil {
		t.confirm(do.proven)
	}
	if do.next != 0 {
		t.hub.wheel.Hasten(&t.alarm, do.next)
	}
	switch {
	case t.live.resumable && !awaited:
		t.hub.detached.Add(1)
	case awaited && !t.live.resumable:
		t.hub.detached.Add(-1)
	}
	return do
}

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
	t.hub.wheel.Drop(&t.alarm)
	if t.sm != nil {
		t.hub.resumable.drop(t.sm.id)
	}
	t.deliveries.clear()
	t.mu.Unlock()
	t.hub.drop(t)
}

// tell posts what the tab has become; mu is held.
func (t *tab) tell() {
	switch t.live.told {
	case present, away:
		t.post(desk.TabOnline{
			Tab: t.desk(), Network: t.network, Away: t.live.told == away, Returning: t.returning,
		})
	case absent, over:
		t.post(desk.TabOffline{Tab: t.desk(), Ended: t.live.told == over})
	}
}

// pageSpoke is an element of the page: it is there.
func (t *tab) pageSpoke(s *stream) {
	t.mu.Lock()
	lost := t.live.lost != 0
	t.mu.Unlock()
	if lost {
		t.of(s, event{kind: pageSpoke})
	}
}

// of does to the tab what the transport of its stream s says; an older stream
// has nothing to say any more.
func (t *tab) of(s *stream, e event) {
	t.mu.Lock()
	if t.stream == s {
		t.step(e)
	}
	t.mu.Unlock()
	t.conclude()
}

// streamEnded takes the end of the transport. A stream that can be resumed is
// kept as long as an open chat is.
func (t *tab) streamEnded(s *stream) {
	t.mu.Lock()
	if t.stream == s {
		e := event{kind: streamEnded}
		if t.sm != nil && t.sm.id != "" {
			e.linger = max(t.hub.opts.ResumeWithin, t.visitor.linger())
		}
		if t.step(e); t.live.resumable {
			t.conn = nil
		}
	}
	t.mu.Unlock()
	t.conclude()
}

// end makes the transport end the stream, or, where there is none, has the tab
// ended soon; mu is held.
func (t *tab) end(err *StreamError) {
	if t.live.dismissed {
		return
	}
	if t.step(event{kind: tabDismissed}); t.live.told == over {
		t.hub.after(&t.alarm, 0)
		return
	}
	t.stream.conn.Close(err)
}

// ring lets time pass.
func (t *tab) ring() {
	t.mu.Lock()
	e := event{kind: timePassed, linger: t.visitor.linger()}
	socket := t.stream.socket
	if socket != nil {
		e.lastBytes = t.hub.wheel.At(socket.LastBytes())
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
	case t.conn == nil:
	case t.sm != nil:
		t.writeElement(wire.New(wire.NSSM, "r", nil))
	default:
		t.conn.Send(wire.AppendIQ(nil, wire.NSClient, &wire.IQ{
			Header: wire.Header{
				From: t.hub.opts.Domain, ID: pingID + strconv.FormatUint(uint64(t.live.page.asked), 10), Type: "get",
			},
			Payload: wire.New(wire.NSPing, "ping", nil),
		}))
	}
}

// askBrowser pings below the page; the answer proves so many payloads.
func (t *tab) askBrowser(socket Socket, proves uint64) {
	s := t.stream
	socket.Ping(func() { t.of(s, event{kind: browserAnswered, n: proves}) })
}

// linger is how long a session outlives a lost link because of an open chat.
func (v *visitor) linger() time.Duration { return time.Duration(v.tenure.Load()) }
