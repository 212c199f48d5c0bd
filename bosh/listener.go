package bosh

import (
	"net"
	"sync"
)

// listener accepts new connections and those that come back.
type listener struct {
	net.Listener
	lot    *lot
	start  sync.Once
	fresh  chan accepted
	closed chan struct{}
	once   sync.Once
	done   sync.WaitGroup
}

type accepted struct {
	conn net.Conn
	err  error
}

// Listener wraps the listener of the http.Server that serves the manager, below
// TLS. With it a held request needs neither a goroutine nor buffers: its
// connection is parked and comes back with the next request. Without it, over
// TLS and where the system has no epoll, handlers wait as usual. Connections
// also tell then whether their last answer was taken. Use it once.
func (m *Manager) Listener(l net.Listener) net.Listener {
	m.lot.mu.Lock()
	defer m.lot.mu.Unlock()
	m.lot.open = true
	return &listener{Listener: l, lot: &m.lot, fresh: make(chan accepted), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	l.start.Do(func() { l.done.Go(l.accept) })
	select {
	case a := <-l.fresh:
		return a.conn, a.err
	case c := <-l.lot.back:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// accept takes new connections until the listener is closed.
func (l *listener) accept() {
	for {
		c, err := l.Listener.Accept()
		if tcp, ok := c.(*net.TCPConn); ok {
			c = &socket{TCPConn: tcp}
		}
		select {
		case l.fresh <- accepted{c, err}:
		case <-l.closed:
			if c != nil {
				_ = c.Close()
			}
			return
		}
	}
}

// Close implements net.Listener. Connections that come back later are closed.
func (l *listener) Close() error {
	var err error
	l.once.Do(func() {
		l.start.Do(func() {}) // begun, or never
		close(l.closed)
		err = l.Listener.Close()
		l.done.Wait()
	})
	return err
}
