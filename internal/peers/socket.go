package peers

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// Socket is a visitor whose stream is a WebSocket (RFC 7395), logged in with a
// resume token. It answers pings. Sending may be done by one goroutine at a
// time.
type Socket struct {
	*Inbox

	JID string // full, as bound

	conn *websocket.Conn
	work sync.WaitGroup
}

// ReturnBySocket opens a socket at url (ws://host:port/path) for a visitor
// with a resume token (see [Token]), logs in, binds and sends no presence. It
// ends with the test, without a goodbye.
func ReturnBySocket(t testing.TB, url, domain string, token Token) *Socket {
	t.Helper()
	return ReturnBySocketBy(t, http.DefaultTransport, url, domain, token)
}

// ReturnBySocketBy is ReturnBySocket with an HTTP transport of the caller's.
func ReturnBySocketBy(t testing.TB, by http.RoundTripper, url, domain string, token Token) *Socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		Subprotocols: []string{"xmpp"}, HTTPClient: &http.Client{Transport: by},
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	v := &Socket{Inbox: newInbox(token.JID), conn: conn}
	v.work.Go(v.listen)
	t.Cleanup(v.Hang)
	if err := v.login(ctx, domain, token); err != nil {
		t.Fatal(err)
	}
	return v
}

// login authenticates, restarts the stream and binds.
func (v *Socket) login(ctx context.Context, domain string, token Token) error {
	begin := fmt.Sprintf("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>", domain)
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + localpart(token.JID) + "\x00" + token.Password))
	var bound Stanza
	for _, step := range [][2]string{
		{begin, "features"},
		{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + plain + "</auth>", "success"},
		{begin, "features"},
		{"<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "iq"},
	} {
		if err := v.conn.Write(ctx, websocket.MessageText, []byte(step[0])); err != nil {
			return fmt.Errorf("ask for <%s/>: %w", step[1], err)
		}
		got, err := v.Next(ctx, func(s Stanza) bool { return s.Kind == step[1] })
		if err != nil {
			return fmt.Errorf("wait for <%s/>: %w", step[1], err)
		}
		bound = got
	}
	v.JID = bound.Child("", "bind").ChildText("jid")
	return nil
}

// Available sends initial presence.
func (v *Socket) Available(ctx context.Context) error {
	return v.Send(ctx, "<presence xmlns='jabber:client'/>")
}

// Say sends a chat message.
func (v *Socket) Say(ctx context.Context, to, text string) error {
	return v.Send(ctx, fmt.Sprintf("<message xmlns='jabber:client' to='%s' type='chat'><body>%s</body></message>",
		Escape(to), Escape(text)))
}

// Send sends a payload as it is.
func (v *Socket) Send(ctx context.Context, payload string) error {
	if err := v.conn.Write(ctx, websocket.MessageText, []byte(payload)); err != nil {
		return fmt.Errorf("%s writes: %w", v.name, err)
	}
	return nil
}

// Hang closes the connection without a goodbye, as the end of a browser does.
func (v *Socket) Hang() {
	_ = v.conn.CloseNow()
	v.work.Wait()
}

// listen fills the inbox until the socket ends.
func (v *Socket) listen() {
	for {
		_, text, err := v.conn.Read(context.Background())
		if err != nil {
			return
		}
		if e, err := Parse(string(text)); err == nil {
			v.put(Stanza{Element: e, Kind: e.Name.Local, At: time.Now()})
		}
	}
}
