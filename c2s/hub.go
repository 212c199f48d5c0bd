package c2s

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"frontdesk/roster"
	"frontdesk/wheel"
)

// Hub holds the streams of all visitors. Its methods may be called by anybody
// at any time; it implements [Streams] for transports and engine.Visitors for
// the desk.
//
// Locks: mu of the hub and mu of a tab are never held together; inside either
// may be those of the wheel, of requests, or of a transport. The desk is posted
// to with none of them held, see [tab.flush].
type Hub struct {
	opts    Options
	domain  string // in the form in which domains are compared
	desk    Desk
	door    Door
	ids     Identities
	archive Archive
	log     *slog.Logger

	dir        atomic.Pointer[directory]
	wheel      *wheel.Wheel[*deadline]
	announce   deadline
	announcing atomic.Bool
	outage     outage
	requests   requests
	resumable  resumables
	detached   atomic.Int64 // tabs that wait for a resumption
	counts     counters
	working    sync.Mutex     // for beginning and awaiting work
	work       sync.WaitGroup // calls of the store made on the desk's behalf

	mu       sync.Mutex
	closed   bool
	empty    chan struct{} // closed when the last stream ends after Close
	streams  map[*stream]struct{}
	visitors map[roster.VisitorJID]*visitor
}

// visitor is a visitor with at least one tab.
type visitor struct {
	jid    roster.VisitorJID
	tabs   []*tab       // guarded by Hub.mu
	tenure atomic.Int64 // time.Duration
	pace   *pace
}

// New returns a hub for the streams of opts.Domain. The caller closes it.
func New(opts Options, door Door, desk Desk, ids Identities, archive Archive) (*Hub, error) {
	opts = opts.withDefaults()
	domain, err := normalDomain(opts.Domain)
	if err != nil {
		return nil, err
	}
	h := &Hub{
		opts: opts, domain: domain,
		desk: desk, door: door, ids: ids, archive: archive, log: opts.Log,
		wheel:    wheel.New[*deadline](),
		empty:    make(chan struct{}),
		streams:  make(map[*stream]struct{}),
		visitors: make(map[roster.VisitorJID]*visitor),
	}
	h.resumable.byID = make(map[string]*tab)
	h.requests.waiting = make(map[uint64]*request)
	h.announce.fire, h.outage.end.fire = h.announceNow, h.giveUp
	h.dir.Store(newDirectory(opts.Domain, nil))
	return h, nil
}

// Open implements [Streams].
func (h *Hub) Open(conn Conn, hello Hello) (Stream, error) {
	if err := h.checkDomain(hello.To); err != nil {
		return nil, err
	}
	if err := h.reachable(); err != nil {
		h.counts.refused.Add(1)
		return nil, err
	}
	info := conn.Info()
	s := &stream{hub: h, conn: conn, id: newStreamID(), remote: info.Remote}
	if info.Ping > 0 {
		s.socket, _ = conn.(Socket)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, &StreamError{"system-shutdown", ""}
	}
	if err := h.door.Enter(s.remote, len(h.streams)+int(h.detached.Load())); err != nil {
		h.counts.refused.Add(1)
		return nil, &StreamError{"policy-violation", err.Error()}
	}
	h.streams[s] = struct{}{}
	h.counts.opened.Add(1)
	s.enter()
	return s, nil
}

func (h *Hub) checkDomain(to string) error {
	if domain, err := normalDomain(to); err != nil || domain != h.domain {
		return &StreamError{"host-unknown", ""}
	}
	return nil
}

// release forgets a stream whose transport is over.
func (h *Hub) release(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, s)
	h.door.Leave(s.remote)
	if h.closed && len(h.streams) == 0 {
		close(h.empty)
	}
}

// register makes t a tab of its visitor. A resource that is missing or taken is
// replaced by one of ours (RFC 6120 §7.6).
func (h *Hub) register(t *tab, jid roster.VisitorJID, resource string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visitors[jid]
	if v == nil {
		v = &visitor{jid: jid, pace: newPace(h.opts)}
		h.visitors[jid] = v
	}
	if resource == "" || v.taken(resource) {
		resource = "tab-" + randomName(8)
	}
	t.visitor, t.resource, t.jid = v, resource, string(jid)+"/"+resource
	v.tabs = append(slices.Grow(v.tabs, 1), t) // most have one
}

func (v *visitor) taken(resource string) bool {
	for _, t := range v.tabs {
		if t.resource == resource {
			return true
		}
	}
	return false
}

// drop forgets a tab that has ended.
func (h *Hub) drop(t *tab) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t.visitor.tabs = slices.DeleteFunc(t.visitor.tabs, func(other *tab) bool { return other == t })
	if len(t.visitor.tabs) == 0 && h.visitors[t.visitor.jid] == t.visitor {
		delete(h.visitors, t.visitor.jid)
	}
}

// tabsOf returns the tabs of a visitor, and the visitor when there are any.
func (h *Hub) tabsOf(jid roster.VisitorJID) (*visitor, []*tab) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.visitors[jid]
	if v == nil {
		return nil, nil
	}
	return v, slices.Clone(v.tabs)
}

func (h *Hub) allTabs() []*tab {
	h.mu.Lock()
	defer h.mu.Unlock()
	tabs := make([]*tab, 0, len(h.visitors))
	for _, v := range h.visitors {
		tabs = append(tabs, v.tabs...)
	}
	return tabs
}

// Close ends every stream with system-shutdown and returns when all transports
// have called Stream.End, or when ctx ends.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		h.finishWork() // the desk may have had more since
		return nil
	}
	h.closed = true
	open := make([]*stream, 0, len(h.streams))
	for s := range h.streams {
		open = append(open, s)
	}
	if len(open) == 0 {
		close(h.empty)
	}
	h.mu.Unlock()
	for _, s := range open {
		s.conn.Close(&StreamError{"system-shutdown", ""})
	}
	var err error
	select {
	case <-h.empty:
	case <-ctx.Done():
		err = fmt.Errorf("end the visitors' streams: %w", ctx.Err())
	}
	h.wheel.Close()
	for _, t := range h.allTabs() { // their link is lost already
		t.happens(event{kind: tabFinished})
	}
	h.finishWork()
	return err
}

// background makes a call of the store that the desk must not wait for.
func (h *Hub) background(f func()) {
	h.working.Lock()
	defer h.working.Unlock()
	h.work.Go(f)
}

// finishWork waits for what background has begun.
func (h *Hub) finishWork() {
	h.working.Lock()
	defer h.working.Unlock()
	h.work.Wait()
}

// newStreamID returns 125 random bits.
func newStreamID() string { return randomName(25) }

// randomName returns n lower-case base32 characters, 5 random bits each; at
// most 26.
func randomName(n int) string { return strings.ToLower(rand.Text()[:n]) }
