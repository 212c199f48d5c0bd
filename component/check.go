package component

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/desk"
	"frontdesk/link"
	"frontdesk/roster"
)

// probeWait is how long Check waits for the presence of agents: servers do not
// answer a probe for somebody who may not be seen.
const probeWait = 3 * time.Second

// Check is [link.Check] with a look at what the server grants and at the
// agents' presence.
func Check(ctx context.Context, o link.Options, agents ...roster.AgentJID) ([]link.Finding, error) {
	c := &checker{agents: agents, presences: newPresences()}
	c.Component = New(Options{Domain: o.Domain}, c.presences)
	return link.Check(ctx, o, c, c.look)
}

// checker is one call of Check.
type checker struct {
	*Component
	agents    []roster.AgentJID
	presences *presences
}

// look goes through what the server does for a link that is up.
func (c *checker) look(ctx context.Context, l *link.Conn) []link.Finding {
	c.mu.Lock()
	conn := c.opened
	c.mu.Unlock()
	var found []link.Finding
	for _, host := range c.hosts(conn.granted) {
		found = append(found, l.Version(ctx, host))
	}
	// Servers may announce what they grant a moment after the handshake; by now
	// each of them has answered something.
	for _, host := range c.hosts(conn.granted) {
		found = append(found, privilegesOf(host, conn.granted))
	}
	for _, agent := range c.agents {
		if conn.reaches(string(agent)) {
			conn.sendPresence(c.opts.Domain, string(agent), "probe")
		}
	}
	c.presences.wait(ctx, c.agents)
	for _, agent := range c.agents {
		found = append(found, c.presenceOf(agent))
	}
	return found
}

// hosts are the servers of the agents and those that granted something; with
// neither the host above our domain.
func (c *checker) hosts(granted *privileges) []string {
	all := make(map[string]bool)
	for _, agent := range c.agents {
		all[split(string(agent)).domain] = true
	}
	for _, host := range granted.names() {
		all[host] = true
	}
	if _, parent, ok := strings.Cut(c.opts.Domain, "."); ok && len(all) == 0 {
		all[parent] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// privilegesOf tells what a host grants (XEP-0356).
func privilegesOf(host string, granted *privileges) link.Finding {
	announced, ok := granted.of(host)
	f := link.Finding{Name: "privileges of " + host, OK: true, Detail: announced.String()}
	if !ok {
		f.Detail = "none announced"
	}
	if !granted.roster(host) {
		f.Remedy = "grant the component the roster (XEP-0356); without it visitors have no name and group in contact lists, " +
			"and agents are asked once whether the desk may see them"
	}
	return f
}

// presenceOf tells whether an agent has answered the probe, and how.
func (c *checker) presenceOf(agent roster.AgentJID) link.Finding {
	f := link.Finding{Name: "agent " + string(agent), OK: true}
	switch show, ok := c.presences.of(agent); {
	case !ok:
		f.Detail = "no presence: offline, or the desk may not see it"
		f.Remedy = "let the agent accept the request of " + c.opts.Domain + " in the client, once"
	case show == roster.Unavailable:
		f.Detail = "offline"
	default:
		f.Detail = "online"
	}
	return f
}

// presences is the desk of a check: it listens to presence and says nothing.
// Its methods may be called by any goroutine.
type presences struct {
	mu   sync.Mutex
	best map[roster.AgentJID]roster.Show
	more chan struct{}
}

func newPresences() *presences {
	return &presences{best: make(map[roster.AgentJID]roster.Show), more: make(chan struct{}, 1)}
}

// Post takes an event of the agents' side.
func (p *presences) Post(e desk.Event) {
	heard, ok := e.(desk.AgentPresence)
	if !ok {
		return
	}
	p.mu.Lock()
	if _, known := p.best[heard.Agent]; known || len(p.best) < maxKnown {
		p.best[heard.Agent] = max(p.best[heard.Agent], heard.Presence.Show)
	}
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *presences) of(a roster.AgentJID) (roster.Show, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	show, ok := p.best[a]
	return show, ok
}

// wait waits until all agents were heard of, for probeWait at most.
func (p *presences) wait(ctx context.Context, agents []roster.AgentJID) {
	within, cancel := context.WithTimeout(ctx, probeWait)
	defer cancel()
	missing := func(a roster.AgentJID) bool { _, ok := p.of(a); return !ok }
	for slices.ContainsFunc(agents, missing) {
		select {
		case <-p.more:
		case <-within.Done():
			return
		}
	}
}
