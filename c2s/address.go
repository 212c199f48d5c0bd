package c2s

import (
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
func (c *core) resolve(v roster.VisitorJID, to string) target {
	if to == "" {
		return target{kind: toNone}
	}
	if found := c.lookUp(v, to); found.kind != nowhere {
		return found
	}
	// The spelling may differ: case, width, a trailing dot.
	address, err := jid.Parse(to)
	if err != nil {
		return target{}
	}
	domain, err := normalDomain(address.Domainpart())
	if err != nil || domain != c.domain {
		return target{}
	}
	plain := c.opts.Domain
	if local := address.Localpart(); local != "" {
		plain = local + "@" + plain
	}
	if resource := address.Resourcepart(); resource != "" {
		plain += "/" + resource
	}
	return c.lookUp(v, plain)
}

// lookUp finds an address in the one spelling that we give out.
func (c *core) lookUp(v roster.VisitorJID, to string) target {
	bare, resource, full := strings.Cut(to, "/")
	switch {
	case bare == string(v):
		return target{kind: toSelf}
	case bare == c.opts.Domain && !full:
		return target{kind: toDomain}
	}
	dir := c.dir.Load()
	local, domain, _ := strings.Cut(bare, "@")
	if domain != c.opts.Domain || !dir.has(local) {
		return target{}
	}
	if full {
		return target{toAgent, local, dir.agent(local, resource)}
	}
	return target{kind: toQueue, queue: local}
}
