package engine

import (
	"context"
	"sync"

	"frontdesk/desk"
	"frontdesk/roster"
)

// recall looks up for the desk, beside its goroutine, what it wants to know of
// the store. When too much is asked, some is not looked up: the desk asks again
// for what it needs, and does without the rest.
type recall struct {
	store   Archive
	post    func(desk.Event)
	asked   chan func(context.Context) (desk.Event, bool)
	cancel  context.CancelFunc
	working sync.WaitGroup
}

func newRecall(store Archive, post func(desk.Event)) *recall {
	return &recall{store: store, post: post, asked: make(chan func(context.Context) (desk.Event, bool), 256)}
}

func (r *recall) start() {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.working.Go(func() {
		for {
			select {
			case look := <-r.asked:
				if event, ok := look(ctx); ok {
					r.post(event)
				}
			case <-ctx.Done():
				return
			}
		}
	})
}

func (r *recall) ask(look func(context.Context) (desk.Event, bool)) {
	select {
	case r.asked <- look:
	default:
	}
}

// visitor looks up who talked with a visitor last.
func (r *recall) visitor(v roster.VisitorJID) {
	r.ask(func(ctx context.Context) (desk.Event, bool) {
		last, ok, err := r.store.LastChat(ctx, v)
		return desk.Recalled{Visitor: v, Agent: last.Agent}, err == nil && ok && last.Agent != ""
	})
}

// seats reads how many seats of an agent are taken.
func (r *recall) seats(a roster.AgentJID) {
	r.ask(func(ctx context.Context) (desk.Event, bool) {
		taken, err := r.store.SeatsTaken(ctx, a)
		return desk.SeatsRead{Agent: a, Taken: taken}, err == nil
	})
}
