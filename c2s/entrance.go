package c2s

import "sync/atomic"

// entrance is a stream's time from its opening to bind: the login. It is limited,
// and meanwhile a browser whose link is watched from here is asked whether it is
// there.
type entrance struct {
	core   *core
	on     *connection
	login  login
	by     instant // when it is over
	page   page    // of the alarm alone
	alarm  deadline
	passed atomic.Bool // bound, or at its end
}

// newEntrance begins with the connection.
func newEntrance(core *core, on *connection) *entrance {
	now := core.wheel.Now()
	e := &entrance{core: core, on: on, login: login{core: core}, by: now.Add(core.opts.LoginWithin)}
	e.page = newPage(on.begins(streamBound, core.wheel), now)
	e.alarm.fire = e.ring
	core.wheel.Set(&e.alarm, e.next())
	return e
}

// pass ends it.
func (e *entrance) pass() {
	e.passed.Store(true)
	e.core.wheel.Drop(&e.alarm)
}

// next is when there is something to do.
func (e *entrance) next() instant {
	if e.page.next != 0 {
		return min(e.by, e.page.next)
	}
	return e.by
}

// ring does what is due.
func (e *entrance) ring() {
	now := e.core.wheel.Now()
	switch {
	case e.passed.Load():
		return
	case now >= e.by:
		e.on.Close(&StreamError{"connection-timeout", "no login in time"})
		return
	case e.on.socket != nil:
		do := e.page.look(event{lastBytes: e.core.wheel.At(e.on.socket.LastBytes())}, now)
		if do.ping {
			e.on.socket.Ping(func() {})
		}
		if e.page.missed > missedPings+2 {
			e.on.socket.Drop()
			return
		}
	}
	e.core.wheel.Set(&e.alarm, e.next())
}
