// Package gate is the door from the web. It says of an HTTP request whose site
// it comes from, from which address, and whether it came over TLS; it counts
// streams and sockets of one address and of all; and it makes visitors'
// identities (`/visitor`).
//
// Origins are those of RFC 6454, their answers to browsers those of the Fetch
// standard (CORS). The map: gate.go has the rules, origin.go finds the site,
// proxies.go the address, limits.go the counts and paces, visitor.go serves
// `/visitor`, http.go is what every request passes first.
package gate

import (
	"net/http"
	"net/netip"
	"sync"

	"frontdesk/roster"
)

// Rules are what a [Gate] goes by. For the limits 0 is no limit.
type Rules struct {
	Sites          []roster.Site  // at least one; the first is that of requests from no page
	TrustedProxies []netip.Prefix // believed about X-Forwarded-For and -Proto

	Sessions           int // streams
	SessionsPerAddress int // streams of one IPv4 address or IPv6 /64; also its sockets without one
	CreationsPerSecond int // streams and identities
}

// Gate is the door. Its methods may be called by anybody at any time.
type Gate struct {
	rules   Rules
	proxies proxies
	origins origins

	mu         sync.Mutex // guards what counts
	streams    tally
	sockets    tally // without a stream
	creations  roster.Pace
	perAddress paces // the same of each address
	identities paces
	closed     bool
}

// New returns a gate that is open.
func New(rules Rules) *Gate {
	g := &Gate{
		rules:      rules,
		proxies:    rules.TrustedProxies,
		origins:    newOrigins(rules.Sites),
		streams:    newTally(rules.SessionsPerAddress),
		sockets:    newTally(rules.SessionsPerAddress),
		creations:  roster.NewPace(float64(rules.CreationsPerSecond), rules.CreationsPerSecond),
		identities: newPaces(float64(rules.SessionsPerAddress)/60, rules.SessionsPerAddress),
	}
	if each := rules.CreationsPerSecond; each > 0 {
		g.perAddress = newPaces(float64(max(minPace, each/paceShare)), max(minPaceBurst, each/burstShare))
	}
	return g
}

// Close has no identity made any more; streams are refused by whom they are
// opened with.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// Caller is who sends a request, as far as the request tells.
type Caller struct {
	Site    string         // name of the site whose page it is; "": of none that we know
	Remote  netip.Addr     // behind trusted proxies the visitor's own
	Network roster.Network // what visitors are counted by; "": all that is known is a proxy
	Secure  bool           // over TLS, to us or to a trusted proxy
}

// Caller reads a request.
func (g *Gate) Caller(r *http.Request) Caller {
	c := Caller{Remote: g.proxies.remote(r), Secure: g.proxies.secure(r)}
	if site := g.site(r); site != nil {
		c.Site = site.Name
	}
	if !g.proxies.trust(c.Remote) { // behind a proxy may be everybody
		c.Network = network(c.Remote)
	}
	return c
}

// Secure tells whether a request came over TLS, to us or to a trusted proxy.
func (g *Gate) Secure(r *http.Request) bool { return g.proxies.secure(r) }
