package desk

import (
	"context"
	"sync"

	"frontdesk/roster"
)

// memory looks up, beside the desk's goroutine, who talked last with visitors
// who come back. It is a preference: when too many ask, some are not looked up.
type memory struct {
	desk    *Desk
	asked   chan roster.VisitorJID
	cancel  context.CancelFunc
	working sync.WaitGroup
}

func newMemory(d *Desk) *memory {
	return &memory{desk: d, asked: make(chan roster.VisitorJID, 256)}
}

func (m *memory) start() {
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	m.working.Go(func() {
		for {
			select {
			case v := <-m.asked:
				m.look(ctx, v)
			case <-ctx.Done():
				return
			}
		}
	})
}

// stop waits for the look-up under way. The desk still takes events then.
func (m *memory) stop() {
	m.cancel()
	m.working.Wait()
}

func (m *memory) ask(v roster.VisitorJID) {
	select {
	case m.asked <- v:
	default:
	}
}

func (m *memory) look(ctx context.Context, v roster.VisitorJID) {
	last, ok, err := m.desk.store.LastChat(ctx, v)
	if err != nil || !ok || last.Agent == "" {
		return
	}
	m.desk.Post(recalled{visitor: v, agent: last.Agent})
}

// recalled remembers the agent for the visitor's next chat.
func (d *Desk) recalled(e recalled) {
	if v, ok := d.state.visitors[e.visitor]; ok && v.last == "" {
		v.last = e.agent
	}
}
