package component

import (
	"sync"

	"frontdesk/roster"
)

// following is the set of agents whose presence the desk wants; only they may
// have the desk in their contact list. It outlives connections. Its methods
// may be called by any goroutine.
type following struct {
	mu     sync.Mutex
	agents map[roster.AgentJID]bool
}

func (f *following) add(a roster.AgentJID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.agents == nil {
		f.agents = make(map[roster.AgentJID]bool)
	}
	f.agents[a] = true
}

func (f *following) remove(a roster.AgentJID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.agents, a)
}

func (f *following) has(a roster.AgentJID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.agents[a]
}

// probes are the agents whose answer to a probe is awaited on this connection.
// Its methods may be called by any goroutine.
type probes struct {
	mu    sync.Mutex
	again map[roster.AgentJID]bool // ask her again when we may not see her
}

func newProbes() *probes { return &probes{again: make(map[roster.AgentJID]bool)} }

func (p *probes) sent(a roster.AgentJID, again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.again) < maxKnown {
		p.again[a] = again
	}
}

// answered takes an answer. It tells whether one was awaited, and whether she
// has to be asked again should it say that we may not see her.
func (p *probes) answered(a roster.AgentJID) (awaited, again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	again, awaited = p.again[a]
	delete(p.again, a)
	return awaited, again
}
