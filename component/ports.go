package component

import "frontdesk/desk"

// Desk is where the link's events go. Post may be called by any goroutine; it
// may wait for room, and the link then reads no further.
type Desk interface {
	Post(desk.Event)
}
