package bosh

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// origins decides which pages may use us. The decision is made on every
// request, not only on preflights: a text/plain request has none.
type origins struct {
	any  bool
	list []string // as browsers write them
	same bool     // the host that was asked for is allowed
}

// newOrigins reads the configured list; an empty one allows our own pages.
func newOrigins(list []string, publicURL string) origins {
	o := origins{any: slices.Contains(list, "*"), same: len(list) == 0}
	for _, v := range list {
		o.list = append(o.list, normalOrigin(v))
	}
	if len(list) == 0 && publicURL != "" {
		o.list = append(o.list, normalOrigin(publicURL))
	}
	return o
}

// normalOrigin writes an origin as browsers do: scheme and host in lower
// case, no default port, nothing after it (RFC 6454 §6.2).
func normalOrigin(v string) string {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" {
		return v
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return strings.ToLower(u.Scheme) + "://" + host
}

// grant sets the headers for the page that asks and reports whether it may. A
// request without Origin is not from a page.
func (o *origins) grant(h http.Header, r *http.Request, secure bool) bool {
	if o.any {
		h.Set("Access-Control-Allow-Origin", "*")
		return true
	}
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if origin == "null" || !o.allows(origin, r, secure) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	return true
}

func (o *origins) allows(origin string, r *http.Request, secure bool) bool {
	if slices.Contains(o.list, origin) {
		return true
	}
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	return o.same && origin == normalOrigin(scheme+r.Host)
}

// preflight answers the question of a browser whether a page may ask us.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "Content-Type, Content-Encoding")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}
