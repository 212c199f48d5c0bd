package component

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wire"
)

// hosts are the servers of the agents and those that granted something; with
// neither the host above our domain.
func (c *checker) hosts() []string {
	all := make(map[string]bool)
	for _, agent := range c.agents {
		all[split(string(agent)).domain] = true
	}
	for _, host := range c.conn.granted.names() {
		all[host] = true
	}
	if _, parent, ok := strings.Cut(c.opts.Domain, "."); ok && len(all) == 0 {
		all[parent] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// privileges tells what a host grants (XEP-0356).
func (c *checker) privileges(host string) {
	granted, ok := c.conn.granted.of(host)
	f := Finding{Name: "privileges of " + host, OK: true, Detail: granted.String()}
	if !ok {
		f.Detail = "none announced"
	}
	if !c.conn.granted.roster(host) {
		f.Remedy = "grant the component the roster (XEP-0356); without it visitors have no name and group in contact lists, " +
			"and agents are asked once whether the desk may see them"
	}
	c.add(f)
}

// version asks a host what it runs (XEP-0092) and looks it up.
func (c *checker) version(ctx context.Context, host string) {
	f := Finding{Name: "version of " + host, OK: true}
	query, err := c.ask(ctx, host, wire.New(wire.NSVersion, "query", nil))
	if err != nil {
		f.Detail = "not told (" + err.Error() + ")"
		c.add(f)
		return
	}
	name, version := childText(query, "name"), childText(query, "version")
	f.Detail = strings.TrimSpace(name + " " + version)
	if a := advice(name, version); a != "" {
		f.Detail += ": " + a
		f.Remedy = "update the XMPP server, unless its package has the fix already"
	}
	c.add(f)
}

func childText(e *wire.Element, local string) string {
	if child := e.Child(e.Name.Space, local); child != nil {
		return child.Text()
	}
	return ""
}

// ask sends a get from our domain and waits for its answer.
func (c *checker) ask(ctx context.Context, to string, payload *wire.Element) (*wire.Element, error) {
	type outcome struct {
		answer wire.IQ
		err    error
	}
	got := make(chan outcome, 1)
	id := c.conn.asked.add(to, time.Now().Add(c.opts.Timings.Answer),
		func(answer wire.IQ, err error) { got <- outcome{answer, err} })
	c.conn.answer(wire.AppendIQ(nil, wire.NSAccept, &wire.IQ{
		Header:  wire.Header{From: c.opts.Domain, To: to, ID: id, Type: "get"},
		Payload: payload,
	}))
	select {
	case o := <-got:
		switch {
		case o.err != nil:
			return nil, o.err
		case o.answer.Error != nil:
			return nil, fmt.Errorf("%s answers %s", to, o.answer.Error.Condition)
		case o.answer.Payload == nil:
			return nil, fmt.Errorf("%s answers nothing", to)
		}
		return o.answer.Payload, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// presence probes the agents and tells who answered.
func (c *checker) presence(ctx context.Context) {
	for _, agent := range c.agents {
		if c.conn.reaches(string(agent)) {
			c.conn.tell(c.opts.Domain, string(agent), "probe")
		}
	}
	c.heard.wait(ctx, c.agents)
	for _, agent := range c.agents {
		f := Finding{Name: "agent " + string(agent), OK: true}
		switch show, ok := c.heard.of(agent); {
		case !ok:
			f.Detail = "no presence: offline, or the desk may not see it"
			f.Remedy = "let the agent accept the request of " + c.opts.Domain + " in the client, once"
		case show == roster.Unavailable:
			f.Detail = "offline"
		default:
			f.Detail = "online"
		}
		c.add(f)
	}
}

// heard is the desk of a check: it listens to presence and says nothing. Its
// methods may be called by any goroutine.
type heard struct {
	mu   sync.Mutex
	best map[roster.AgentJID]roster.Show
	more chan struct{}
}

func newHeard() *heard {
	return &heard{best: make(map[roster.AgentJID]roster.Show), more: make(chan struct{}, 1)}
}

// Post takes an event of the link.
func (h *heard) Post(e desk.Event) {
	p, ok := e.(desk.AgentPresence)
	if !ok {
		return
	}
	h.mu.Lock()
	if _, known := h.best[p.Agent]; known || len(h.best) < maxKnown {
		h.best[p.Agent] = max(h.best[p.Agent], p.Presence.Show)
	}
	h.mu.Unlock()
	select {
	case h.more <- struct{}{}:
	default:
	}
}

func (h *heard) of(a roster.AgentJID) (roster.Show, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	show, ok := h.best[a]
	return show, ok
}

// wait waits until all agents were heard of, for probeWait at most.
func (h *heard) wait(ctx context.Context, agents []roster.AgentJID) {
	within, cancel := context.WithTimeout(ctx, probeWait)
	defer cancel()
	missing := func(a roster.AgentJID) bool { _, ok := h.of(a); return !ok }
	for slices.ContainsFunc(agents, missing) {
		select {
		case <-h.more:
		case <-within.Done():
			return
		}
	}
}
