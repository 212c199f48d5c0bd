package component

import (
	"testing"

	"frontdesk/link"
	"frontdesk/wire"
)

// answers is a connection that keeps what is answered.
type answers [][]byte

func (a *answers) Answer(stanza []byte) {
	if len(stanza) > 0 {
		*a = append(*a, stanza)
	}
}

func (a *answers) Send([]link.Item) {}

// FuzzStanza takes anything for a stanza from the server: none may panic. Each
// request gets one answer at most, and every answer can be read.
func FuzzStanza(f *testing.F) {
	for _, seed := range []string{
		"<message from='eve@localhost/x' to='v@chat.localhost'><body>x</body></message>",
		"<message type='error' from='a@b' to='v@chat.localhost/web'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
		"<presence from='a@b/c' to='chat.localhost'><show>away</show><priority>-1</priority></presence>",
		"<presence from='a@b/c' to='v@chat.localhost' type='subscribe'/>",
		"<iq type='get' id='1' from='a@b/c' to='chat.localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
		"<iq type='set' id='1' from='a@b/c' to='chat.localhost'>text</iq>",
		"<message from='localhost' to='chat.localhost'><privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='both'/></privilege></message>",
	} {
		f.Add([]byte(seed))
	}
	c := New(Options{Domain: testDomain}, &counting{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := wire.ParseLink(raw)
		if err != nil {
			return
		}
		var got answers
		newConnection(&c.lasting, &got).Stanza(e)
		if len(got) > 2 { // subscribed and the desk's presence
			t.Errorf("%q gets %d answers", raw, len(got))
		}
		for _, stanza := range got {
			if _, err := wire.ParseLink(stanza); err != nil {
				t.Errorf("%q is answered with what cannot be read: %v", raw, err)
			}
		}
	})
}
