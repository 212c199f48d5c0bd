package peers

import (
	"net"
	"sync"
	"testing"
)

// Relay carries TCP connections to a target and can fail like a network: it
// may fall silent in both directions without closing anything, as after a
// power cut. All methods may be called at any time by anybody.
type Relay struct {
	Addr string // where it listens

	target   string
	listener net.Listener
	work     sync.WaitGroup

	mu    sync.Mutex
	open  chan struct{} // closed while bytes pass
	conns map[net.Conn]struct{}
	over  bool
}

// NewRelay listens on a free loopback port until the test ends.
func NewRelay(t testing.TB, target string) *Relay {
	t.Helper()
	l, err := net.Listen("tcp", FreeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{Addr: l.Addr().String(), target: target, listener: l, open: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	close(r.open)
	r.work.Go(r.accept)
	t.Cleanup(r.Close)
	return r
}

// Cut lets no more bytes, connections or ends of connections pass.
func (r *Relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.passing() {
		r.open = make(chan struct{})
	}
}

// Mend undoes Cut; what was sent meanwhile arrives.
func (r *Relay) Mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.passing() {
		close(r.open)
	}
}

// Reset ends every connection with RST; new ones are served.
func (r *Relay) Reset() { r.drop(true) }

// Drop ends every connection with FIN; new ones are served.
func (r *Relay) Drop() { r.drop(false) }

// Close ends everything and waits for it.
func (r *Relay) Close() {
	_ = r.listener.Close()
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.Reset()
	r.Mend()
	r.work.Wait()
}

func (r *Relay) passing() bool {
	select {
	case <-r.open:
		return true
	default:
		return false
	}
}

// gate returns a channel that is closed when bytes may pass.
func (r *Relay) gate() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open
}

func (r *Relay) drop(reset bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		if tcp, ok := c.(*net.TCPConn); ok && reset {
			_ = tcp.SetLinger(0)
		}
		_ = c.Close()
	}
	clear(r.conns)
}

func (r *Relay) accept() {
	for {
		near, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.work.Go(func() { r.serve(near) })
	}
}

func (r *Relay) serve(near net.Conn) {
	if !r.keep(near) {
		return
	}
	<-r.gate()
	far, err := net.Dial("tcp", r.target)
	if err != nil || !r.keep(far) {
		_ = near.Close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { r.carry(far, near) })
	both.Go(func() { r.carry(near, far) })
	both.Wait()
	r.forget(near)
	r.forget(far)
}

// keep remembers a connection for [Relay.Reset]; after Close it refuses.
func (r *Relay) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		_ = c.Close()
		return false
	}
	r.conns[c] = struct{}{}
	return true
}

func (r *Relay) forget(c net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, c)
	_ = c.Close()
}

// carry copies one direction; the end of it is passed on too, but not through
// a cut.
func (r *Relay) carry(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		<-r.gate()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}
