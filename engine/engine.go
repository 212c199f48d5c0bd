// Package engine runs a desk: one goroutine takes what edges post, steps the
// desk, has the store commit what changed, and carries out what follows once it
// is on disk.
//
//	event -> inbox -> desk.Step -> changes -> batch -> store.Commit
//	                     |                               |
//	                  effects <- desk.Step(Committed) <--+
//	                     |
//	                  Visitors, Agents (ports.go)
//
// When the store refuses a batch, it and all later ones are dropped, the desk is
// loaded again from what the store has, and whoever waited is told to try again.
// The store is asked again after a pause that grows while it refuses; the desk
// may be looked at all the time.
//
// A map, in the order of reading:
//
//	ports              what an engine needs: streams, agents, a store
//	inbox              what waits for the desk
//	recall             what the desk wants to know of the store
//	alarm clock        rings when a deadline is due; the time
//	refusals           when a store that refuses is asked again
//	orders             orders and looks from outside, and their answers
//	engine carry loop  start and stop; effects go to the ports; a round
//	batch reload       changes go to the store; what happens when it fails
package engine

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk/desk"
)

// ErrStopped is wrapped by the errors of orders to an engine that was stopped.
var ErrStopped = errors.New("the desk is stopped")

// inboxSize is how many events may wait for the desk.
const inboxSize = 1 << 16

// Engine runs one desk. Its methods may be called by any goroutine.
type Engine struct {
	store    Store
	visitors Visitors
	agents   Agents
	log      *slog.Logger
	inbox    *inbox
	recall   *recall
	done     chan struct{}
	stop     sync.Once
	running  bool
	clock    clock
	stats    atomic.Pointer[Stats]
	queues   atomic.Pointer[[]desk.QueueView]
	orders   orders

	// Everything below belongs to the goroutine.
	desk     *desk.Desk
	batch    *batch   // under construction
	batches  []*batch // at the store
	toLink   []desk.ToAgent
	alarm    alarm
	refusals refusals
	counts   Stats
}

// Stats counts since the start.
type Stats struct {
	desk.Stats
	Started time.Time
	Events  uint64 // events stepped
	Batches uint64 // batches committed
	Failed  uint64 // batches the store did not take
	Backlog int    // events waiting
}

// New returns an engine for a desk with these rules. It has yet to be connected
// and started. The seed of the rules is the engine's to choose.
func New(opts desk.Options, store Store, log *slog.Logger) *Engine {
	opts.Seed = seed()
	e := &Engine{
		store: store, log: log, inbox: newInbox(inboxSize), done: make(chan struct{}),
		clock: newClock(), orders: orders{waiting: make(map[uint64]chan error)},
		desk: desk.New(opts), batch: &batch{},
	}
	e.recall = newRecall(store, e.Post)
	e.alarm.ring = e.inbox.wake
	e.counts.Started = e.clock.started
	e.publish()
	return e
}

func seed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.NativeEndian.Uint64(b[:])
}

// Connect gives the desk its ways out; it is called once, before Start.
func (e *Engine) Connect(visitors Visitors, agents Agents) {
	e.visitors, e.agents = visitors, agents
}

// Start loads what an earlier life has left and begins to step. Chats that were
// open wait for their visitors to come back.
func (e *Engine) Start(ctx context.Context) error {
	rows, err := load(ctx, e.store)
	if err != nil {
		return fmt.Errorf("load the desk: %w", err)
	}
	e.running = true
	e.inbox.wake()
	e.recall.start()
	go e.run(rows)
	return nil
}

// Stop ends the goroutine after what is under way is committed, or when ctx
// ends. Later events are dropped, later orders fail with [ErrStopped].
func (e *Engine) Stop(ctx context.Context) error {
	if !e.running {
		return nil
	}
	e.stop.Do(func() {
		e.recall.cancel()
		e.inbox.close() // what was looked up is not waited for
		e.recall.working.Wait()
	})
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the desk: %w", ctx.Err())
	}
}

// Post tells the desk that something happened. It blocks while too many
// events wait, and never otherwise.
func (e *Engine) Post(event desk.Event) { e.inbox.put(event) }

// Stats returns the counters; it never blocks for long.
func (e *Engine) Stats() Stats {
	s := *e.stats.Load()
	s.Backlog = e.inbox.backlog()
	return s
}

// publish lets others see the counters.
func (e *Engine) publish() {
	s := e.counts
	s.Stats = e.desk.Stats()
	e.stats.Store(&s)
}

// Directory returns the queues as visitors were told last; it never blocks. It
// is not to be changed.
func (e *Engine) Directory() []desk.QueueView {
	if told := e.queues.Load(); told != nil {
		return *told
	}
	return nil
}
