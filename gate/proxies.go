package gate

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"frontdesk/roster"
)

// proxies are the reverse proxies that are believed when they say who sent a
// request.
type proxies []netip.Prefix

// remote is the address a request comes from: behind trusted proxies the last
// one in X-Forwarded-For that is not one of theirs.
func (p proxies) remote(r *http.Request) netip.Addr {
	addr := connectedFrom(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trust(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}

// secure tells whether a request came over TLS, to us or to a trusted proxy.
func (p proxies) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if !p.trust(connectedFrom(r)) {
		return false
	}
	protos := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(protos[len(protos)-1]), "https")
}

// trust tells whether an address is one of the proxies.
func (p proxies) trust(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(a) })
}

// connectedFrom is the address the connection comes from.
func connectedFrom(r *http.Request) netip.Addr {
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(r.RemoteAddr)
	return addr.Unmap().WithZone("")
}

// neighbours is what counts as one address: an IPv6 /64 is one household.
func neighbours(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // no address has the zero prefix
	return p
}

// network is neighbours as others count by it.
func network(a netip.Addr) roster.Network {
	if p := neighbours(a); p.IsValid() {
		return roster.Network(p.String())
	}
	return ""
}
