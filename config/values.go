package config

import (
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// maxSocketPath is the longest path of a unix socket, in bytes (Linux has 108
// with the final NUL).
const maxSocketPath = 107

func atLeast(es *Errors, key string, d, least time.Duration) {
	if d < least {
		es.add(key, "%s is too short; set %s or more", d, least)
	}
}

func notNegative(es *Errors, key string, n int) {
	if n < 0 {
		es.add(key, "%d is negative; set 0 for no limit, or more", n)
	}
}

func oneOf(es *Errors, key, v string, allowed ...string) {
	if !slices.Contains(allowed, v) {
		es.add(key, "%q is not known; use one of: %s", v, strings.Join(allowed, ", "))
	}
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }

// address checks host:port. To dial it needs a host and a port above 0, to
// listen neither: port 0 is any free one.
func address(es *Errors, key, v string, dial bool) {
	host, port, err := net.SplitHostPort(v)
	if err != nil {
		es.add(key, `%q is not host:port, for example "127.0.0.1:5280"`, v)
		return
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || dial && n == 0 {
		es.add(key, "%q is not a port number up to 65535", port)
	}
	if dial && host == "" || strings.ContainsAny(host, " /@") || hasControl(host) {
		es.add(key, "%q is not a host name or address", host)
	}
}

// domain checks the domainpart of our addresses (RFC 7622 section 3.2).
func domain(es *Errors, key, v string) {
	switch {
	case v == "":
		es.add(key, `is missing; set the component's domain, for example "chat.example.com"`)
	case v != strings.ToLower(v):
		es.add(key, "%q has capital letters; write %q", v, strings.ToLower(v))
	case len(v) > 253 || slices.ContainsFunc(strings.Split(v, "."), badLabel):
		es.add(key, `%q is not a domain name, for example "chat.example.com"`, v)
	}
}

func badLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return true
	}
	return strings.ContainsFunc(label, func(r rune) bool {
		return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// origins checks serialized origins (RFC 6454 section 6.2), or the one word "*".
func origins(es *Errors, key string, list []string) {
	for _, o := range list {
		if o == "*" {
			if len(list) > 1 {
				es.add(key, `"*" is any site; remove it or the others`)
			}
			continue
		}
		if want, ok := origin(o); !ok {
			es.add(key, `%q is not an origin, for example "https://shop.example.com"`, o)
		} else if o != want {
			es.add(key, "%q is more than an origin; write %q", o, want)
		}
	}
}

// origin returns the serialized origin of a web address.
func origin(s string) (string, bool) {
	u, ok := webURL(s)
	if !ok {
		return "", false
	}
	host, port := strings.ToLower(u.Host), u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host, true
}

func webURL(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return nil, false
	}
	return u, u.Scheme == "http" || u.Scheme == "https"
}

func publicURL(es *Errors, key, v string) {
	if v == "" {
		return
	}
	u, ok := webURL(v)
	if !ok || u.RawQuery != "" || u.Fragment != "" {
		es.add(key, `%q is not a web address, for example "https://chat.example.com"`, v)
	}
}

func storeURL(es *Errors, key, v string) {
	path, ok := strings.CutPrefix(v, "sqlite://")
	switch {
	case strings.HasPrefix(v, "postgres://"), strings.HasPrefix(v, "postgresql://"):
		es.add(key, "PostgreSQL is not supported yet; use sqlite:///path/to/frontdesk.db")
	case !ok:
		es.add(key, `%q is not a store; use sqlite:///path/to/frontdesk.db`, v)
	case !filepath.IsAbs(path) || strings.HasSuffix(path, "/"):
		es.add(key, "%q is not the absolute path of a file; write three slashes: sqlite:///path/to/frontdesk.db", v)
	case hasControl(path):
		es.add(key, "the path has a control character in it")
	}
}

func socketPath(es *Errors, key, v string) {
	switch {
	case v == "" || strings.HasSuffix(v, "/"):
		es.add(key, `%q is not the path of a socket, for example "/run/frontdesk/admin.sock"`, v)
	case len(v) > maxSocketPath:
		es.add(key, "the path is longer than %d bytes, more than a socket can have; choose a shorter one", maxSocketPath)
	}
}
