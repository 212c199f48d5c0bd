package bosh

import (
	"context"
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

// waiter is the exchange whose net/http handler waits for the answer.
type waiter struct {
	mu      sync.Mutex
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
	close(x.ready)
	return true
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
