package ws

import "sync/atomic"

// Stats is a snapshot of what the endpoint has done and has in hand. Counts
// are since the start unless it says otherwise.
type Stats struct {
	Sockets int // now

	Accepted   int64 // sockets
	Opened     int64 // streams
	Refused    int64 // requests
	Foreign    int64 // requests of other origins
	Overloaded int64 // requests answered 503
	StanzasIn  int64
	StanzasOut int64
	BytesIn    int64 // of messages
	BytesOut   int64
	Lost       int64 // sockets that ended without <close/>
	Overflows  int64 // peers that read too slowly
	Panics     int64
}

// counters are what Stats reads.
type counters struct {
	accepted, opened, refused, foreign, overloaded, stanzasIn, stanzasOut,
	bytesIn, bytesOut, lost, overflows, panics atomic.Int64
}
