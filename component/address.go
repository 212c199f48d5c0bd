package component

import (
	"strings"
	"unicode/utf8"
)

// maxAddress is the longest JID in bytes: three parts of 1023 (RFC 7622 §3.1).
const maxAddress = 3*1023 + 2

// address is a JID cut into its parts (RFC 7622 §3.1) without preparation: the
// server has prepared what it sends, and preparing it again may refuse or
// change what is good.
type address struct{ local, domain, resource string }

// split cuts a JID at the first slash, then at the first at sign.
func split(s string) address {
	bare, resource, _ := strings.Cut(s, "/")
	local, domain, at := strings.Cut(bare, "@")
	if !at {
		local, domain = "", bare
	}
	return address{local, lowerASCII(domain), resource}
}

// bare returns the JID without its resource.
func (a address) bare() string {
	if a.local == "" {
		return a.domain
	}
	return a.local + "@" + a.domain
}

// full puts a resource behind a bare JID when there is one.
func full(bare, resource string) string {
	if resource == "" {
		return bare
	}
	return bare + "/" + resource
}

// lowerASCII lowers A to Z alone; in most cases it returns s itself.
func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return strings.Map(lowerRune, s)
		}
	}
	return s
}

func lowerRune(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// sendable tells whether a stanza may carry the address: a server ends the
// whole link for a bad one.
func sendable(s string) bool {
	a := split(s)
	return len(s) <= maxAddress && utf8.ValidString(s) && a.domain != "" &&
		!strings.HasPrefix(s, "@") && (a.resource != "" || !strings.HasSuffix(s, "/")) && cleanPart(a.local) && cleanPart(a.domain) && cleanResource(a.resource)
}

// cleanPart refuses what RFC 7622 §3.3.1 and §3.2 keep out of localparts and
// domainparts.
func cleanPart(s string) bool {
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == utf8.RuneError || strings.ContainsRune("\"&'/:<>@", r) {
			return false
		}
	}
	return true
}

func cleanResource(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return false
		}
	}
	return true
}
