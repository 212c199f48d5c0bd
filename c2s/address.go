package c2s

import (
	"fmt"
	"strings"

	"mellium.im/xmpp/jid"

	"frontdesk/roster"
)

// targetKind is what a visitor's stanza is addressed to. A visitor reaches nothing
// else than these: everything that is none of them is nowhere, and answered
// the same way whether it exists or not.
type targetKind uint8

const (
	nowhere targetKind = iota
	toNone             // no address
	toDomain
	toQueue
	toAgent // a resource of a queue
	toSelf  // the visitor's own address, bare or full
)

type target struct {
	kind  targetKind
	queue string // its name; "" for the default one
	agent string // the agent's display name
}

// resolve says what to means for the visitor.
func (h *Hub) resolve(v roster.VisitorJID, to string) target {
	if to == "" {
		return target{kind: toNone}
	}
	if found := h.lookUp(v, to); found.kind != nowhere {
		return found
	}
	// The spelling may differ: case, width, a trailing dot.
	address, err := jid.Parse(to)
	if err != nil {
		return target{}
	}
	domain, err := normalDomain(address.Domainpart())
	if err != nil || domain != h.domain {
		return target{}
	}
	plain := h.opts.Domain
	if local := address.Localpart(); local != "" {
		plain = local + "@" + plain
	}
	if resource := address.Resourcepart(); resource != "" {
		plain += "/" + resource
	}
	return h.lookUp(v, plain)
}

// lookUp finds an address in the one spelling that we give out.
func (h *Hub) lookUp(v roster.VisitorJID, to string) target {
	bare, resource, full := strings.Cut(to, "/")
	switch {
	case bare == string(v):
		return target{kind: toSelf}
	case bare == h.opts.Domain && !full:
		return target{kind: toDomain}
	}
	dir := h.dir.Load()
	local, domain, _ := strings.Cut(bare, "@")
	if domain != h.opts.Domain || !dir.has(local) {
		return target{}
	}
	if full {
		return target{toAgent, local, dir.agent(local, resource)}
	}
	return target{kind: toQueue, queue: local}
}

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

// isFrom tells whether from is the bare or the full address of the tab.
func (t *tab) isFrom(from string) bool {
	if from == "" || from == t.jid || from == string(t.visitor.jid) {
		return true
	}
	address, err := jid.Parse(from)
	if err != nil {
		return false
	}
	domain, err := normalDomain(address.Domainpart())
	return err == nil && domain == t.hub.domain && address.Localpart() == t.visitor.jid.Local() &&
		(address.Resourcepart() == "" || address.Resourcepart() == t.resource)
}
