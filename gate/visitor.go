package gate

import (
	"encoding/json"
	"log/slog"
	"net/http"
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

// Visitors serves /visitor for the visitors of one domain. POST makes a visitor
// whose address can be logged in again with PLAIN, or, with HTTP Basic
// credentials (RFC 7617), gives that visitor a new token. GET is the same as a
// POST without credentials.
func (g *Gate) Visitors(domain string, ids Identities, log *slog.Logger) http.Handler {
	return &visitors{g, domain, ids, log}
}

type visitors struct {
	gate   *Gate
	domain string
	ids    Identities
	log    *slog.Logger
}

// ServeHTTP implements [http.Handler].
func (v *visitors) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	v.gate.SetHeaders(header, r)
	header.Set("Cache-Control", "no-store")
	if !v.gate.Allowed(r) {
		refuse(w, http.StatusForbidden, "this site may not use the chat")
		return
	}
	switch r.Method {
	case http.MethodOptions:
		Preflight(w, "GET, POST, OPTIONS", "Authorization, Content-Type")
	case http.MethodGet, http.MethodPost:
		v.serve(w, r)
	default:
		header.Set("Allow", "GET, POST, OPTIONS")
		refuse(w, http.StatusMethodNotAllowed, "use POST")
	}
}

func (v *visitors) serve(w http.ResponseWriter, r *http.Request) {
	switch admitted, open := v.gate.identify(v.gate.proxies.remote(r), time.Now()); {
	case !open:
		refuse(w, http.StatusServiceUnavailable, "shutting down")
		return
	case !admitted:
		w.Header().Set("Retry-After", "10")
		refuse(w, http.StatusTooManyRequests, "too many visitors, try again later")
		return
	}
	jid := v.ids.NewVisitor()
	if r.Method == http.MethodPost && r.Header.Get("Authorization") != "" {
		var ok bool
		if jid, ok = v.returning(w, r); !ok {
			return
		}
	}
	token, expires, err := v.ids.IssueToken(r.Context(), jid)
	if err != nil {
		v.log.Error("make a visitor", "err", err)
		refuse(w, http.StatusServiceUnavailable, "not possible now, try again later")
		return
	}
	answer(w, http.StatusCreated, identity{string(jid), token, expires.UTC().Format(time.RFC3339)})
}

// returning checks the credentials of a visitor who was here before; without
// success it has answered.
func (v *visitors) returning(w http.ResponseWriter, r *http.Request) (roster.VisitorJID, bool) {
	name, token, ok := r.BasicAuth()
	local, domain, full := strings.Cut(name, "@")
	jid := roster.VisitorJID(local + "@" + v.domain)
	if ok && (!full || domain == v.domain) {
		var err error
		if ok, err = v.ids.CheckToken(r.Context(), jid, token); err != nil {
			v.log.Error("renew a visitor's token", "err", err)
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

func refuse(w http.ResponseWriter, status int, text string) {
	answer(w, status, map[string]string{"error": text})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the page is gone, nobody to tell
}
