// Package desk owns all live state: who is here, who waits, who talks with
// whom. One goroutine steps it: edges post events, changes go to the store,
// and what follows from them is carried out after their commit, in order.
//
// Nobody is told that something was done before it is on disk: not the
// visitor (answers), not the agent (words), not the XMPP server (presence).
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Options are the rules of a desk. Durations of 0 switch AnswerWithin and Idle
// off; MaxWaiting, OpenChats and ChatsPerAddress of 0 mean no limit.
type Options struct {
	Domain       string
	DefaultQueue string // "" means the first by name
	Grace        time.Duration
	GraceBusy    time.Duration
	OfflineAfter time.Duration
	AgentGrace   time.Duration
	AgentReturn  time.Duration // least grace for agents after the link was down
	AnswerWithin time.Duration
	Idle         time.Duration
	WantedFor    time.Duration // how long a chat waits for the agent asked for
	ResumeTTL    time.Duration
	MaxWaiting   int
	OpenChats    int
	CloseOnGone  bool
	// ChatsPerAddress bounds the open chats of visitors with one Where.
	ChatsPerAddress int
	Log             *slog.Logger
}

// Limits of what is kept for one chat and one visitor.
const (
	maxChatBytes  = 1 << 20  // text of one chat
	maxUnsettled  = 200      // messages a visitor has not fetched
	maxUnsettledB = 64 << 10 // the same in bytes of text
	maxKept       = 10_000   // visitors without a chat who have messages to fetch
	maxLines      = 256      // messages whose ids can be referred to
	inboxSize     = 1 << 16  // events waiting for the desk
	turnChanges   = 1 << 9   // changes in one batch
)

// Desk is the one owner of live state. Post and the command methods may be
// called by anybody; everything else happens on its goroutine.
type Desk struct {
	store    Store
	visitors Visitors
	agents   Agents
	log      *slog.Logger
	inbox    *inbox
	memory   *memory
	done     chan struct{}
	stop     sync.Once
	started  time.Time // with its monotonic reading
	wall     time.Time // the same without
	stats    counters
	listing  atomic.Pointer[[]QueueView]

	// Everything below belongs to the goroutine.
	opts    Options
	state   state
	at      time.Time // the instant of the present event
	freed   []*agent  // who lost a chat in it
	link    bool
	wired   bool // and what is carried out goes there
	links   int  // ups and downs so far
	turns   []*turn
	turn    *turn // under construction
	batch   []ToAgent
	outbox  outbox
	alarm   alarm
	stale   bool      // the directory has to be told again
	told    time.Time // when it was told last
	running bool
}

type counters struct {
	events, batches, failed, opened, closed, requeued, fromAgent, fromGuest, refused atomic.Uint64
	outbox                                                                           atomic.Int64
}

// New returns a desk that has yet to be connected and started.
func New(opts Options, store Store) *Desk {
	d := &Desk{
		store:   store,
		log:     opts.Log,
		opts:    opts,
		inbox:   newInbox(inboxSize),
		done:    make(chan struct{}),
		started: time.Now(),
		turn:    &turn{},
		state:   newState(),
	}
	d.memory = newMemory(d)
	d.wall = d.started.Round(0)
	d.alarm.ring = func() { d.inbox.wake() }
	return d
}

// Connect gives the desk its ways out; it is called once, before Start.
func (d *Desk) Connect(visitors Visitors, agents Agents) {
	d.visitors, d.agents = visitors, agents
}

// Start loads the state and begins to step. Chats that were open wait for
// their visitors to come back.
func (d *Desk) Start(ctx context.Context) error {
	d.look()
	if err := d.load(ctx); err != nil {
		return fmt.Errorf("load the desk: %w", err)
	}
	d.outbox.words, d.state.words = d.state.words, nil
	d.restart()
	d.running, d.stale = true, true
	d.after(linked{up: false})
	d.inbox.wake()
	d.memory.start()
	go d.run()
	return nil
}

// Stop ends the goroutine after what is under way is committed, or when ctx
// ends. Later events are dropped, later commands fail with [ErrStopped].
func (d *Desk) Stop(ctx context.Context) error {
	if !d.running {
		return nil
	}
	d.stop.Do(func() {
		d.memory.stop()
		d.inbox.close()
	})
	select {
	case <-d.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the desk: %w", ctx.Err())
	}
}

// Post tells the desk that something happened. It blocks while too many
// events wait, and never otherwise.
func (d *Desk) Post(e Event) { d.inbox.put(e) }

// look reads the clock: the wall time at the start plus the time that has passed
// since, so that a change of the clock moves no deadline. All that follows from
// one event happens at one instant.
func (d *Desk) look() {
	d.at = d.wall.Add(time.Since(d.started))
}

func (d *Desk) now() time.Time { return d.at }

// command is a request of the admin.
type command struct {
	do   func() error
	done chan error
}

func (command) event() {}

// do runs f on the desk's goroutine and returns after its changes are on disk.
func (d *Desk) do(ctx context.Context, f func() error) error {
	c := command{do: f, done: make(chan error, 1)}
	if !d.inbox.put(c) {
		return ErrStopped
	}
	select {
	case err := <-c.done:
		return err
	case <-d.done:
		return ErrStopped
	case <-ctx.Done():
		return fmt.Errorf("wait for the desk: %w", ctx.Err())
	}
}
