package server

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
)

// bait is a web server that nobody may ask for anything.
type bait struct {
	host  string
	calls chan net.Conn
}

func newBait(t *testing.T) *bait {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bait{host: l.Addr().String(), calls: make(chan net.Conn, 100)}
	go func() {
		defer close(b.calls)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
			b.calls <- c
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		for range b.calls {
			t.Error("a link was followed")
		}
	})
	return b
}

// links are what clients make links of.
func (b *bait) links() []string {
	return []string{
		"http://" + b.host + "/pixel.gif", "see https://" + b.host + "/?a=1&b=<2>", "file://" + b.host + "/etc/passwd",
		`\\` + b.host + `\share`, "xmpp:eve@" + b.host + "?message", "javascript:fetch('//" + b.host + "')",
		"data:text/html,<img src='http://" + b.host + "'>", "<a href='http://" + b.host + "'>here</a>",
	}
}

// dressed is a body with everything that shows or describes a link beside it.
func dressed(text string) string {
	link := peers.Escape(text)
	return fmt.Sprintf("<body>%[1]s</body><x xmlns='jabber:x:oob'><url>%[1]s</url></x>"+
		"<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><img src='%[1]s'/></body></html>"+
		"<reference xmlns='urn:xmpp:reference:0' type='data' uri='%[1]s'/>"+
		"<Description xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#' about='%[1]s'><image xmlns='https://ogp.me/ns#'>%[1]s</image></Description>", link)
}

// A visitor and an agent send each other links with all that can come with
// them. Both read the words; nobody fetches anything on the way, and nothing
// makes a client do it.
func TestT25_LinksAreText(t *testing.T) {
	b := newBait(t)
	s := play(t)
	alice := s.hire("alice", 1)
	v := s.visit()
	v.Send("<iq xmlns='jabber:client' type='set' id='page'><pubsub xmlns='http://jabber.org/protocol/pubsub'>" +
		"<publish node='urn:xmpp:browsing:0'><item><page xmlns='urn:xmpp:browsing:0'><title>Shoes</title>" +
		"<uri>http://" + b.host + "/shoes</uri></page></item></publish></pubsub></iq>")
	v.Expect(t, soon, "page", peers.Answering("page"))
	for i, text := range b.links() {
		v.Send(says(fmt.Sprint("v", i), dressed(text)))
		onlyBody(t, b.host, parsed(t, alice.expect("<message", "<body>")), text)
		s.link.Send(fmt.Sprintf("<message from='%s/c' to='%s' type='chat' id='a%d'>%s</message>", alice.jid, v.Bare(), i, dressed(text)))
		onlyBody(t, b.host, v.Expect(t, soon, text, peers.Saying(text)).Element, text)
	}
	s.quiet()
}

func parsed(t *testing.T, stanza xmpptest.Stanza) *peers.Element {
	t.Helper()
	e, err := peers.Parse(string(stanza))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// onlyBody wants one body with this text, and nothing else that names the host.
func onlyBody(t *testing.T, host string, message *peers.Element, text string) {
	t.Helper()
	bodies := 0
	for _, c := range message.Children {
		if c.Name.Local == "body" {
			bodies++
			if c.Text != text || len(c.Children) > 0 {
				t.Errorf("the words %q came as %+v", text, c)
			}
		} else if names(c, host) {
			t.Errorf("beside the words %q came %+v", text, c)
		}
	}
	if bodies != 1 {
		t.Errorf("%q came with %d bodies", text, bodies)
	}
}

// names tells whether a text stands anywhere in an element.
func names(e *peers.Element, text string) bool {
	for _, a := range e.Attrs {
		if strings.Contains(a.Value, text) {
			return true
		}
	}
	for _, c := range e.Children {
		if names(c, text) {
			return true
		}
	}
	return strings.Contains(e.Text, text)
}
