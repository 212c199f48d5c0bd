package c2s

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Origins decides which web pages may use us. It is fixed once made, and safe
// for concurrent use. The zero value allows the pages of our own host.
type Origins struct {
	any  bool
	list []string // as browsers write them
}

// NewOrigins returns the rule for a list of origins: "*" is any, an empty list
// is the host that was asked and publicURL ("" for none).
func NewOrigins(list []string, publicURL string) *Origins {
	o := &Origins{any: slices.Contains(list, "*")}
	for _, v := range list {
		o.list = append(o.list, normalOrigin(v))
	}
	return o.withOwn(len(list) == 0, publicURL)
}

// Allowed tells whether the page that sent r may use us. A request without
// Origin comes from no page.
func (o *Origins) Allowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	switch {
	case origin == "" || o.any || slices.Contains(o.list, origin):
		return true
	case origin == "null" || len(o.list) > 0 && !slices.Contains(o.list, sameHost):
		return false
	}
	return origin == normalOrigin("https://"+r.Host) || origin == normalOrigin("http://"+r.Host)
}

// SetHeaders lets a page that is allowed read the answer: its very origin is
// named, and never credentials of the browser's.
func (o *Origins) SetHeaders(h http.Header, r *http.Request) {
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && o.Allowed(r) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// sameHost stands in the list for the host that was asked.
const sameHost = "same host"

func (o *Origins) withOwn(own bool, publicURL string) *Origins {
	if own {
		o.list = append(o.list, sameHost)
		if publicURL != "" {
			o.list = append(o.list, normalOrigin(publicURL))
		}
	}
	return o
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
