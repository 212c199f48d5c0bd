package roster

// Show is how available somebody is, worst first: a greater Show is better
// (RFC 6121 §4.7.2.1).
type Show uint8

// The values of Show.
const (
	Unavailable Show = iota
	DND
	XA
	Away
	Available
	Chat
)

// String returns the word used in JSON and on the command line.
func (s Show) String() string {
	switch s {
	case DND:
		return "dnd"
	case XA:
		return "xa"
	case Away:
		return "away"
	case Available:
		return "available"
	case Chat:
		return "chat"
	case Unavailable:
	}
	return "unavailable"
}

// Presence is what one resource says of itself.
type Presence struct {
	Show     Show
	Status   string
	Priority int8
}

// Resources is the table of an agent's connected clients, by resource.
type Resources map[string]Presence

// Set records p for resource; an unavailable presence removes it. The empty
// resource stands for all of them when p is unavailable.
func (r Resources) Set(resource string, p Presence) {
	switch {
	case p.Show != Unavailable:
		r[resource] = p
	case resource == "":
		clear(r)
	default:
		delete(r, resource)
	}
}

// Best returns the best show among the resources that take messages to the
// bare address (priority >= 0), and Unavailable when there is none.
func (r Resources) Best() Show {
	best := Unavailable
	for _, p := range r {
		if p.Priority >= 0 && p.Show > best {
			best = p.Show
		}
	}
	return best
}
