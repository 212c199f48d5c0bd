package c2s

import (
	"sync"
	"time"

	"frontdesk/roster"
)

// pace is how fast one visitor may be, in all tabs together.
type pace struct {
	mu       sync.Mutex
	messages roster.Pace
	others   roster.Pace // what carries no text: typing, receipts, pages, names
	name     string
}

func newPace(o Options) *pace {
	return &pace{
		messages: roster.NewPace(o.MessageRate, o.MessageBurst),
		others:   roster.NewPace(2*o.MessageRate, 4*o.MessageBurst),
	}
}

func (p *pace) message(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.messages.Take(now)
}

func (p *pace) other(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.others.Take(now)
}

// rename notes a name and tells whether it is new and may be told.
func (p *pace) rename(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name == p.name || !p.others.Take(time.Now()) {
		return false
	}
	p.name = name
	return true
}
