package link

import (
	"errors"
	"testing"
)

// FuzzStanza takes anything for a stanza from the server: none may panic, and
// only a stream error or a rival's barrier may end the link.
func FuzzStanza(f *testing.F) {
	for _, seed := range []string{
		"<message from='eve@localhost/x' to='v@chat.localhost'><body>x</body></message>",
		"<presence from='a@b/c' to='v@chat.localhost' type='subscribe'/>",
		"<iq type='get' id='1' from='a@b/c' to='chat.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
		"<iq type='result' id='1' from='a@b/c' to='chat.localhost'>text</iq>",
		"<iq type='get' id='a.b.1' from='chat.localhost' to='chat.localhost'><barrier xmlns='urn:frontdesk:barrier:0'/></iq>",
		"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
	} {
		f.Add([]byte(seed))
	}
	h := &recorder{}
	l, err := New(Options{Domain: testDomain, Secret: testSecret}, h)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := newConn(l, nil, nil)
		err := c.stanza(raw)
		h.take()
		var theirs streamError
		if err != nil && !errors.As(err, &theirs) && !errors.Is(err, errRival) {
			t.Errorf("%q ends the link: %v", raw, err)
		}
		if l.count.panics.Load() > 0 {
			t.Fatalf("%q panics", raw)
		}
	})
}
