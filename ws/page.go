package ws

import (
	"strconv"
	"strings"

	"frontdesk/c2s"
)

// page is what is known of the script behind the browser. COMPAT: browsers answer
// pings of a WebSocket by themselves, even for a page that is frozen (seen
// with Chromium 156); an answer to an XMPP ping comes from the page. It also
// proves that the page has handled all that was sent before.
type page struct {
	bound   bool
	managed bool // it acknowledges stanzas (XEP-0198)
	answers bool // it has answered before; then only its answers count
	given   uint64
	asked   uint64 // number of the latest ping
	behind  uint64 // payloads sent before it
}

// Namespaces that the page's state is read from.
const (
	nsClient = "jabber:client"
	nsBind   = "urn:ietf:params:xml:ns:xmpp-bind"
	nsSM     = "urn:xmpp:sm:3"
	pingID   = "are-you-there-" // begins the id of our pings
)

// ask sends an XMPP ping (XEP-0199), or where stanzas are counted a request
// for the count; mu is held.
func (c *conn) ask() {
	switch p := &c.page; {
	case p.managed:
		c.enqueue([]byte(`<r xmlns="`+nsSM+`" />`), false)
	case p.bound:
		p.asked++
		p.behind = p.given
		c.enqueue([]byte(`<iq xmlns="`+nsClient+`" from="`+escape(c.e.opt.Domain)+`" id="`+pingID+
			strconv.FormatUint(p.asked, 10)+`" type="get"><ping xmlns="urn:xmpp:ping" /></iq>`), false)
	}
}

// answered tells whether e answers a ping of ours, and how many payloads are
// proven by it; 0: none that were not before. An error is an answer as well.
func (c *conn) answered(e *c2s.Element) (uint64, bool) {
	number, ours := strings.CutPrefix(e.Attr("id"), pingID)
	if !ours || !is(e, nsClient, "iq") || e.Attr("type") != "result" && e.Attr("type") != "error" {
		return 0, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if number != strconv.FormatUint(c.page.asked, 10) {
		return 0, true
	}
	c.page.answers = true
	n := c.page.behind
	if n <= c.proven {
		return 0, true
	}
	c.proven, c.ripens = n, 0
	c.ripen()
	return n, true
}

// notice learns from what the page says.
func (c *conn) notice(e *c2s.Element) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case is(e, nsClient, "iq") && e.Child(nsBind, "bind") != nil:
		c.page = page{bound: true, given: c.page.given}
	case is(e, nsSM, "enable"), is(e, nsSM, "resume"):
		c.page.managed, c.page.answers, c.ripens = true, false, 0
	case is(e, nsSM, "a"):
		c.page.answers = c.page.managed
	}
}
