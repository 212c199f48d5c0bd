package bosh

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
	"unique"
)

// spot is one parked connection.
type spot struct {
	lot    *lot
	poller *poller
	x      *waiter
	conn   *socket
	head   unique.Handle[string] // the header lines that do not depend on the answer
	gzip   bool
	rest   []byte // read ahead from the connection

	mu    sync.Mutex
	state spotState
	gen   int32 // tells events of this spot from those of an older one
	since time.Time
}

type spotState uint8

const (
	spotHeld    spotState = iota // its request is not answered
	spotWriting                  // the answer is being written
	spotIdle                     // waits for the next request
	spotLeft                     // closed, or back at the server
)

// appendHead formats the headers that are set already.
func appendHead(b []byte, h http.Header) []byte {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			b = append(append(append(append(b, name...), ": "...), v...), "\r\n"...)
		}
	}
	return b
}

// deliver writes the answer and waits for the next request. It must not block
// its caller.
func (sp *spot) deliver() {
	sp.mu.Lock()
	if sp.state == spotHeld {
		sp.state = spotWriting
		sp.lot.count.parked.Add(-1)
		sp.lot.spawn(sp.write)
	}
	sp.mu.Unlock()
}

func (sp *spot) write() {
	_ = sp.conn.TCPConn.SetWriteDeadline(time.Now().Add(writeTime))
	n, err := sp.conn.Write(sp.format())
	sp.lot.count.bytesOut.Add(int64(n))
	if err != nil {
		sp.close()
		return
	}
	_ = sp.conn.TCPConn.SetWriteDeadline(time.Time{})
	sp.x.wrote()
	if len(sp.rest) > 0 {
		sp.giveBack()
		return
	}
	sp.mu.Lock()
	sp.state, sp.since = spotIdle, time.Now()
	ok := sp.poller.watch(sp)
	sp.mu.Unlock()
	if !ok {
		sp.close()
	}
}

// format is the whole HTTP response.
func (sp *spot) format() []byte {
	h := http.Header{}
	status, body := sp.x.result(h, sp.gzip)
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	b := []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n")
	b = appendHead(append(b, sp.head.Value()...), h)
	return append(append(b, "\r\n"...), body...)
}

// event is called by the poller: something came, or the peer has gone.
func (sp *spot) event(gone bool) {
	sp.mu.Lock()
	state := sp.state
	switch {
	case state == spotWriting || state == spotLeft:
	case state == spotHeld && !gone: // the next request already; it can wait
		if !sp.poller.watchEnd(sp) {
			gone = true
		}
	}
	sp.mu.Unlock()
	switch {
	case gone && (state == spotHeld || state == spotIdle):
		sp.lot.spawn(sp.close)
	case state == spotIdle:
		sp.lot.spawn(sp.giveBack)
	}
}

// close closes the connection and says so, unless its answer has arrived.
func (sp *spot) close() {
	was := sp.leave()
	if was == spotLeft {
		return
	}
	_ = sp.conn.Close()
	if was != spotIdle || sp.x.cut() {
		sp.x.abandon()
	}
}

// giveBack lets the server read the next request.
func (sp *spot) giveBack() {
	if sp.leave() == spotLeft {
		return
	}
	sp.conn.rest = sp.rest
	sp.x.release()
	select {
	case sp.lot.back <- sp.conn:
	case <-sp.lot.closed:
		_ = sp.conn.Close()
	}
}

// leave takes the connection out of the poller and returns its state before.
func (sp *spot) leave() spotState {
	sp.mu.Lock()
	defer sp.mu.Unlock()
	was := sp.state
	if was == spotLeft {
		return was
	}
	if was == spotHeld {
		sp.lot.count.parked.Add(-1)
	}
	sp.state = spotLeft
	sp.poller.remove(sp)
	return was
}
