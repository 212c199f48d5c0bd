package peers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Visitor is a visitor's page as far as the server can tell: one BOSH session
// (XEP-0124, XEP-0206), logged in with SASL ANONYMOUS or with a resume token.
type Visitor struct {
	*BOSH

	JID string // full, as bound

	domain string
	lastID atomic.Int64
}

// Visit opens a session at url for the domain, logs in anonymously, binds and
// polls; it sends no presence.
func Visit(t testing.TB, url, domain string) *Visitor {
	t.Helper()
	v, err := OpenVisit(t.Context(), url, domain, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.end)
	return v
}

// Visit opens a session for an anonymous visitor at the server's own BOSH, whose
// url may lead through a relay.
//
// COMPAT: ejabberd 23.01 never takes a request that comes before the one with
// the rid before it. So its visitors have one request under way, held for a
// second.
func (s *Server) Visit(t testing.TB, url string) *Visitor {
	t.Helper()
	v := newVisitor(url, AnonymousHost)
	if s.Name == "ejabberd" {
		v.wait, v.most = 1, 1
	}
	if _, err := openVisit(t.Context(), v, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.end)
	return v
}

// Return opens a session for a visitor with a resume token (see [Token]).
func Return(t testing.TB, url, domain string, token Token) *Visitor {
	t.Helper()
	return ReturnBy(t, newTransport(), url, domain, token)
}

// ReturnBy is Return with an HTTP transport of the caller's.
func ReturnBy(t testing.TB, by http.RoundTripper, url, domain string, token Token) *Visitor {
	t.Helper()
	v, err := OpenVisitBy(t.Context(), by, url, domain, token.Plain())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.end)
	return v
}

// OpenVisit is Visit for many at once: it returns its error. plain is the
// initial response of SASL PLAIN, "" for ANONYMOUS. The caller ends it with
// Terminate or Hang.
func OpenVisit(ctx context.Context, url, domain, plain string) (*Visitor, error) {
	return openVisit(ctx, newVisitor(url, domain), plain)
}

// OpenVisitBy is OpenVisit with an HTTP transport of the caller's.
func OpenVisitBy(ctx context.Context, by http.RoundTripper, url, domain, plain string) (*Visitor, error) {
	v := newVisitor(url, domain)
	v.http.Transport = by
	return openVisit(ctx, v, plain)
}

func newVisitor(url, domain string) *Visitor {
	return &Visitor{BOSH: newBOSH("visitor", url), domain: domain}
}

func openVisit(ctx context.Context, v *Visitor, plain string) (*Visitor, error) {
	created, err := v.ask(ctx, fmt.Sprintf(" to='%s' wait='%d' hold='1' ver='1.6' content='text/xml; charset=utf-8'"+
		" xml:lang='en' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'", v.domain, v.wait), "")
	if err != nil {
		return nil, fmt.Errorf("create session: %w", err)
	}
	v.mu.Lock()
	v.sid = created.Attr("sid")
	v.mu.Unlock()
	auth := "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
	if plain != "" {
		auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
			base64.StdEncoding.EncodeToString([]byte(plain)) + "</auth>"
	}
	if err := v.login(ctx, created, auth); err != nil {
		return nil, err
	}
	v.Poll()
	return v, nil
}

// login authenticates, restarts the stream and binds.
func (v *Visitor) login(ctx context.Context, created *Element, auth string) error {
	if created.Child("", "features") == nil {
		if _, err := v.await(ctx, "features", "", ""); err != nil {
			return err
		}
	}
	if _, err := v.await(ctx, "success", "", auth); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	restart := fmt.Sprintf(" to='%s' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", v.domain)
	if _, err := v.await(ctx, "features", restart, ""); err != nil {
		return fmt.Errorf("restart: %w", err)
	}
	bound, err := v.await(ctx, "iq", "",
		"<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	v.JID = bound.Child("", "bind").ChildText("jid")
	if v.JID == "" {
		return fmt.Errorf("bind: %s", bound)
	}
	v.name = v.JID
	return nil
}

// await asks, and asks again with nothing, until an answer has a child with
// that name; <failure/> is an error.
func (v *Visitor) await(ctx context.Context, name, attrs, payload string) (*Element, error) {
	for range 5 {
		answer, err := v.ask(ctx, attrs, payload)
		if err != nil {
			return nil, err
		}
		if found := answer.Child("", name); found != nil {
			return found, nil
		}
		if failure := answer.Child("", "failure"); failure != nil {
			return nil, fmt.Errorf("refused: %s", failure)
		}
		attrs, payload = "", ""
	}
	return nil, fmt.Errorf("no <%s/> in five answers", name)
}

// Bare is the visitor's bare address.
func (v *Visitor) Bare() string { return Bare(v.JID) }

// Available sends initial presence.
func (v *Visitor) Available() { v.Send("<presence xmlns='jabber:client'/>") }

// Unavailable sends unavailable presence on a session that goes on.
func (v *Visitor) Unavailable() { v.Send("<presence xmlns='jabber:client' type='unavailable'/>") }

// Say sends a chat message and returns its id.
func (v *Visitor) Say(to, text string) string {
	id := v.NewID()
	v.Send(fmt.Sprintf("<message xmlns='jabber:client' to='%s' type='chat' id='%s'><body>%s</body></message>",
		Escape(to), id, Escape(text)))
	return id
}

// Typing sends a chat state alone (XEP-0085).
func (v *Visitor) Typing(to, state string) {
	v.Send(fmt.Sprintf("<message xmlns='jabber:client' to='%s' type='chat'>"+
		"<%s xmlns='http://jabber.org/protocol/chatstates'/></message>", Escape(to), state))
}

// NewID returns an id that this visitor has not used.
func (v *Visitor) NewID() string { return fmt.Sprintf("v-%d", v.lastID.Add(1)) }

// Terminate ends the session by type='terminate' with a payload, usually none,
// when all that was sent before is on its way.
func (v *Visitor) Terminate(ctx context.Context, payload string) error {
	if err := poll(ctx, v.flown(v.most)); err != nil {
		return err
	}
	v.mu.Lock()
	v.polling = false
	v.mu.Unlock()
	if err := poll(ctx, v.flown(v.most-1)); err != nil {
		return err
	}
	v.mu.Lock()
	v.rid++
	rid, sid := v.rid, v.sid
	v.over = true
	v.mu.Unlock()
	_, err := v.Post(ctx, body(sid, rid, " type='terminate'", payload))
	v.end()
	return err
}

// Leave does what a page does that is left: it hands a beacon with unavailable
// presence to the browser (sendBeacon, text/plain), which goes out while the
// connections of the held requests are closed. Poll goes on with the session,
// as the next page does.
func (v *Visitor) Leave(ctx context.Context) error {
	v.mu.Lock()
	v.rid++
	rid, sid := v.rid, v.sid
	v.polling = false
	v.mu.Unlock()
	beacon := body(sid, rid, "", "<presence xmlns='jabber:client' type='unavailable'/>")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.url, strings.NewReader(beacon))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	resp, err := v.http.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	v.Hang()
	return err
}

// Token is what POST /visitor gives: an identity for several sessions.
type Token struct {
	JID      string    `json:"jid"`
	Password string    `json:"password"`
	Expires  time.Time `json:"expires"`
}

// NewToken asks frontdesk at base (http://host:port) for a visitor's identity.
func NewToken(ctx context.Context, base string) (Token, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/visitor", nil)
	if err != nil {
		return Token{}, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return Token{}, err
	}
	defer resp.Body.Close()
	var token Token
	if resp.StatusCode != http.StatusCreated {
		return token, fmt.Errorf("POST /visitor: %s", resp.Status)
	}
	return token, json.NewDecoder(resp.Body).Decode(&token)
}

// Plain is the initial response of SASL PLAIN with the token (RFC 4616).
func (t Token) Plain() string { return "\x00" + localpart(t.JID) + "\x00" + t.Password }

func localpart(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return local
}

// Inject sends one body with this payload as it is, however broken, with the
// next number, and returns the answer. The session is not polled any more.
func (v *Visitor) Inject(ctx context.Context, payload string) (*Element, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	if err := poll(ctx, v.flown(1)); err != nil {
		return nil, err
	}
	v.mu.Lock()
	sid, rid := v.sid, v.rid+1
	v.rid += 2
	v.polling = false
	v.mu.Unlock()
	// A server that takes the body answers the request before it, and holds
	// this one until another comes.
	v.work.Go(func() {
		if poll(ctx, v.flown(0)) == nil {
			_, _ = v.Post(ctx, body(sid, rid+1, "", ""))
		}
	})
	return v.Post(ctx, body(sid, rid, "", payload))
}
