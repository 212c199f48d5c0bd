package wire

import "testing"

func TestAppendElement(t *testing.T) {
	for _, test := range []struct {
		name string
		e    *Element
		ns   string
		want string
	}{
		{"W21 close", New(NSFraming, "close", nil), "", `<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" />`},
		{
			"W21 open", New(NSFraming, "open", Attrs("from", "a", "id", "", "version", "1.0")), "",
			`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="a" version="1.0" />`,
		},
		{
			"W5 features", New(NSStreams, "features", nil, New(NSBind, "bind", nil)), "",
			`<stream:features xmlns:stream="http://etherx.jabber.org/streams"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind" /></stream:features>`,
		},
		{"B18 in a body", New(NSClient, "iq", nil, New(NSClient, "a", nil)), NSHTTPBind, `<iq xmlns="jabber:client"><a /></iq>`},
		{"in a stream", New(NSClient, "iq", nil), NSClient, `<iq />`},
		{
			"on the link", New(NSClient, "iq", nil, New("urn:a", "a", nil, New(NSClient, "b", nil))), NSAccept,
			`<iq><a xmlns="urn:a"><b xmlns="jabber:client" /></a></iq>`,
		},
		{
			"same namespace", New("urn:a", "a", nil, New("urn:a", "b", nil), New("urn:b", "c", nil), New("urn:a", "d", nil)), "",
			`<a xmlns="urn:a"><b /><c xmlns="urn:b" /><d /></a>`,
		},
		{"no namespace", New("urn:a", "a", nil, New("", "b", nil)), "", `<a xmlns="urn:a"><b xmlns="" /></a>`},
		{
			"attributes with namespace", New("urn:a", "a", []Attr{{Name{"urn:b", "x"}, "1"}, {Name{NSXML, "lang"}, "de"}, {Name{"urn:b", "y"}, "2"}}), "",
			`<a xmlns="urn:a" xmlns:n0="urn:b" n0:x="1" xml:lang="de" xmlns:n2="urn:b" n2:y="2" />`,
		},
		{"attribute twice", New("", "a", []Attr{{Name{"", "x"}, "1"}, {Name{"", "x"}, "2"}}), "", `<a x="1" />`},
		{"attribute that declares", New("", "a", []Attr{{Name{"", "xmlns"}, "1"}, {Name{nsXMLNS, "x"}, "2"}}), "", `<a />`},
		{"names that are none", New("", "a><b", Attrs("x='", "1")), "", `<_ />`},
		{"reserved namespace", New(NSXML, "a", nil), "", `<a />`},
		{
			"text", New("", "a", nil, "1<2>&\"'\r\n\t", "\x00\xff\ufffe\ufffd\U0001f600"), "",
			"<a>1&lt;2&gt;&amp;&quot;'&#13;\n\t\ufffd\ufffd\ufffd\ufffd\U0001f600</a>",
		},
		{"value", New("", "a", Attrs("x", "1<2>&\"'\r\n\t")), "", `<a x="1&lt;2&gt;&amp;&quot;'&#13;&#10;&#9;" />`},
		{"nil child", New("", "a", nil, (*Element)(nil), ""), "", `<a />`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(AppendElement(nil, test.e, test.ns)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestElementAccess(t *testing.T) {
	e := New("urn:a", "a", []Attr{{Name{NSXML, "lang"}, "de"}, {Name{"", "b"}, "1"}},
		"x", New("urn:a", "c", nil, "first"), "y", New("urn:a", "c", nil, "second"))
	if e.Attr("b") != "1" || e.Attr("lang") != "" {
		t.Errorf("attributes %q and %q", e.Attr("b"), e.Attr("lang"))
	}
	if v, ok := e.Lookup(NSXML, "lang"); v != "de" || !ok {
		t.Errorf("xml:lang is %q, %v", v, ok)
	}
	if c := e.Child("urn:a", "c"); c == nil || c.Text() != "first" || e.Child("", "c") != nil {
		t.Errorf("child is %v", c)
	}
	if e.Text() != "xy" || len(e.Elements()) != 2 {
		t.Errorf("text %q, %d elements", e.Text(), len(e.Elements()))
	}
}
