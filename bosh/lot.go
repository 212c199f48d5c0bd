package bosh

import (
	"net"
	"net/http"
	"sync"
	"time"
	"unique"
)

// Times of connections that no handler serves.
const (
	writeTime = 10 * time.Second // for one answer
	idleTime  = 75 * time.Second // between two requests
)

// lot is where connections are parked: while their request is held, and then
// until the next request comes. A parked connection costs no goroutine and no
// buffers. It works for plain TCP only; elsewhere handlers wait as usual.
type lot struct {
	back  chan net.Conn // to the listener, with a request on the way
	count *counters

	mu     sync.Mutex
	open   bool    // there is a listener that takes connections back
	poller *poller // made for the first connection
	closed chan struct{}
	work   sync.WaitGroup
}

// park takes the connection of a request away from net/http. False: the
// handler has to wait itself.
func (l *lot) park(w http.ResponseWriter, r *http.Request, x *waiter) bool {
	k := carrierOf(r)
	if k == nil || parkable(k.conn) == nil || x.answered() {
		return false
	}
	poller := l.ready()
	if poller == nil {
		return false
	}
	sp := &spot{
		lot: l, poller: poller, x: x, gzip: acceptsGzip(r.Header.Get("Accept-Encoding")),
		head: unique.Make(string(appendHead(nil, w.Header()))), // the same for most
	}
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	sp.conn = parkable(conn)
	if n := buf.Reader.Buffered(); n > 0 {
		ahead, _ := buf.Reader.Peek(n)
		sp.rest = append(sp.rest, ahead...)
	}
	_ = conn.SetDeadline(time.Time{})
	l.count.parked.Add(1)
	if !poller.add(sp) {
		sp.close()
		return true
	}
	x.moveTo(sp)
	return true
}

// spawn runs f in a goroutine that close waits for.
func (l *lot) spawn(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open {
		l.work.Go(f)
	}
}

// ready returns the poller when connections can be parked.
func (l *lot) ready() *poller {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.open {
		return nil
	}
	if l.poller == nil {
		if l.poller = newPoller(l); l.poller == nil {
			l.open = false
		}
	}
	return l.poller
}

// parkable returns the socket when the connection is one with nothing left to
// read first; else nil.
func parkable(c net.Conn) *socket {
	s, ok := c.(*socket)
	if !ok || len(s.rest) > 0 {
		return nil
	}
	return s
}

// close ends the lot: answers under way are written, the rest is closed.
func (l *lot) close() {
	l.mu.Lock()
	l.open = false
	p := l.poller
	l.poller = nil
	select {
	case <-l.closed: // closed before
	default:
		close(l.closed)
	}
	l.mu.Unlock()
	l.work.Wait()
	if p == nil {
		return
	}
	for _, sp := range p.all() {
		sp.close()
	}
	p.close()
}
