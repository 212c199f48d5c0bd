package component

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"frontdesk/wire"
)

// nsPrivilege is the namespace of XEP-0356 without its version; servers
// announce :1 or :2.
const nsPrivilege = "urn:xmpp:privilege:"

// grant is what one host allows us (XEP-0356 §4).
type grant struct {
	Version  string // of the announcement
	Roster   string // none, get, set, both
	Message  string // none, outgoing
	Presence string // none, managed_entity, roster
	IQ       []string
}

// privileges are those announced on one connection, by host. Its methods may
// be called by any goroutine.
type privileges struct {
	mu     sync.Mutex
	hosts  map[string]grant
	broken map[string]bool // hosts whose roster privilege does not work
}

func newPrivileges() *privileges {
	return &privileges{hosts: make(map[string]grant), broken: make(map[string]bool)}
}

// announced takes a message that may be an announcement of host and tells
// whether it was one.
func (p *privileges) announced(host string, e *wire.Element) bool {
	for _, child := range e.Elements() {
		version, ok := strings.CutPrefix(child.Name.Space, nsPrivilege)
		if !ok || child.Name.Local != "privilege" {
			continue
		}
		p.add(host, readGrant(version, child))
		return true
	}
	return false
}

func (p *privileges) add(host string, g grant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, known := p.hosts[host]; known || len(p.hosts) < maxHosts {
		p.hosts[host] = g
	}
}

func readGrant(version string, privilege *wire.Element) grant {
	g := grant{Version: version}
	for _, perm := range privilege.Elements() {
		if perm.Name.Local != "perm" || perm.Name.Space != privilege.Name.Space {
			continue
		}
		kind := perm.Attr("type")
		switch perm.Attr("access") {
		case "roster":
			g.Roster = kind
		case "message":
			g.Message = kind
		case "presence":
			g.Presence = kind
		case "iq":
			g.IQ = append(g.IQ, namespaces(perm)...)
		}
	}
	return g
}

// namespaces returns the namespaces below an iq permission.
//
// COMPAT: mod_privilege of Prosody nests them in each other.
func namespaces(e *wire.Element) []string {
	var all []string
	for _, child := range e.Elements() {
		if child.Name.Local == "namespace" {
			all = append(all, child.Attr("ns"))
			all = append(all, namespaces(child)...)
		}
	}
	return all
}

// roster tells whether contact lists on host may be written.
func (p *privileges) roster(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	kind := p.hosts[host].Roster
	return (kind == "both" || kind == "set") && !p.broken[host]
}

// markBroken notes that the roster privilege of host does not work, whatever was
// announced; it tells whether that is new.
//
// COMPAT: ejabberd before 23.10 announces it and answers every set with an
// error.
func (p *privileges) markBroken(host string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken[host] || len(p.broken) >= maxHosts {
		return false
	}
	p.broken[host] = true
	return true
}

// of returns what host announced.
func (p *privileges) of(host string) (grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g, ok := p.hosts[host]
	return g, ok
}

// names returns the hosts that announced something.
func (p *privileges) names() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.hosts))
}

// String lists the hosts with what they grant.
func (p *privileges) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, host := range slices.Sorted(maps.Keys(p.hosts)) {
		all = append(all, host+": "+p.hosts[host].String())
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, "; ")
}

// String lists what is granted.
func (g grant) String() string {
	var all []string
	for _, perm := range [][2]string{{"roster", g.Roster}, {"message", g.Message}, {"presence", g.Presence}} {
		if perm[1] != "" && perm[1] != "none" {
			all = append(all, perm[0]+" "+perm[1])
		}
	}
	if len(g.IQ) > 0 {
		all = append(all, "iq "+strings.Join(g.IQ, " "))
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}
