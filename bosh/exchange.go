package bosh

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
	"unique"

	"frontdesk/hold"
)

// exchange is one HTTP request that waits for its answer. Sessions know
// nothing else of HTTP, so that a waiting request can be as little as its
// connection.
type exchange interface {
	// answer hands over the response and never blocks. Only the first call
	// counts. False: the peer has gone, nothing will be written.
	answer(ctype string, r reply) bool
	// watch names who is told, once and from another call, when the peer closes
	// the connection, before or after the answer.
	watch(w watcher)
	// lost reports whether the peer has closed the connection and may not have
	// got the answer; the watcher is told later, or was told already. It may wait
	// a moment, for an answer that is being written or for the news of the end.
	lost() bool
}

// watcher is told about closed connections.
type watcher interface {
	gone(ex exchange)
}

// httpExchange is an exchange that came through net/http. Its handler waits
// for the answer, or its connection is parked.
type httpExchange struct {
	count *counters
	head  unique.Handle[string] // of a parked one: the header lines that do not depend on the answer
	held  hold.Exchange

	mu       sync.Mutex
	answered bool
	gzip     bool // the client can read it; not changed
	ctype    string
	reply    reply
	watcher  watcher
}

func (m *Manager) newExchange(r *http.Request) *httpExchange {
	x := &httpExchange{count: &m.count, gzip: acceptsGzip(r.Header.Get("Accept-Encoding"))}
	x.held.Begin(carrierOf(r), x)
	return x
}

// carrierOf returns the connection of a request when its end would mean
// something: not when it closes after the answer anyway, and not when it is
// shared by many requests at once.
func carrierOf(r *http.Request) *hold.Carrier {
	if r.Close || r.ProtoMajor != 1 || r.ProtoMinor == 0 {
		return nil
	}
	return hold.CarrierOf(r.Context())
}

func (x *httpExchange) watch(w watcher) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.watcher = w
}

func (x *httpExchange) answer(ctype string, r reply) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.answered {
		return false
	}
	x.answered, x.ctype, x.reply = true, ctype, r
	return x.held.Wake(len(r.payloads) > 0)
}

func (x *httpExchange) lost() bool { return x.held.Lost() }

// Gone implements [hold.Owner].
func (x *httpExchange) Gone() {
	x.mu.Lock()
	w := x.watcher
	x.mu.Unlock()
	if w != nil {
		w.gone(x)
	}
}

// Bytes implements [hold.Owner]: the whole HTTP response.
func (x *httpExchange) Bytes() []byte {
	h := http.Header{}
	status, body := x.result(h)
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	b := []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status) + "\r\n")
	b = appendHead(append(b, x.head.Value()...), h)
	b = append(append(b, "\r\n"...), body...)
	x.count.bytesOut.Add(int64(len(b)))
	return b
}

// result sets the headers of the answer, returns its status and body and
// forgets it: it is asked for once.
func (x *httpExchange) result(h http.Header) (int, []byte) {
	x.mu.Lock()
	ctype, r := x.ctype, x.reply
	x.reply = reply{}
	x.mu.Unlock()
	h.Set("Content-Type", ctype)
	body := pack(r.format(), x.gzip, h)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.status != 0 {
		return r.status, body
	}
	return http.StatusOK, body
}

// park leaves the request to its connection. False: the handler has to wait
// itself.
func (x *httpExchange) park(w http.ResponseWriter, r *http.Request) bool {
	if !x.held.CanPark(carrierOf(r)) {
		return false
	}
	x.head = unique.Make(string(appendHead(nil, w.Header()))) // the same for most
	_, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	ahead, _ := buf.Reader.Peek(buf.Reader.Buffered())
	x.held.Park(ahead)
	return true
}

// appendHead formats headers.
func appendHead(b []byte, h http.Header) []byte {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			b = append(append(append(append(b, name...), ": "...), v...), "\r\n"...)
		}
	}
	return b
}
