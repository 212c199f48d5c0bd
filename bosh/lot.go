package bosh

import (
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
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

// spot is one parked connection.
type spot struct {
	lot    *lot
	poller *poller
	x      *waiter
	conn   *net.TCPConn
	head   []byte // the header lines that do not depend on the answer
	gzip   bool
	rest   []byte // read ahead from the connection

	mu    sync.Mutex
	state spotState
	gen   int32 // tells events of this spot from those of an older one
	since time.Time
}

type spotState uint8

const (
	spotHeld    spotState = iota // its request is not answered
	spotWriting                  // the answer is being written
	spotIdle                     // waits for the next request
	spotLeft                     // closed, or back at the server
)

// park takes the connection of a request away from net/http. False: the
// handler has to wait itself.
func (l *lot) park(w http.ResponseWriter, r *http.Request, x *waiter) bool {
	poller := l.ready(r)
	if poller == nil || r.Close || r.ProtoMajor != 1 || r.ProtoMinor == 0 || x.answered() {
		return false
	}
	addr, _ := r.Context().Value(carrierKey{}).(*carrier)
	if addr == nil || tcpOf(addr.conn) == nil {
		return false
	}
	sp := &spot{lot: l, poller: poller, x: x, head: headLines(w.Header()), gzip: acceptsGzip(r.Header.Get("Accept-Encoding"))}
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	sp.conn = tcpOf(conn)
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
func (l *lot) ready(r *http.Request) *poller {
	if r.TLS != nil {
		return nil
	}
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

// tcpOf returns the TCP connection under a connection of the server.
func tcpOf(c net.Conn) *net.TCPConn {
	if r, ok := c.(*returned); ok && len(r.rest) == 0 {
		c = r.TCPConn
	}
	tcp, _ := c.(*net.TCPConn)
	return tcp
}

// headLines formats the headers that are set already.
func headLines(h http.Header) []byte {
	var b []byte
	for name, values := range h {
		for _, v := range values {
			b = append(append(append(append(b, name...), ": "...), v...), "\r\n"...)
		}
	}
	return b
}

// deliver writes the answer and waits for the next request. It must not block
// its caller.
func (sp *spot) deliver() {
	sp.mu.Lock()
	if sp.state == spotHeld {
		sp.state = spotWriting
		sp.lot.count.parked.Add(-1)
		sp.lot.spawn(sp.write)
	}
	sp.mu.Unlock()
}

func (sp *spot) write() {
	_ = sp.conn.SetWriteDeadline(time.Now().Add(writeTime))
	n, err := sp.conn.Write(sp.format())
	sp.lot.count.bytesOut.Add(int64(n))
	if err != nil {
		sp.close()
		return
	}
	_ = sp.conn.SetWriteDeadline(time.Time{})
	if len(sp.rest) > 0 {
		sp.giveBack()
		return
	}
	sp.mu.Lock()
	sp.state, sp.since, sp.head = spotIdle, time.Now(), nil
	ok := sp.poller.watch(sp)
	sp.mu.Unlock()
	if !ok {
		sp.close()
	}
}

// format is the whole HTTP response.
func (sp *spot) format() []byte {
	h := http.Header{}
	status, body := sp.x.result(h, sp.gzip)
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	b := []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n")
	b = append(append(b, sp.head...), headLines(h)...)
	return append(append(b, "\r\n"...), body...)
}

// event is called by the poller: something came, or the peer has gone.
func (sp *spot) event(gone bool) {
	sp.mu.Lock()
	state := sp.state
	switch {
	case state == spotWriting || state == spotLeft:
	case state == spotHeld && !gone: // the next request already; it can wait
		if !sp.poller.watchEnd(sp) {
			gone = true
		}
	}
	sp.mu.Unlock()
	switch {
	case gone && (state == spotHeld || state == spotIdle):
		sp.lot.spawn(sp.close)
	case state == spotIdle:
		sp.lot.spawn(sp.giveBack)
	}
}

// close closes the connection and says so.
func (sp *spot) close() {
	if sp.leave() {
		_ = sp.conn.Close()
		sp.x.abandon()
	}
}

// giveBack lets the server read the next request.
func (sp *spot) giveBack() {
	if !sp.leave() {
		return
	}
	select {
	case sp.lot.back <- &returned{TCPConn: sp.conn, rest: sp.rest}:
	case <-sp.lot.closed:
		_ = sp.conn.Close()
	}
}

// leave takes the connection out of the poller, once.
func (sp *spot) leave() bool {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	if sp.state == spotLeft {
		return false
	}
	if sp.state == spotHeld {
		sp.lot.count.parked.Add(-1)
	}
	sp.state = spotLeft
	sp.poller.remove(sp)
	return true
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
