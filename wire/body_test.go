package wire

import "testing"

func TestAppendBody(t *testing.T) {
	payloads := [][]byte{[]byte("<a />"), []byte("<b />")}
	for _, c := range []struct {
		attrs    []string
		payloads [][]byte
		want     string
	}{
		{nil, nil, "<body xmlns='http://jabber.org/protocol/httpbind'/>"},
		{[]string{"sid", "a1", "ver", "1.11"}, nil, "<body xmlns='http://jabber.org/protocol/httpbind' sid='a1' ver='1.11'/>"},
		{nil, payloads, "<body xmlns='http://jabber.org/protocol/httpbind'><a /><b /></body>"},
		{
			[]string{"from", "<'&\">\t\n\r\x00"},
			payloads[:1],
			"<body xmlns='http://jabber.org/protocol/httpbind' from='&lt;&apos;&amp;&quot;&gt;&#9;&#10;&#13;\ufffd'><a /></body>",
		},
	} {
		var attrs []byte
		for i := 0; i < len(c.attrs); i += 2 {
			attrs = AppendBodyAttr(attrs, c.attrs[i], c.attrs[i+1])
		}
		got := AppendBody(nil, string(attrs), c.payloads)
		if string(got) != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if size := BodySize(string(attrs), c.payloads); len(got) > size {
			t.Errorf("%d bytes, said %d", len(got), size)
		}
		if _, err := ParseBody(got); err != nil {
			t.Error(err)
		}
	}
}

func TestAppendBodyError(t *testing.T) {
	for text, want := range map[string]string{
		"": "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>" +
			"<host-gone xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
		"a<b": "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>" +
			"<host-gone xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
			"<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>a&lt;b</text></stream:error>",
	} {
		if got := string(AppendBodyError(nil, "host-gone", text)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if got := string(AppendBodyError(nil, "<", "")); got != "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"+
		"<_ xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" {
		t.Error(got)
	}
}
