package c2s

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Origins decides which web pages may use us. It is fixed once made, and safe
// for concurrent use.
type Origins struct {
	any     bool
	own     bool     // pages of the host that was asked
	list    []string // as browsers write them
	proxies Proxies
}

// NewOrigins returns the rule for a list of origins: "*" is any, an empty list
// is the host that was asked, with the scheme that the trusted proxies tell, and
// publicURL ("" for none).
func NewOrigins(list []string, publicURL string, trusted ...netip.Prefix) *Origins {
	o := &Origins{any: slices.Contains(list, "*"), own: len(list) == 0, proxies: trusted}
	if o.own && publicURL != "" {
		list = []string{publicURL}
	}
	for _, v := range list {
		o.list = append(o.list, normalOrigin(v))
	}
	return o
}

// Allowed tells whether the page that sent r may use us. A request without
// Origin comes from no page. An opaque origin, "null", is nobody's (RFC 6454
// §6.1): only "*" allows it.
func (o *Origins) Allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	switch {
	case origin == "" || o.any:
		return true
	case origin == "null":
		return false
	case slices.Contains(o.list, origin):
		return true
	}
	scheme := "http://"
	if o.proxies.Secure(r) {
		scheme = "https://"
	}
	return o.own && origin == normalOrigin(scheme+r.Host)
}

// SetHeaders lets a page that is allowed read the answer: where not any may,
// its very origin is named, and never credentials of the browser's.
func (o *Origins) SetHeaders(h http.Header, r *http.Request) {
	if o.any {
		h.Set("Access-Control-Allow-Origin", "*")
		return
	}
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
