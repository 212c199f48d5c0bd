package c2s

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"frontdesk/roster"
)

// identity is the answer of /visitor.
type identity struct {
	JID      string `json:"jid"`
	Password string `json:"password"`
	Expires  string `json:"expires"` // RFC 3339, UTC
}

// makeVisitors serves /visitor.
type makeVisitors struct {
	hub     *Hub
	origins *Origins
	remote  func(*http.Request) netip.Addr
}

// VisitorHandler serves POST /visitor: it makes a visitor whose address can be
// logged in again with PLAIN, or, with HTTP Basic credentials (RFC 7617), gives
// that visitor a new token. GET is the same as a POST without credentials.
// remote says where a request comes from, behind trusted proxies.
func (h *Hub) VisitorHandler(origins *Origins, remote func(*http.Request) netip.Addr) http.Handler {
	return &makeVisitors{h, origins, remote}
}

func (m *makeVisitors) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	m.origins.SetHeaders(header, r)
	header.Set("Cache-Control", "no-store")
	if !m.origins.Allowed(r) {
		refuse(w, http.StatusForbidden, "this site may not use the chat")
		return
	}
	switch r.Method {
	case http.MethodOptions:
		header.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
		header.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	case http.MethodGet, http.MethodPost:
		m.serve(w, r)
	default:
		header.Set("Allow", "GET, POST, OPTIONS")
		refuse(w, http.StatusMethodNotAllowed, "use POST")
	}
}

func (m *makeVisitors) serve(w http.ResponseWriter, r *http.Request) {
	switch admitted, open := m.hub.admit(m.remote(r)); {
	case !open:
		refuse(w, http.StatusServiceUnavailable, "shutting down")
		return
	case !admitted:
		w.Header().Set("Retry-After", "10")
		refuse(w, http.StatusTooManyRequests, "too many visitors, try again later")
		return
	}
	jid := m.hub.newVisitor()
	if r.Method == http.MethodPost && r.Header.Get("Authorization") != "" {
		var ok bool
		if jid, ok = m.returning(w, r); !ok {
			return
		}
	}
	token, expires, err := m.hub.issue(r.Context(), jid)
	if err != nil {
		m.hub.log.Error("make a visitor", "err", err)
		refuse(w, http.StatusServiceUnavailable, "not possible now, try again later")
		return
	}
	m.hub.counts.visitors.Add(1)
	answer(w, http.StatusCreated, identity{string(jid), token, expires.UTC().Format(time.RFC3339)})
}

// returning checks the credentials of a visitor who was here before; without
// success it has answered.
func (m *makeVisitors) returning(w http.ResponseWriter, r *http.Request) (roster.VisitorJID, bool) {
	name, token, ok := r.BasicAuth()
	local, domain, full := strings.Cut(name, "@")
	jid := roster.VisitorJID(local + "@" + m.hub.opts.Domain)
	if ok && (!full || domain == m.hub.opts.Domain) {
		var err error
		if ok, err = m.hub.checkToken(r.Context(), jid, token); err != nil {
			m.hub.log.Error("renew a visitor's token", "err", err)
			refuse(w, http.StatusServiceUnavailable, "not possible now, try again later")
			return "", false
		}
	} else {
		ok = false
	}
	if !ok {
		// Not "Basic": browsers would ask the visitor for a password.
		w.Header().Set("WWW-Authenticate", `X-Basic realm="visitor"`)
		refuse(w, http.StatusUnauthorized, "unknown visitor or wrong password")
	}
	return jid, ok
}

// admit tells whether a visitor may be made for that address, and whether we
// are open at all.
func (h *Hub) admit(from netip.Addr) (admitted, open bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false, false
	}
	if admitted = h.door.create(from, time.Now()); !admitted {
		h.counts.refused.Add(1)
	}
	return admitted, true
}

func refuse(w http.ResponseWriter, status int, text string) {
	answer(w, status, map[string]string{"error": text})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the page is gone, nobody to tell
}
