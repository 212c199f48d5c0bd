package ws

import (
	"sync"

	"github.com/coder/websocket"

	"frontdesk/c2s"
	"frontdesk/roster"
	"frontdesk/wheel"
)

// conn is one socket and, once it is open, its stream. It implements
// [c2s.Socket].
//
// One goroutine reads; a second one lives while there is something to write, a
// third while a ping of the browser is not answered. calls is taken before mu;
// the methods of c2s.Socket take mu alone, and what they call takes locks of
// the endpoint.
type conn struct {
	wheel.Alarm

	core   *core
	ws     *websocket.Conn
	socket *socket
	info   c2s.Info

	// Of the reader alone.
	pings roster.Pace // of the peer
	flood bool        // they were too many

	// The stream, whose calls go one at a time.
	calls  sync.Mutex
	stream c2s.Stream
	ended  bool

	mu         sync.Mutex
	queue      []frame
	queued     int // bytes of queue
	writing    bool
	ping       pinging
	pong       func()
	headerSent bool // <open/> was sent
	closing    bool // <close/> was sent: nothing goes out any more
	failed     bool // with a stream error: nothing comes in any more
	linkLost   bool // the end of the stream is a lost link
	over       bool
	due        instant // of the present phase; 0: none
	status     websocket.StatusCode

	writers sync.WaitGroup
}

// frame is the text of one message to the peer.
type frame []byte

// pinging is how far a ping of the browser has come (RFC 6455 §5.5.2).
type pinging uint8

const (
	notPinging pinging = iota
	pingWaits          // for what is queued before it
	pingSent           // and not answered yet
)

// Info implements [c2s.Conn].
func (c *conn) Info() c2s.Info { return c.info }

// call makes one call of the stream, if there is one.
func (c *conn) call(f func(c2s.Stream)) {
	c.calls.Lock()
	defer c.calls.Unlock()
	if c.stream != nil && !c.ended {
		f(c.stream)
	}
}
