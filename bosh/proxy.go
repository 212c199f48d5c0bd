package bosh

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// peer is the address that the connection comes from.
func peer(r *http.Request) netip.Addr {
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(r.RemoteAddr)
	return addr.Unmap().WithZone("")
}

// trusted reports whether an address is one of our reverse proxies.
func (m *Manager) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(m.opt.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// remote is the client's address: behind trusted proxies the last address in
// X-Forwarded-For that is not one of theirs.
func (m *Manager) remote(r *http.Request) netip.Addr {
	addr := peer(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && m.trusted(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap().WithZone("")
	}
	return addr
}

// secure reports whether the client came over TLS, to us or to a trusted
// proxy.
func (m *Manager) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if !m.trusted(peer(r)) {
		return false
	}
	protos := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
	return strings.EqualFold(strings.TrimSpace(protos[len(protos)-1]), "https")
}
