package c2s

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the reverse proxies that are believed when they say who sent a
// request. It is never changed, so it is safe for concurrent use.
type Proxies []netip.Prefix

// Remote is the address a request comes from: behind trusted proxies the last
// one in X-Forwarded-For that is not one of theirs.
func (p Proxies) Remote(r *http.Request) netip.Addr {
	addr := connectedFrom(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.trusts(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}

// Secure tells whether a request came over TLS, to us or to a trusted proxy.
func (p Proxies) Secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if !p.trusts(connectedFrom(r)) {
		return false
	}
	protos := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(protos[len(protos)-1]), "https")
}

// trusts tells whether an address is one of the proxies.
func (p Proxies) trusts(a netip.Addr) bool {
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
