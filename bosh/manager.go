package bosh

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/hold"
	"frontdesk/wheel"
)

// Manager is the connection manager: it serves BOSH requests over HTTP. All
// its methods may be called at the same time.
type Manager struct {
	sessions
	streams     c2s.Streams
	gate        *gate.Gate
	domains     map[string]string // served, by normal form
	goneDomains map[string]string
	conns       *hold.Conns
}

// New returns a manager that asks the gate who sends a request, and opens its
// sessions' streams through streams.
func New(streams c2s.Streams, gate *gate.Gate, opt Options, log *slog.Logger) *Manager {
	m := &Manager{
		sessions: sessions{
			opt: opt.withDefaults(), log: log, wheel: wheel.New[*session](), byID: map[sidHash]*session{},
		},
		streams: streams, gate: gate, conns: hold.New(hold.Options{}),
	}
	m.domains, m.goneDomains = normalDomains(m.opt.Domains), normalDomains(m.opt.GoneDomains)
	return m
}

// Drain refuses new sessions with system-shutdown; running ones go on.
func (m *Manager) Drain() { m.drain() }

// Shutdown ends all sessions: every held request gets system-shutdown. Call it
// before the listener closes. It returns when all streams have been told, or
// with the context's error.
func (m *Manager) Shutdown(ctx context.Context) error { return m.stop(ctx, m.conns.Close) }

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
