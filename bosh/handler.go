package bosh

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/wire"
)

// defaultType is the Content-Type of answers (XEP-0124 §7.1).
const defaultType = "text/xml; charset=utf-8"

// serve answers one HTTP request. Errors below BOSH are HTTP status codes.
func (m *Manager) serve(w http.ResponseWriter, r *http.Request) {
	harden(w.Header())
	m.gate.SetHeaders(w.Header(), r)
	switch {
	case r.Method == http.MethodOptions:
		gate.Preflight(w, "POST, OPTIONS", "Content-Type, Content-Encoding")
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		explain(w)
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS, POST")
		http.Error(w, "BOSH requests are POST requests", http.StatusMethodNotAllowed)
	case !m.gate.Allowed(r):
		m.count.foreign.Add(1)
		http.Error(w, "origin not allowed", http.StatusForbidden)
	case !m.enter():
		w.Header().Set("Retry-After", "2")
		http.Error(w, "overloaded", http.StatusServiceUnavailable)
	default:
		defer m.leave()
		m.post(w, r)
	}
}

// harden sets the headers of every response: payloads may contain markup from
// strangers.
func harden(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
}

// explain answers people who look at the address with a browser.
func explain(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "This is a BOSH endpoint for XMPP clients (XEP-0124, XEP-0206).\n")
}

// enter counts a request in; false when there are too many already.
func (m *Manager) enter() bool {
	n := m.count.inHand.Add(1) + m.conns.Parked()
	if m.opt.MaxRequests > 0 && n > int64(m.opt.MaxRequests) {
		m.count.inHand.Add(-1)
		m.count.overloaded.Add(1)
		return false
	}
	return true
}

func (m *Manager) leave() { m.count.inHand.Add(-1) }

// post serves a BOSH request.
func (m *Manager) post(w http.ResponseWriter, r *http.Request) {
	x := m.newExchange(r)
	body, bad, err := m.read(w, r)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		http.Error(w, "body not received in time", http.StatusRequestTimeout)
		return
	case err != nil:
		http.Error(w, "body not received", http.StatusBadRequest)
		return
	}
	if bad != "" {
		m.count.unreadable.Add(1)
		x.answer(defaultType, terminal(bad, false))
	} else {
		m.dispatch(body, r, x)
	}
	m.respond(w, r, x)
}

// read reads and parses the body. The error is one of the connection.
func (m *Manager) read(w http.ResponseWriter, r *http.Request) (*wire.Element, condition, error) {
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(gate.BodyTime))
	raw, err := readBody(w, r, m.opt.BodyLimit)
	var bad conditionError
	switch {
	case err == nil: // a deadline left over would end a held request: a false offline
		_ = rc.SetReadDeadline(time.Time{})
	case errors.As(err, &bad):
		return nil, condition(bad), nil
	case err != nil:
		return nil, "", err
	}
	m.count.bytesIn.Add(int64(len(raw)))
	e, err := wire.ParseBody(raw)
	switch {
	case err == nil && e.Name.Space == wire.NSHTTPBind && e.Name.Local == "body":
		return e, "", nil
	case tooBig(err):
		return nil, policyViolation, nil
	}
	return nil, badRequest, nil
}

// tooBig reports whether a body breaks a limit and is not just bad XML.
func tooBig(err error) bool {
	bad, ok := errors.AsType[*wire.Error](err)
	return ok && bad.Kind == wire.TooBig
}

// dispatch finds the session of a body, or makes one.
func (m *Manager) dispatch(e *wire.Element, r *http.Request, x *httpExchange) {
	sid, ok := e.Lookup("", "sid")
	if !ok {
		m.create(readCreation(e), m.infoOf(r), x)
		return
	}
	s := m.find(sid)
	if s == nil {
		m.count.unknown.Add(1)
		reason := itemNotFound
		if m.isDraining() {
			reason = systemShutdown // it may have been there until now
		}
		x.answer(defaultType, terminal(reason, false))
		return
	}
	if s.info.Secure && !m.gate.Secure(r) {
		m.count.insecure.Add(1)
		panic(http.ErrAbortHandler) // XEP-0124 §19.1: not served, not ended
	}
	m.pass(s, e, r, x)
}

// infoOf is what a session's first request says of its client.
func (m *Manager) infoOf(r *http.Request) c2s.Info {
	who := m.gate.Caller(r)
	return c2s.Info{
		Site: who.Site, Remote: who.Remote, Network: who.Network, Secure: who.Secure, Acknowledges: true,
	}
}

// pass gives a request to its session.
func (m *Manager) pass(s *session, e *wire.Element, r *http.Request, x *httpExchange) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	req := readRequest(e, media == "text/plain")
	value := e.Attr("rid")
	rid, ok := parseRid(value)
	switch {
	case ok:
		req.rid = rid
	case digits(value) && value != "" && !allZero(value):
		req.rid = maxRid + 1 // beyond every window
	default:
		x.answer(s.ctype, terminal(badRequest, s.legacy))
		return
	}
	if !s.safely(func() { s.admit(req, x) }) {
		x.answer(s.ctype, terminal(internalServerError, s.legacy))
	}
}

// allZero reports whether a number of digits is zero.
func allZero(s string) bool {
	for _, c := range s {
		if c != '0' {
			return false
		}
	}
	return true
}

// respond waits for the answer and writes it, or leaves both to a parked
// connection.
func (m *Manager) respond(w http.ResponseWriter, r *http.Request, x *httpExchange) {
	if x.park(w, r) {
		return
	}
	m.count.waiting.Add(1)
	ok := x.held.Wait(r.Context())
	m.count.waiting.Add(-1)
	if !ok {
		return
	}
	if r.Context().Err() != nil {
		x.held.Gone() // while it was being answered
		return
	}
	carrierOf(r).Carry(&x.held)
	status, body := x.result(w.Header())
	w.WriteHeader(status)
	m.count.bytesOut.Add(int64(len(body)))
	_, err := w.Write(body)
	if err == nil {
		err = http.NewResponseController(w).Flush()
	}
	if err != nil {
		x.held.Gone()
		return
	}
	x.held.Written()
}
