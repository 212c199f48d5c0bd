package bosh

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// exchange is one HTTP request that waits for its answer. Sessions know
// nothing else of HTTP, so that a waiting request can be as little as its
// connection.
type exchange interface {
	// answer hands over the response and never blocks. Only the first call
	// counts. False: the peer has gone, nothing will be written.
	answer(ctype string, r reply) bool
	// watch names who is told, once and from another call, when the peer closes
	// the connection, before or after the answer.
	watch(w watcher)
	// cut reports whether the peer has closed the connection and may not have got
	// the answer; the watcher is told later, or was told already. It may wait a
	// moment, for an answer that is being written or for the news of the end.
	cut() bool
}

// watcher is told about closed connections.
type watcher interface {
	gone(ex exchange)
}

// waiter is an exchange that came through net/http. Its handler waits for the
// answer, or its connection is parked.
type waiter struct {
	mu      sync.Mutex
	socket  *socket   // its connection; nil when unknown, or when it carries another request
	written time.Time // when the answer was written; zero: not yet
	spot    *spot
	over    bool // answered, or the peer has gone
	lost    bool // the peer has gone and the watcher was told
	watcher watcher
	ctype   string
	reply   reply
	loaded  bool          // the answer has payloads
	ended   bool          // the answer is written, or will never be
	ready   chan struct{} // closed when answered; nil when no handler waits
	done    chan struct{} // closed at the end; nil when nobody waits for it
	late    time.Duration // how long the end of the connection may be under way
}

func newWaiter(r *http.Request, late time.Duration) *waiter {
	x := &waiter{late: late}
	if k := carrierOf(r); k != nil {
		x.socket = socketOf(k.conn)
	}
	return x
}

// wrote notes that the answer is written.
func (x *waiter) wrote() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.written, x.reply = time.Now(), reply{}
	x.end()
}

// end notes that nothing more is written; mu is held.
func (x *waiter) end() {
	if x.ended = true; x.done != nil {
		close(x.done)
		x.done = nil
	}
}

// await waits for the end, but not for long; mu is held.
func (x *waiter) await() {
	if x.ended {
		return
	}
	if x.done == nil {
		x.done = make(chan struct{})
	}
	done := x.done
	x.mu.Unlock()
	defer x.mu.Lock()
	ctx, cancel := context.WithTimeout(context.Background(), cutTime)
	defer cancel()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// release notes that the connection brings the next request.
func (x *waiter) release() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.socket = nil
}

func (x *waiter) cut() bool {
	x.mu.Lock()
	if x.over && x.socket != nil {
		x.await()
	}
	socket, written, loaded := x.socket, x.written, x.loaded && !x.written.IsZero()
	x.mu.Unlock()
	switch {
	case socket == nil:
		return false
	case socket.cut(written):
		return true
	}
	return kernelTells && loaded && x.cutLate(written)
}

func (x *waiter) answer(ctype string, r reply) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over {
		return false
	}
	x.over, x.ctype, x.reply, x.loaded = true, ctype, r, len(r.payloads) > 0
	switch {
	case x.spot != nil:
		x.spot.deliver()
	case x.ready != nil:
		close(x.ready)
	}
	return true
}

// answered reports whether the answer is there already.
func (x *waiter) answered() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.over
}

// moveTo has a parked connection wait for the answer from now on.
func (x *waiter) moveTo(sp *spot) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.spot = sp
	if x.over {
		sp.deliver()
	}
}

// abandon notes that the connection of a parked request is closed.
func (x *waiter) abandon() {
	x.mu.Lock()
	x.over = true
	x.mu.Unlock()
	x.lose()
}

// result sets the headers of the answer and returns its status and body.
func (x *waiter) result(h http.Header, gzip bool) (int, []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	h.Set("Content-Type", x.ctype)
	body := pack(x.reply.format(), gzip, h)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if x.reply.status != 0 {
		return x.reply.status, body
	}
	return http.StatusOK, body
}

func (x *waiter) watch(w watcher) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.watcher = w
}

// wait returns when the exchange is answered, or false when the peer goes
// before that.
func (x *waiter) wait(ctx context.Context) bool {
	x.mu.Lock()
	answered, ready := x.over, make(chan struct{})
	x.ready = ready
	x.mu.Unlock()
	if answered {
		return true
	}
	select {
	case <-ready:
		return true
	case <-ctx.Done():
	}
	x.mu.Lock()
	answered = x.over
	x.over = true
	x.mu.Unlock()
	if !answered {
		x.lose()
	}
	return answered
}

// lose tells the watcher, once, that the connection is closed.
func (x *waiter) lose() {
	x.mu.Lock()
	x.end()
	w := x.watcher
	if x.lost {
		w = nil
	}
	x.lost = true
	x.mu.Unlock()
	if w != nil {
		w.gone(x)
	}
}
