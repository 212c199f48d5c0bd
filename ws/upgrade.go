package ws

import (
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/roster"
)

// ServeHTTP implements http.Handler: it makes a WebSocket of a request, or
// refuses it with an HTTP status.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status, why := e.refuse(w.Header(), r); status != 0 {
		e.count.refused.Add(1)
		http.Error(w, why, status)
		return
	}
	if !e.enter() {
		e.busy(w, "stopping")
		return
	}
	who := e.gate.Caller(r)
	if !e.gate.EnterSocket(who.Remote) {
		e.work.Done()
		e.busy(w, "too many sockets without a stream")
		return
	}
	c, err := e.accept(w, r, who)
	if err != nil { // answered already
		e.gate.LeaveSocket(who.Remote)
		e.work.Done()
		e.count.refused.Add(1)
		return
	}
	e.start(c)
}

// refuse finds what is wrong with a request; status 0: nothing that we look
// at (RFC 6455 §4.2.1, RFC 7395 §3.1).
func (e *Endpoint) refuse(h http.Header, r *http.Request) (status int, why string) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.Method != http.MethodGet:
		h.Set("Allow", "GET")
		return http.StatusMethodNotAllowed, "a WebSocket begins with GET"
	case !e.gate.Allowed(r):
		e.count.foreign.Add(1)
		return http.StatusForbidden, "origin not allowed"
	case r.Header.Get("Upgrade") == "":
		h.Set("Upgrade", "websocket")
		h.Set("Connection", "Upgrade")
		return http.StatusUpgradeRequired, "this is a WebSocket endpoint for XMPP clients (RFC 7395)"
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		h.Set("Sec-WebSocket-Version", "13")
		return http.StatusUpgradeRequired, "WebSocket version 13 is required"
	case !offers(r):
		return http.StatusBadRequest, "subprotocol xmpp is required"
	}
	return 0, ""
}

// offers tells whether the client offers our subprotocol.
func offers(r *http.Request) bool {
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			if strings.TrimSpace(name) == subprotocol {
				return true
			}
		}
	}
	return false
}

// busy refuses a socket for now.
func (e *Endpoint) busy(w http.ResponseWriter, why string) {
	e.count.overloaded.Add(1)
	w.Header().Set("Retry-After", "2")
	http.Error(w, why, http.StatusServiceUnavailable)
}

// accept upgrades the connection. An error has been answered.
func (e *Endpoint) accept(w http.ResponseWriter, r *http.Request, who gate.Caller) (*conn, error) {
	c := &conn{
		core: e.core, status: websocket.StatusNormalClosure, pings: roster.NewPace(1/pingEvery.Seconds(), pingBurst), due: e.now().Add(openWithin),
		info: c2s.Info{
			Site: who.Site, Remote: who.Remote, Network: who.Network, Secure: who.Secure, Ping: e.opt.Ping,
		},
	}
	h := &hijacker{ResponseWriter: w}
	socket, err := websocket.Accept(h, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // refuse has looked at the origin
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     c.pinged,
	})
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(maxMessage)
	c.ws, c.socket = socket, h.socket
	return c, nil
}
