package desk

import "frontdesk/chat"

// Tick says that time has passed; a late, early or doubled one does no harm.
type Tick struct{}

func (Tick) happen(d *Desk) {
	d.expire()
	due := d.due.take(d.at)
	inReverse(due)
	for _, c := range due {
		d.step(c, chat.Tick{Others: d.link.up && d.seats.others(c)})
		if c.State != chat.Closed {
			d.due.fix(c)
		}
	}
	for _, c := range due {
		d.serve(c.Queue)
	}
	d.askSeats()
	d.tellDirectory()
}
