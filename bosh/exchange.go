package bosh

import (
	"context"
	"net/http"
	"strconv"
	"sync"
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
}

// watcher is told about closed connections.
type watcher interface {
	gone(ex exchange)
}

// waiter is an exchange that came through net/http. Its handler waits for the
// answer, or its connection is parked.
type waiter struct {
	mu      sync.Mutex
	spot    *spot
	over    bool // answered, or the peer has gone
	lost    bool // the peer has gone and the watcher was told
	watcher watcher
	ctype   string
	reply   reply
	ready   chan struct{} // closed when answered
}

func newWaiter() *waiter { return &waiter{ready: make(chan struct{})} }

func (x *waiter) answer(ctype string, r reply) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over {
		return false
	}
	x.over, x.ctype, x.reply = true, ctype, r
	if x.spot != nil {
		x.spot.deliver()
	} else {
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
	x.spot, x.ready = sp, nil
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
	select {
	case <-x.ready:
		return true
	case <-ctx.Done():
	}
	x.mu.Lock()
	answered := x.over
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
