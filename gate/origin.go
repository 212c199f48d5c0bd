package gate

import (
	"net/http"
	"net/url"
	"strings"

	"frontdesk/roster"
)

// origins finds the site of a page.
type origins struct {
	byName map[string]*roster.Site // origins as browsers write them
	any    *roster.Site            // of pages from anywhere; nil: of none
	own    *roster.Site            // of pages of the host that was asked; nil: of none
	nobody *roster.Site            // of requests that come from no page
}

func newOrigins(sites []roster.Site) origins {
	o := origins{byName: make(map[string]*roster.Site)}
	for i := range sites {
		site := &sites[i]
		if o.nobody == nil {
			o.nobody = site
		}
		if site.OwnHost {
			o.own = site
		}
		for _, name := range site.Origins {
			if name == "*" {
				o.any = site
			} else {
				o.byName[normalOrigin(name)] = site
			}
		}
	}
	return o
}

// site finds the site whose page sent r; nil: such pages may not use us. A
// request without Origin comes from no page. An opaque origin, "null", is
// nobody's (RFC 6454 §6.1): only "*" allows it.
func (g *Gate) site(r *http.Request) *roster.Site {
	o := &g.origins
	origin := r.Header.Get("Origin")
	switch {
	case origin == "":
		return o.nobody
	case origin == "null":
		return o.any
	case o.byName[origin] != nil:
		return o.byName[origin]
	case o.own != nil && origin == g.ownOrigin(r):
		return o.own
	}
	return o.any
}

// ownOrigin is the origin of pages of the host that was asked, by the way that
// it was asked.
func (g *Gate) ownOrigin(r *http.Request) string {
	if g.proxies.secure(r) {
		return normalOrigin("https://" + r.Host)
	}
	return normalOrigin("http://" + r.Host)
}

// Allowed tells whether the page that sent r may use us.
func (g *Gate) Allowed(r *http.Request) bool { return g.site(r) != nil }

// SetHeaders lets a page that is allowed read the answer: where not any may,
// its very origin is named, and never credentials of the browser's.
func (g *Gate) SetHeaders(h http.Header, r *http.Request) {
	if g.origins.any != nil {
		h.Set("Access-Control-Allow-Origin", "*")
		return
	}
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && g.Allowed(r) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// Preflight answers the question of a browser whether a page may ask us, with
// these methods and headers. [Gate.SetHeaders] has said which page.
func Preflight(w http.ResponseWriter, methods, headers string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", headers)
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// normalOrigin writes an origin as browsers do (RFC 6454 §6.2): lower case, no
// default port, nothing behind it.
func normalOrigin(v string) string {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" {
		return v
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host
}
