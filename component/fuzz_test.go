package component

import (
	"errors"
	"testing"

	"frontdesk/wire"
)

// FuzzStanza takes anything for a stanza from the server: none may panic, and
// only a stream error or a rival's barrier may end the link. Each request gets
// one answer at most, and every answer can be read.
func FuzzStanza(f *testing.F) {
	for _, seed := range []string{
		"<message from='eve@localhost/x' to='v@chat.localhost'><body>x</body></message>",
		"<message type='error' from='a@b' to='v@chat.localhost/web'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
		"<presence from='a@b/c' to='chat.localhost'><show>away</show><priority>-1</priority></presence>",
		"<presence from='a@b/c' to='v@chat.localhost' type='subscribe'/>",
		"<iq type='get' id='1' from='a@b/c' to='chat.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
		"<iq type='set' id='1' from='a@b/c' to='chat.localhost'>text</iq>",
		"<iq type='get' id='a.b.1' from='chat.localhost' to='chat.localhost'><barrier xmlns='urn:frontdesk:barrier:0'/></iq>",
		"<message from='localhost' to='chat.localhost'><privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='both'/></privilege></message>",
		"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
	} {
		f.Add([]byte(seed))
	}
	l, err := New(Options{Domain: testDomain, Secret: testSecret}, &counting{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := newConn(l, nil, nil)
		err := c.stanza(raw)
		var theirs streamError
		if err != nil && !errors.As(err, &theirs) && !errors.Is(err, errRival) {
			t.Errorf("%q ends the link: %v", raw, err)
		}
		if l.count.panics.Load() > 0 {
			t.Fatalf("%q panics", raw)
		}
		if len(c.answers) > 2 { // subscribed and the desk's presence
			t.Errorf("%q gets %d answers", raw, len(c.answers))
		}
		for range len(c.answers) {
			if _, err := wire.ParseLink(<-c.answers); err != nil {
				t.Errorf("%q is answered with what cannot be read: %v", raw, err)
			}
		}
	})
}
