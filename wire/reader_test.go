package wire

import (
	"strings"
	"testing"
)

// show writes a tree in a notation for tests: {space}name[attrs](children).
func show(e *Element) string {
	var b strings.Builder
	b.WriteString("{" + e.Name.Space + "}" + e.Name.Local)
	for _, a := range e.Attrs {
		b.WriteString("[" + a.Name.Space + "|" + a.Name.Local + "=" + a.Value + "]")
	}
	b.WriteString("(")
	for _, n := range e.Children {
		if n.Element != nil {
			b.WriteString(show(n.Element))
		} else {
			b.WriteString(n.Text)
		}
	}
	return b.String() + ")"
}

func TestParseTrees(t *testing.T) {
	for _, test := range []struct{ name, xml, want string }{
		{"no namespace", `<message/>`, `{jabber:client}message()`},
		{"client", `<message xmlns='jabber:client'/>`, `{jabber:client}message()`},
		{"server", `<iq xmlns='jabber:server'><a/></iq>`, `{jabber:client}iq({jabber:client}a())`},
		{"accept", `<p:iq xmlns:p='jabber:component:accept'><p:a/></p:iq>`, `{jabber:client}iq({jabber:client}a())`},
		{
			"W6 open", `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a' version='1.0'/>`,
			`{urn:ietf:params:xml:ns:xmpp-framing}open[|to=a][|version=1.0]()`,
		},
		{"undeclared inside", `<iq><a xmlns='urn:a'><b xmlns=''/></a></iq>`, `{jabber:client}iq({urn:a}a({jabber:client}b()))`},
		{"httpbind stays", `<message xmlns='http://jabber.org/protocol/httpbind'/>`, `{http://jabber.org/protocol/httpbind}message()`},
		{"prefix shadowed", `<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'/><p:c/></p:a>`, `{urn:1}a({urn:2}b(){urn:1}c())`},
		{
			"attribute names", `<a xmlns='urn:1' xmlns:p='urn:2' p:b='1' b='2' xml:lang='de'/>`,
			`{urn:1}a[urn:2|b=1][|b=2][http://www.w3.org/XML/1998/namespace|lang=de]()`,
		},
		{"references", `<a b='&lt;&#65;&#x1F600;&quot;'>&amp;&gt;&apos;&#13;</a>`, "{jabber:client}a[|b=<A\U0001f600\"](&>'\r)"},
		{"line breaks", "<a b='1\r\n2\r3\n4\t5&#10;6'>1\r\n2\r3\n4\t5</a>", "{jabber:client}a[|b=1 2 3 4 5\n6](1\n2\n3\n4\t5)"},
		{"CDATA", `<a>1<![CDATA[<b>&amp;]]>2<![CDATA[]]></a>`, `{jabber:client}a(1<b>&amp;2)`},
		{"mixed", `<a>1<b/>2<b></b>3</a>`, `{jabber:client}a(1{jabber:client}b()2{jabber:client}b()3)`},
		{"white space in tags", "<a\n b = 'c'\t><d /></a >", `{jabber:client}a[|b=c]({jabber:client}d())`},
		{"greater-than in attribute", `<a b='/>'/>`, `{jabber:client}a[|b=/>]()`},
		{"W4 declaration", `<?xml version='1.0'?><a/>`, `{jabber:client}a()`},
		{"white space behind", "<a/>\r\n ", `{jabber:client}a()`},
		{"stream error as root", `<s:error xmlns:s='http://etherx.jabber.org/streams'/>`, `{http://etherx.jabber.org/streams}error()`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := Parse([]byte(test.xml))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(e); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// W4: a frame begins with '<'.
func TestW4NotAtTheBeginning(t *testing.T) {
	for _, doc := range []string{"", " ", " <a/>", "\ufeff<a/>", "\n<?xml version='1.0'?><a/>", "a<a/>"} {
		_, err := Parse([]byte(doc))
		wantKind(t, err, NotWellFormed)
	}
}

func TestB14ToB19Bodies(t *testing.T) {
	const bind = `http://jabber.org/protocol/httpbind`
	for _, test := range []struct{ name, xml, want string }{
		{"B14 prefix", `<b:body xmlns:b='` + bind + `' rid='1'/>`, `{` + bind + `}body[|rid=1]()`},
		{
			"B15 mark and declaration", "\ufeff<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\"?>\n<body xmlns='" + bind + "'/>",
			`{` + bind + `}body()`,
		},
		{"B16 white space", "\n<body xmlns='" + bind + "'> <iq/>\r\n\t<iq/> </body>\n", `{` + bind + `}body({jabber:client}iq(){jabber:client}iq())`},
		{
			"B18 unprefixed stanza", `<body xmlns='` + bind + `'><message><body>a</body><x xmlns='urn:x'><y/><z xmlns=''/></x></message></body>`,
			`{` + bind + `}body({jabber:client}message({jabber:client}body(a){urn:x}x({urn:x}y(){jabber:client}z())))`,
		},
		{
			"B18 no stanza", `<body xmlns='` + bind + `'><uri><message/></uri><presence/></body>`,
			`{` + bind + `}body({` + bind + `}uri({` + bind + `}message()){jabber:client}presence())`,
		},
		{
			"B19 prefix of the body", `<body xmlns='` + bind + `' xmlns:c='jabber:client' xmlns:p='urn:p'><c:message p:a='1'><p:b/></c:message></body>`,
			`{` + bind + `}body({jabber:client}message[urn:p|a=1]({urn:p}b()))`,
		},
		{
			"B31 own attributes", `<body xmlns='` + bind + `' xmlns:x='urn:xmpp:xbosh' x:restart='true' xml:lang='en' to='a'/>`,
			`{` + bind + `}body[urn:xmpp:xbosh|restart=true][http://www.w3.org/XML/1998/namespace|lang=en][|to=a]()`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := ParseBody([]byte(test.xml))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(e); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestParseLink(t *testing.T) {
	e, err := ParseLink([]byte(`<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{http://etherx.jabber.org/streams}error({urn:ietf:params:xml:ns:xmpp-streams}conflict())`
	if got := show(e); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = ParseLink([]byte(`<message><stream:error/></message>`))
	wantKind(t, err, BadStanza)
}

// TestErrorsDoNotQuote: what was refused must not come back in logs.
func TestErrorsDoNotQuote(t *testing.T) {
	for _, h := range anywhere() {
		doc := strings.ReplaceAll(h.xml, "message", "sekrit")
		if _, err := Parse([]byte(doc)); err == nil || strings.Contains(err.Error(), "sekrit") {
			t.Errorf("%s: %v", h.name, err)
		}
	}
}
