package bosh

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
	lot  *lot
	fd   int
	wake [2]int // a pipe that ends the goroutine
	done sync.WaitGroup
	gen  atomic.Int32

	mu    sync.Mutex
	spots map[int32]*spot // by file descriptor
}

// newPoller returns a running poller; nil when the system refuses.
func newPoller(l *lot) *poller {
	p := &poller{lot: l, spots: map[int32]*spot{}}
	var err error
	if p.fd, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return nil
	}
	if err = syscall.Pipe2(p.wake[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		_ = syscall.Close(p.fd)
		return nil
	}
	ev := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(p.wake[0])}
	if err = syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_ADD, p.wake[0], &ev); err != nil {
		p.release()
		return nil
	}
	p.done.Go(p.loop)
	return p
}

// control changes what is watched of a spot's connection.
func (p *poller) control(sp *spot, op int, events uint32) bool {
	raw, err := sp.conn.SyscallConn()
	if err != nil {
		return false
	}
	failed := raw.Control(func(fd uintptr) {
		ev := syscall.EpollEvent{Events: events | epollOneShot, Fd: int32(fd), Pad: sp.gen}
		p.mu.Lock()
		defer p.mu.Unlock()
		switch op {
		case syscall.EPOLL_CTL_DEL:
			delete(p.spots, int32(fd))
		case syscall.EPOLL_CTL_ADD:
			p.spots[int32(fd)] = sp
		}
		err = syscall.EpollCtl(p.fd, op, int(fd), &ev)
	})
	return err == nil && failed == nil
}

// add begins to watch a held connection.
func (p *poller) add(sp *spot) bool {
	sp.gen = p.gen.Add(1)
	return p.control(sp, syscall.EPOLL_CTL_ADD, syscall.EPOLLIN|epollRdHup)
}

// watch waits for the next request or the end of the connection.
func (p *poller) watch(sp *spot) bool {
	return p.control(sp, syscall.EPOLL_CTL_MOD, syscall.EPOLLIN|epollRdHup)
}

// watchEnd waits for the end of the connection only.
func (p *poller) watchEnd(sp *spot) bool {
	return p.control(sp, syscall.EPOLL_CTL_MOD, epollRdHup)
}

// remove stops watching.
func (p *poller) remove(sp *spot) { p.control(sp, syscall.EPOLL_CTL_DEL, 0) }

// all returns the parked connections.
func (p *poller) all() []*spot {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*spot, 0, len(p.spots))
	for _, sp := range p.spots {
		all = append(all, sp)
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
			if events[i].Fd == int32(p.wake[0]) {
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
	sp := p.spots[ev.Fd]
	p.mu.Unlock()
	if sp != nil && sp.gen == ev.Pad {
		sp.event(ev.Events&peerGone != 0)
	}
}

// sweep closes connections that were idle for too long.
func (p *poller) sweep(now time.Time) {
	for _, sp := range p.all() {
		sp.mu.Lock()
		old := sp.state == spotIdle && now.Sub(sp.since) > idleTime
		sp.mu.Unlock()
		if old {
			sp.event(true)
		}
	}
}

// close ends the goroutine.
func (p *poller) close() {
	_, _ = syscall.Write(p.wake[1], []byte{0})
	p.done.Wait()
}

func (p *poller) release() {
	_ = syscall.Close(p.wake[0])
	_ = syscall.Close(p.wake[1])
	_ = syscall.Close(p.fd)
}
