package ws

import "net/netip"

// door bounds the sockets of one address that have not opened a stream: they
// cost us something and have shown nothing.
type door struct {
	most     int
	unopened map[netip.Prefix]int
}

func newDoor(most int) door { return door{most, map[netip.Prefix]int{}} }

// admit counts a socket in; false when its address has too many.
func (e *Endpoint) admit(from netip.Addr) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	where := neighbours(from)
	if e.door.most > 0 && e.door.unopened[where] >= e.door.most {
		return false
	}
	e.door.unopened[where]++
	return true
}

// dismiss counts it out: it has opened a stream, or is over.
func (e *Endpoint) dismiss(from netip.Addr) {
	e.mu.Lock()
	defer e.mu.Unlock()
	where := neighbours(from)
	if e.door.unopened[where]--; e.door.unopened[where] <= 0 {
		delete(e.door.unopened, where)
	}
}

// neighbours is the network that counts as one address: an IPv4 address or an
// IPv6 /64.
func neighbours(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // no address has the zero prefix
	return p
}
