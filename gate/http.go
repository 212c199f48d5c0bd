package gate

import (
	"net/http"
	"time"
)

// BodyTime is how long a request's body may take.
const BodyTime = 10 * time.Second

// Guard is what every request passes first: its body has [BodyTime], and its
// end is seen where everybody else sees it.
func Guard(next http.Handler) http.Handler { return punctual(unambiguous(next)) }

// unambiguous closes the connection behind a chunked request. If it has a
// Content-Length as well, which net/http does not tell, somebody in between may
// see its end elsewhere (RFC 9112 §6.3).
func unambiguous(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
			r.Close = true
		}
		next.ServeHTTP(w, r)
	})
}

// punctual gives a request's body some time, also one that nobody reads: the
// server does so itself then, before it takes the next request. Who holds a
// request after its body has to clear the deadline.
func punctual(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(BodyTime))
		}
		next.ServeHTTP(w, r)
	})
}
