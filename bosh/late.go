package bosh

import "time"

// lateTime is how much later than a request on one connection the end of another
// may be known, when the peer has closed that one before.
const lateTime = 20 * time.Millisecond

// takeTime is how long after that a peer that is there may need to acknowledge
// what it has got: a lost packet is sent again meanwhile (RFC 6298 §2).
const takeTime = time.Second

// cutLate is for an answer with payloads when another connection brings the
// next request. That may overtake the end of this one and the news of what
// became of the answer, so it waits for them. An answer that nobody has taken in
// all that time is lost.
func (x *waiter) cutLate(written time.Time) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		x.mu.Lock()
		socket := x.socket
		x.mu.Unlock()
		if socket == nil {
			return false // the next request is here
		}
		open, taken := socket.state()
		switch waited := time.Since(began); {
		case !open:
			return socket.cut(written)
		case waited >= x.late && taken:
			return false
		case waited >= x.late+takeTime:
			return true
		}
	}
}
