package bosh

import (
	"time"

	"frontdesk/wire"
)

// answers decides which request gets which answer, and when. It has no lock, no
// clock and no stream, and it never blocks: an exchange is only handed its
// answer.
type answers struct {
	terms
	win window
	out outbox
}

// due decides about the oldest request that may be answered (XEP-0124 §8): there
// is something to send, a younger one has to be answered, more are held than
// agreed, or its time is up.
func (a *answers) due(ready []*slot, now instant) bool {
	for _, sl := range ready {
		if sl.atOnce || sl.live() && sl.arrived.Add(a.wait) <= now {
			return true
		}
	}
	if ready[0].dead {
		return len(ready) > 1
	}
	return countLive(ready) > a.hold || len(a.out.queue) > 0 && !a.win.leavingAfter(ready[0])
}

// gapEnd is when a request has waited too long for a missing rid; pause is what
// the client asked for.
func (a *answers) gapEnd(sl *slot, pause time.Duration) instant {
	wait := a.wait
	if wait == 0 {
		wait = a.opt.Wait
	}
	return a.win.gapEnd(sl, wait, a.life(pause))
}

// answer writes the reply to a request, or keeps it for a repeat when nobody
// is there any more. An empty one leaves the queue to a younger request. False:
// its peer has gone just now.
func (a *answers) answer(sl *slot, now instant, empty bool) bool {
	take := 0
	if !empty && sl.takesPayloads() && !a.win.leavingAfter(sl) {
		take = a.out.fit(len(sl.features))
	}
	sl.reply = a.compose(sl, take)
	if !sl.dead && !sl.ex.answer(a.ctype, sl.reply) {
		sl.dead = true
		return false
	}
	if sl.dead {
		sl.silent = true
	}
	sl.state, sl.sent, sl.features = answered, now, nil
	a.out.take(take)
	sl.fromQueue, sl.lastPayload = take, a.out.taken
	a.win.trim(a.acks)
	return true
}

// compose makes the reply with the first n queued payloads.
func (a *answers) compose(sl *slot, n int) reply {
	attrs := bodyAttrs(sl.report)
	if ack := a.win.settled(); a.acks && ack > sl.rid {
		attrs.setInt("ack", int64(ack))
	}
	r := reply{}
	if sl.features != nil {
		attrs.set("xmlns:stream", wire.NSStreams)
		r.payloads = append(r.payloads, sl.features)
	}
	r.attrs = attrs.String()
	r.payloads = append(r.payloads, a.out.queue[:n]...)
	return r
}

// resolve draws from a request in order what it tells about earlier answers:
// which have surely arrived, and which may be lost with a dying page. It returns
// how many of those had payloads; they are sent again.
func (a *answers) resolve(sl *slot, r *request, now instant) (doubts int64) {
	if a.acks {
		a.acknowledge(sl, r, now)
		return 0
	}
	i := len(a.win.slots) - 1
	for ; i >= 0; i-- {
		old := a.win.slots[i]
		if old.rid >= sl.rid || old.silent || old.leaving || old.open() && (old.dead || r.leaving) {
			continue
		}
		if old.open() || old.sure || !old.closed && !r.leaving {
			break
		}
		if a.out.putBack(old) {
			doubts++
		}
	}
	for ; i >= 0; i-- {
		a.out.confirm(a.win.slots[i])
	}
	return doubts
}

// acknowledge reads a client's acknowledgement (XEP-0124 §9.2). No ack
// attribute means that all answers have arrived.
func (a *answers) acknowledge(sl *slot, r *request, now instant) {
	highest := a.win.highest()
	upTo := highest
	if r.acked {
		upTo = r.ack
	}
	for _, old := range a.win.slots {
		if old.rid <= upTo {
			a.out.confirm(old)
		}
	}
	a.win.acked = max(a.win.acked, upTo)
	a.win.trim(true)
	if upTo < highest {
		sl.report = a.report(upTo+1, now)
	}
}

// report tells the client at once which response it has missed.
func (a *answers) report(rid uint64, now instant) string {
	missed := a.win.find(rid)
	if missed == nil || missed.open() {
		return ""
	}
	var attrs bodyAttrs
	attrs.setInt("report", int64(rid))
	attrs.setInt("time", time.Duration(now-missed.sent).Milliseconds())
	return attrs.String()
}

// keepsTooMuch reports whether the client acknowledges too little.
func (a *answers) keepsTooMuch() bool {
	if !a.acks {
		return false
	}
	n, bytes := a.win.kept()
	return n > maxUnacked || bytes > maxUnackedBytes
}
