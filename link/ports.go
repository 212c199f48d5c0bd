package link

import (
	"time"

	"frontdesk/wire"
)

// Handler is what stands on the link for the life of the process; package
// component implements it.
type Handler interface {
	// Open begins what is kept for one connection: it is called right behind the
	// handshake, before anything is read. The connection before is over.
	Open(c *Conn) Receiver
	// Up tells that the connection opened last is proven. number counts those
	// that came so far, from 1. It is called by the reader: nothing is received
	// meanwhile.
	Up(number uint64)
	// Down tells that this connection is over, once for each Up. What was not
	// confirmed may be lost.
	Down()
}

// Receiver takes what one connection brings. A panic in it costs the stanza
// alone.
type Receiver interface {
	// Stanza takes a message, a presence or an iq, except our own barriers and
	// the answers to requests made with [Writer.Request]. It is called by the
	// reader: while it waits nothing is read.
	Stanza(e *wire.Element)
	// Confirmed tells which items of this connection, by their numbers, the server
	// has taken: a barrier has come back that was written behind them. It is told
	// once of each, by the reader.
	Confirmed(numbers []int64)
	// Unsent tells that an item was not written and will not be. It is called by
	// the writer.
	Unsent(number int64)
	// Sweep is called by the writer about every second; it ends what is over its
	// time at now.
	Sweep(w *Writer, now time.Time)
}

// Item is one thing that waits for the writer.
type Item struct {
	// Number > 0 tells the item from others: [Receiver.Confirmed] or
	// [Receiver.Unsent] says what became of it, unless the connection is lost
	// before. 0 wants no such word.
	Number int64
	// Build adds the item's stanzas when their turn has come: what is known by
	// then counts. It tells whether there is nothing left to send of it; an item
	// of which something had to be left out was not sent. It is called once by the
	// writer and must not block; a panic in it costs the item alone.
	Build func(w *Writer) bool
}
