package component

import (
	"frontdesk/desk"
	"frontdesk/link"
)

// Desk is where events go. Post may be called by any goroutine; it may wait
// for room, and the link is then read no further.
type Desk interface {
	Post(desk.Event)
}

// conn is one connection of the link; [link.Conn] is one.
type conn interface {
	// Answer sends a ready stanza and may wait for room.
	Answer(stanza []byte)
	// Send queues what is built later, when its turn has come; it never blocks.
	Send(items []link.Item)
}
