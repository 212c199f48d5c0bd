package desk

// Committed says that the changes of all turns up to a number are written.
// Granted has the outcome of each ClaimSeat among them, in order.
type Committed struct {
	Through uint64
	Granted []bool
}

func (e Committed) happen(d *Desk) {
	effects, claims := d.held.through(e.Through)
	for _, h := range effects {
		d.release(h.Effect)
	}
	for i, c := range claims {
		d.claimed(c, i < len(e.Granted) && e.Granted[i])
	}
}

// release has an effect carried out whose changes are written. What is meant
// for the link is dropped while none is attached: it is told anew then.
func (d *turn) release(e Effect) {
	switch e := e.(type) {
	case Words:
		d.releaseWords(e)
	case attach:
		d.attach(e)
	case retract:
		d.outbox.retract(e.contact)
	case accepted:
	case tenure:
		d.emit(Tenured{e.visitor, d.linger(e.visitor)})
	case ToAgent:
		if d.link.attached {
			d.emit(e)
		}
	default:
		d.emit(e)
	}
}

// releaseWords puts words that are kept into the outbox, and as many on the
// link as its window has room for.
func (d *turn) releaseWords(w Words) {
	switch {
	case w.Outbox > 0:
		d.outbox.add(w)
		if d.link.attached {
			d.effects = d.outbox.next(d.effects)
		}
	case d.link.attached:
		d.emit(w)
	}
}

// attach opens a link for what is carried out from here on, the outbox from its
// beginning first. It is void when that link is lost already.
func (d *turn) attach(e attach) {
	if d.link.attached = e.number == d.link.number; d.link.attached {
		d.outbox.rewind()
		d.emit(Attached{e.link})
	}
}
