package hold

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// epollRdHup is EPOLLRDHUP: the peer has closed its half (epoll_ctl(2)).
const epollRdHup = 0x2000

// epollOneShot is EPOLLONESHOT without the sign that package syscall gives it.
const epollOneShot = 1 << 30

const peerGone = epollRdHup | syscall.EPOLLHUP | syscall.EPOLLERR

// poller watches parked connections with one goroutine (epoll(7)).
type poller struct {
	fd      int
	stop    [2]int // a pipe that ends the goroutine
	done    sync.WaitGroup
	watches atomic.Int32

	mu     sync.Mutex
	parked map[int32]*Exchange // by file descriptor
}

// newPoller returns a running poller; nil when the system refuses.
func newPoller() *poller {
	p := &poller{parked: map[int32]*Exchange{}}
	var err error
	if p.fd, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return nil
	}
	if err = syscall.Pipe2(p.stop[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		_ = syscall.Close(p.fd)
		return nil
	}
	ev := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(p.stop[0])}
	if err = syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, p.stop[0], &ev); err != nil {
		p.release()
		return nil
	}
	p.done.Go(p.loop)
	return p
}

// control changes what is watched of a parked connection.
func (p *poller) control(e *Exchange, op int, events uint32) bool {
	raw, err := e.conn.SyscallConn()
	if err != nil {
		return false
	}
	failed := raw.Control(func(fd uintptr) {
		ev := syscall.EpollEvent{Events: events | epollOneShot, Fd: int32(fd), Pad: e.watch}
		p.mu.Lock()
		defer p.mu.Unlock()
		switch op {
		case syscall.EPOLL_CTL_DEL:
			delete(p.parked, int32(fd))
		case syscall.EPOLL_CTL_ADD:
			p.parked[int32(fd)] = e
		}
		err = syscall.EpollCtl(p.fd, op, int(fd), &ev)
	})
	return err == nil && failed == nil
}

// add begins to watch a connection that has no answer yet.
func (p *poller) add(e *Exchange) bool {
	e.watch = p.watches.Add(1)
	return p.control(e, syscall.EPOLL_CTL_ADD, syscall.EPOLLIN|epollRdHup)
}

// watch waits for the next request or the end of the connection.
func (p *poller) watch(e *Exchange) bool {
	return p.control(e, syscall.EPOLL_CTL_MOD, syscall.EPOLLIN|epollRdHup)
}

// watchEnd waits for the end of the connection only.
func (p *poller) watchEnd(e *Exchange) bool {
	return p.control(e, syscall.EPOLL_CTL_MOD, epollRdHup)
}

// remove stops watching.
func (p *poller) remove(e *Exchange) { p.control(e, syscall.EPOLL_CTL_DEL, 0) }

// all returns the parked connections.
func (p *poller) all() []*Exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*Exchange, 0, len(p.parked))
	for _, e := range p.parked {
		all = append(all, e)
	}
	return all
}

// loop hands out events until the poller is closed.
func (p *poller) loop() {
	defer p.release()
	events := make([]syscall.EpollEvent, 128)
	for last := time.Now(); ; {
		n, err := syscall.EpollWait(p.fd, events, int(idleTime.Milliseconds()/8))
		if err != nil && err != syscall.EINTR {
			return
		}
		for i := range max(n, 0) {
			if events[i].Fd == int32(p.stop[0]) {
				return
			}
			p.hand(&events[i])
		}
		if now := time.Now(); now.Sub(last) > idleTime/8 {
			last = now
			p.sweep(now)
		}
	}
}

// hand passes one event on, unless it is an older connection's.
func (p *poller) hand(ev *syscall.EpollEvent) {
	p.mu.Lock()
	e := p.parked[ev.Fd]
	p.mu.Unlock()
	if e != nil && e.watch == ev.Pad {
		e.event(ev.Events&peerGone != 0)
	}
}

// sweep closes connections that were idle for too long.
func (p *poller) sweep(now time.Time) {
	for _, e := range p.all() {
		e.mu.Lock()
		old := e.state == idle && now.Sub(e.written) > idleTime
		e.mu.Unlock()
		if old {
			e.event(true)
		}
	}
}

// close ends the goroutine.
func (p *poller) close() {
	_, _ = syscall.Write(p.stop[1], []byte{0})
	p.done.Wait()
}

func (p *poller) release() {
	_ = syscall.Close(p.stop[0])
	_ = syscall.Close(p.stop[1])
	_ = syscall.Close(p.fd)
}
