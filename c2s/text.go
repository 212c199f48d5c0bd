package c2s

import (
	"crypto/rand"
	"fmt"
	"strings"

	"mellium.im/xmpp/jid"
)

// normalDomain brings a domain into the form in which domains are compared
// (RFC 7622 §3.2): lower case, no trailing dot, U-labels.
func normalDomain(domain string) (string, error) {
	address, err := jid.New("", strings.ToLower(strings.TrimSuffix(domain, ".")), "")
	if err != nil {
		return "", fmt.Errorf("read domain: %w", err)
	}
	return address.Domainpart(), nil
}

// normalResource brings a resource into the form of RFC 7622 §3.4.
func normalResource(resource string) (string, error) {
	address, err := jid.New("", "localhost", resource)
	if err != nil {
		return "", fmt.Errorf("read resource: %w", err)
	}
	return address.Resourcepart(), nil
}

// childText is the text of a child in the namespace of its parent.
func childText(e *Element, local string) string {
	if child := e.Child(e.Name.Space, local); child != nil {
		return child.Text()
	}
	return ""
}

// newStreamID returns 125 random bits.
func newStreamID() string { return randomName(25) }

// randomName returns n lower-case base32 characters, 5 random bits each; at
// most 26.
func randomName(n int) string { return strings.ToLower(rand.Text()[:n]) }
