package link

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"sync"

	"frontdesk/wire"
)

// nsBarrier marks the payload of a barrier.
const nsBarrier = "urn:frontdesk:barrier:0"

// barrier is a stanza that we send to ourselves. XEP-0114 has no
// acknowledgements: the return of a barrier proves that the server has taken
// everything written before it.
type barrier struct {
	number uint64
	items  []int64 // written since the barrier before it
}

// barriers are those of one connection. Its methods may be called by any
// goroutine.
type barriers struct {
	started int64  // of the process, in nanoseconds since 1970
	nonce   string // of the connection; nobody else can know it

	mu   sync.Mutex
	last uint64
	sent []barrier // not returned, in order
}

func newBarriers(started int64) *barriers {
	return &barriers{started: started, nonce: rand.Text()}
}

// issue makes the next barrier, written behind these items, and returns its id.
func (b *barriers) issue(items []int64) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.sent = append(b.sent, barrier{b.last, items})
	return strconv.FormatInt(b.started, 36) + "." + b.nonce + "." + strconv.FormatUint(b.last, 10)
}

// back takes a returned barrier. It returns the items that were written before
// it, and how many earlier barriers did not return; false for one that was not
// under way.
func (b *barriers) back(number uint64) (items []int64, missing int, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.sent, func(s barrier) bool { return s.number == number })
	if i < 0 {
		return nil, 0, false
	}
	for _, s := range b.sent[:i+1] { // the earlier ones are lost
		items = append(items, s.items...)
	}
	b.sent = append(b.sent[:0], b.sent[i+1:]...)
	return items, i, true
}

// underWay counts the barriers that have not returned.
func (b *barriers) underWay() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sent)
}

// barrierID is what the id of a barrier says about its sender.
type barrierID struct {
	started int64
	nonce   string
	number  uint64
}

func parseBarrierID(id string) (barrierID, bool) {
	parts := strings.Split(id, ".")
	if len(parts) != 3 {
		return barrierID{}, false
	}
	started, err := strconv.ParseInt(parts[0], 36, 64)
	if err != nil {
		return barrierID{}, false
	}
	number, err := strconv.ParseUint(parts[2], 10, 64)
	if err != nil {
		return barrierID{}, false
	}
	return barrierID{started, parts[1], number}, true
}

// barrierIQ is the barrier on the wire: a request that we never answer.
func barrierIQ(domain, id string) *wire.IQ {
	return &wire.IQ{
		Header:  wire.Header{From: domain, To: domain, ID: id, Type: "get"},
		Payload: wire.New(nsBarrier, "barrier", nil),
	}
}
