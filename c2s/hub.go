package c2s

import (
	"context"
	"fmt"
	"sync/atomic"

	"frontdesk/desk"
	"frontdesk/roster"
	"frontdesk/wheel"
)

// Hub holds the streams of all visitors. Its methods may be called by anybody
// at any time; it implements [Streams] for transports, engine.Visitors for the
// desk, and gate.Identities.
//
// Locks: that of a tab is taken first; inside it may be those of visitors, of
// requests, of the wheel, or of a transport. The desk is posted to with none of
// them held, see [tab.flush].
type Hub struct {
	*core
	visitors *visitors
	outage   outage

	announce   deadline // of changes of the directory
	announcing atomic.Bool
}

// New returns a hub for the streams of opts.Domain. The caller closes it.
func New(opts Options, door Door, to Desk, ids Identities, archive Archive) (*Hub, error) {
	opts = opts.withDefaults()
	domain, err := normalDomain(opts.Domain)
	if err != nil {
		return nil, err
	}
	h := &Hub{
		core: &core{
			opts: opts, domain: domain, desk: to, ids: ids, archive: archive, log: opts.Log,
			wheel:       wheel.New[*deadline](),
			requests:    requests{waiting: make(map[uint64]func(desk.Answer))},
			connections: connections{door: door, open: make(map[*connection]struct{}), none: make(chan struct{})},
		},
		visitors: &visitors{by: make(map[roster.VisitorJID]*visitor), resuming: make(map[string]*tab)},
	}
	h.announce.fire, h.outage.end.fire = h.announceNow, h.giveUp
	h.dir.Store(newDirectory(opts.Domain, nil))
	return h, nil
}

// Open implements [Streams].
func (h *Hub) Open(conn Conn, hello Hello) (Stream, error) {
	if err := h.checkDomain(hello.To); err != nil {
		return nil, err
	}
	if err := h.outage.refusal(); err != nil {
		h.counts.refused.Add(1)
		return nil, err
	}
	c := newConnection(conn)
	if err := h.connections.enter(c, int(h.visitors.awaited.Load())); err != nil {
		h.counts.refused.Add(1)
		return nil, err
	}
	h.counts.opened.Add(1)
	s := &stream{connection: c, core: h.core, visitors: h.visitors, id: newStreamID()}
	s.entrance = newEntrance(h.core, c)
	return s, nil
}

// Stats returns a snapshot.
func (h *Hub) Stats() Stats {
	c := &h.counts
	return Stats{
		Streams: h.connections.count(), Visitors: h.visitors.count(),
		Opened: c.opened.Load(), Refused: c.refused.Load(), Bound: c.bound.Load(), Stanzas: c.stanzas.Load(),
		Failed: c.failed.Load(), Skipped: c.skipped.Load(),
	}
}

// Close ends every stream with system-shutdown and returns when all transports
// have called Stream.End, or when ctx ends.
func (h *Hub) Close(ctx context.Context) error {
	if !h.connections.close() {
		h.finishWork() // the desk may have had more since
		return nil
	}
	h.connections.end(&StreamError{"system-shutdown", ""})
	var err error
	select {
	case <-h.connections.none:
	case <-ctx.Done():
		err = fmt.Errorf("end the visitors' streams: %w", ctx.Err())
	}
	h.wheel.Close()
	for _, t := range h.visitors.tabs() { // their link is lost already
		t.happens(event{kind: tabFinished})
	}
	h.finishWork()
	return err
}

// announceNow shows everybody what has changed in the directory.
func (h *Hub) announceNow() {
	h.announcing.Store(false)
	for _, t := range h.visitors.tabs() {
		t.showDirectory()
	}
}

// giveUp ends all streams: the outage has lasted too long.
func (h *Hub) giveUp() {
	if err := h.outage.refusal(); err != nil {
		h.connections.end(err)
	}
}
