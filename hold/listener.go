package hold

import (
	"net"
	"sync"
)

// listener accepts new connections and those that come back.
type listener struct {
	net.Listener
	conns  *Conns
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

// Listener wraps the listener of the server, below TLS. With it a connection
// can be parked and comes back with the next request, and at its end it tells
// what became of the last answer. Use it once.
func (c *Conns) Listener(l net.Listener) net.Listener {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = true
	return &listener{Listener: l, conns: c, fresh: make(chan accepted), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	l.start.Do(func() { l.done.Go(l.accept) })
	select {
	case a := <-l.fresh:
		return a.conn, a.err
	case c := <-l.conns.back:
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
			c = &conn{TCPConn: tcp}
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
