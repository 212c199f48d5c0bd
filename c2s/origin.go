package c2s

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Origins decides which web pages may use us. It is fixed once made, and safe
// for concurrent use.
type Origins struct {
	any  bool
	own  bool     // pages of the host that was asked
	list []string // as browsers write them
}

// NewOrigins returns the rule for a list of origins: "*" is any, an empty list
// is the host that was asked and publicURL ("" for none).
func NewOrigins(list []string, publicURL string) *Origins {
	o := &Origins{any: slices.Contains(list, "*"), own: len(list) == 0}
	if o.own && publicURL != "" {
		list = []string{publicURL}
	}
	for _, v := range list {
		o.list = append(o.list, normalOrigin(v))
	}
	return o
}

// Allowed tells whether the page that sent r may use us. A request without
// Origin comes from no page.
func (o *Origins) Allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || o.any || slices.Contains(o.list, origin) {
		return true
	}
	return o.own && (origin == normalOrigin("https://"+r.Host) || origin == normalOrigin("http://"+r.Host))
}

// SetHeaders lets a page that is allowed read the answer: its very origin is
// named, and never credentials of the browser's.
func (o *Origins) SetHeaders(h http.Header, r *http.Request) {
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && o.Allowed(r) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
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
