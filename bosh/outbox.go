package bosh

import "slices"

// outbox holds the payloads for the visitor. They are counted from 1, as
// [frontdesk/c2s.Stream] does.
type outbox struct {
	queue [][]byte // what waits for a request
	bytes int      // of the queue
	taken uint64   // number of the last payload put into a reply
	sure  uint64   // highest number that surely arrived
}

// add queues a payload. False: too many wait.
func (o *outbox) add(payload []byte) bool {
	if len(o.queue) >= maxQueued || o.bytes+len(payload) > maxQueuedBytes {
		return false
	}
	o.queue = append(o.queue, payload)
	o.bytes += len(payload)
	return true
}

// fit returns how many queued payloads go into the next body, which has so many
// bytes of payloads already. One always goes, however large.
func (o *outbox) fit(size int) int {
	n := 0
	for n < len(o.queue) {
		size += len(o.queue[n])
		if size > maxAnswerBytes && n > 0 {
			break
		}
		n++
	}
	return n
}

// take removes the first n payloads.
func (o *outbox) take(n int) {
	for _, p := range o.queue[:n] {
		o.bytes -= len(p)
	}
	o.queue = o.queue[n:]
	if len(o.queue) == 0 {
		o.queue = nil
	}
	o.taken += uint64(n)
}

// putBack puts the payloads of a doubtful answer in front of the queue and
// reports whether it had any. The connection that carried it closed before the
// client gave any later sign of life on a living connection: the page may have
// gone without reading it.
func (o *outbox) putBack(old *slot) bool {
	n := old.fromQueue
	if n == 0 {
		return false
	}
	back := old.reply.payloads[len(old.reply.payloads)-n:]
	o.queue = slices.Concat(back, o.queue)
	for _, p := range back {
		o.bytes += len(p)
	}
	o.taken -= uint64(n)
	old.fromQueue, old.sure, old.ex = 0, true, nil
	return true
}

// confirm notes that an answer has arrived.
func (o *outbox) confirm(old *slot) {
	if old.open() || old.sure {
		return
	}
	old.sure, old.ex = true, nil // of its connection nothing more is asked
	o.sure = max(o.sure, old.lastPayload)
}

// clear drops what waits.
func (o *outbox) clear() { o.queue, o.bytes = nil, 0 }
