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
