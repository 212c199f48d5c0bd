package bosh

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"

	"frontdesk/c2s"
	"frontdesk/hold"
	"frontdesk/wheel"
)

// sidHash is what is kept of a session identifier: whoever reads our memory
// or logs cannot take over a session.
type sidHash [16]byte

func hashSid(sid string) sidHash {
	sum := sha256.Sum256([]byte(sid))
	return sidHash(sum[:16])
}

// newSid returns an unpredictable session identifier of 192 bits.
func newSid() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Manager is the connection manager: it serves BOSH requests over HTTP. All
// its methods may be called at the same time.
type Manager struct {
	opt         Options
	streams     c2s.Streams
	log         *slog.Logger
	wheel       *wheel.Wheel[*session] // the clock, too
	domains     map[string]string      // served, by normal form
	goneDomains map[string]string
	origins     *c2s.Origins
	proxies     c2s.Proxies
	count       counters

	conns *hold.Conns

	mu       sync.RWMutex
	sessions map[sidHash]*session
	draining bool // no new sessions
	stopped  bool // no new work
	work     sync.WaitGroup
}

// New returns a manager that opens its sessions' streams through streams.
func New(streams c2s.Streams, opt Options, log *slog.Logger) *Manager {
	m := &Manager{
		opt: opt.withDefaults(), streams: streams, log: log, wheel: wheel.New[*session](),
		sessions: map[sidHash]*session{},
		conns:    hold.New(hold.Options{}),
	}
	m.domains, m.goneDomains = normalDomains(m.opt.Domains), normalDomains(m.opt.GoneDomains)
	m.origins = c2s.NewOrigins(m.opt.Origins, m.opt.PublicURL, m.opt.TrustedProxies...)
	m.proxies = m.opt.TrustedProxies
	return m
}

// now is the present instant; never 0.
func (m *Manager) now() instant { return m.wheel.Now() }

// spawn runs f in a goroutine that Shutdown waits for. False: too late.
func (m *Manager) spawn(f func()) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.stopped {
		return false
	}
	m.work.Go(func() { m.guard(f) })
	return true
}

// guard runs f and reports whether it did not panic.
func (m *Manager) guard(f func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			m.panicked(p)
		}
	}()
	f()
	return true
}

// panicked counts and logs a panic.
func (m *Manager) panicked(p any) {
	m.count.panics.Add(1)
	m.log.Error("panic in bosh", "err", p, "stack", string(debug.Stack()))
}

// find returns the session of a sid; nil when there is none.
func (m *Manager) find(sid string) *session {
	id := hashSid(sid)
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.sessions[id]
}

// add registers a session. False: the manager is stopping.
func (m *Manager) add(s *session) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.draining {
		return false
	}
	m.sessions[s.id] = s
	return true
}

// remove forgets a session.
func (m *Manager) remove(s *session) {
	m.mu.Lock()
	delete(m.sessions, s.id)
	m.mu.Unlock()
	m.wheel.Drop(s)
}

// Drain refuses new sessions with system-shutdown; running ones go on.
func (m *Manager) Drain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.draining = true
}

// Shutdown ends all sessions: every held request gets system-shutdown. Call it
// before the listener closes. It returns when all streams have been told, or
// with the context's error.
func (m *Manager) Shutdown(ctx context.Context) error {
	m.Drain()
	m.wheel.Close()
	for _, s := range m.all() {
		m.spawn(s.shutdown)
	}
	m.mu.Lock()
	m.stopped = true
	m.mu.Unlock()
	done := make(chan struct{})
	go func() { // ends with the work it waits for
		m.work.Wait()
		m.conns.Close()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *Manager) all() []*session {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := make([]*session, 0, len(m.sessions))
	for _, s := range m.sessions {
		all = append(all, s)
	}
	return all
}

// Listener wraps the listener of the http.Server that serves the manager, below
// TLS. With it a held request needs neither a goroutine nor buffers: its
// connection is parked and comes back with the next request. Without it, over
// TLS and where the system has no epoll, handlers wait as usual. Use it once.
func (m *Manager) Listener(l net.Listener) net.Listener { return m.conns.Listener(l) }

// ConnContext has to be installed in the http.Server that serves the manager.
// With [Manager.ConnState] it lets sessions know of connections that close
// after they carried an answer, which may then be lost.
func (m *Manager) ConnContext(ctx context.Context, c net.Conn) context.Context {
	return m.conns.Opened(ctx, c)
}

// ConnState has to be installed in the http.Server that serves the manager.
func (m *Manager) ConnState(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateActive:
		m.conns.Active(c)
	case http.StateHijacked:
		m.conns.Hijacked(c)
	case http.StateClosed:
		m.conns.Closed(c)
	case http.StateNew, http.StateIdle:
	}
}

// ServeHTTP implements http.Handler.
func (m *Manager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.count.requests.Add(1)
	if !m.guardRequest(func() { m.serve(w, r) }) {
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

// guardRequest is guard for a request; what ends a connection on purpose goes
// through.
func (m *Manager) guardRequest(f func()) (ok bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p)
		default:
			m.panicked(p)
		}
	}()
	f()
	return true
}
