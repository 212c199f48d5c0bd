package desk

// Committed says that the changes of all turns up to a number are written.
// Granted has the outcome of each ClaimSeat among them, in order.
type Committed struct {
	Through uint64
	Granted []bool
}

func (e Committed) happen(d *Desk) {
	for effect, ok := d.held.next(e.Through); ok; effect, ok = d.held.next(e.Through) {
		d.release(effect)
	}
	for _, granted := range e.Granted {
		if c, ok := d.held.nextClaim(e.Through); ok {
			d.claimed(c, granted)
		}
	}
}

// release has an effect carried out whose changes are written. What is meant
// for the link is dropped while none is attached: it is told anew then.
func (d *turn) release(whole Effect) {
	switch e := whole.(type) {
	case Words:
		d.releaseWords(e.Outbox, whole)
	case attach:
		d.attach(e)
	case retract:
		d.outbox.retract(e.contact)
	case accepted:
	case tenure:
		d.emit(Tenured{e.visitor, d.linger(e.visitor)})
	case ToAgent:
		if d.link.attached {
			d.emit(whole)
		}
	default:
		d.emit(whole)
	}
}

// releaseWords puts words that are kept into the outbox, and as many on the
// link as its window has room for.
func (d *turn) releaseWords(number int64, words Effect) {
	switch {
	case number > 0:
		d.outbox.add(number, words)
		if d.link.attached {
			d.effects = d.outbox.next(d.effects)
		}
	case d.link.attached:
		d.emit(words)
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
