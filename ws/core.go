package ws

import (
	"bytes"
	"log/slog"
	"runtime/debug"
	"sync"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/wheel"
)

// core is what all sockets of an [Endpoint] have in common.
type core struct {
	opt     Options
	streams c2s.Streams
	gate    *gate.Gate
	log     *slog.Logger
	wheel   *wheel.Wheel[*conn] // the clock, too
	count   counters
	buffers sync.Pool // of *bytes.Buffer

	mu       sync.Mutex
	conns    map[*conn]struct{}
	draining bool // no new sockets
	work     sync.WaitGroup
}

// now is the present instant; never 0.
func (k *core) now() instant { return k.wheel.Now() }

// attend calls f in a goroutine that Shutdown waits for, while there is the
// socket; one that is over may be all that it waits for.
func (k *core) attend(c *conn, f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, there := k.conns[c]; there {
		k.work.Go(f)
	}
}

// buffer returns an empty buffer, to be given back with release.
func (k *core) buffer() *bytes.Buffer {
	b := k.buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func (k *core) release(b *bytes.Buffer) {
	if b.Cap() <= maxMessage {
		k.buffers.Put(b)
	}
}

// panicked counts and logs a panic.
func (k *core) panicked(p any) {
	k.count.panics.Add(1)
	k.log.Error("panic in ws", "err", p, "stack", string(debug.Stack()))
}
