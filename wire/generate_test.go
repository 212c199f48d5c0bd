package wire

import (
	"math/rand/v2"
	"strings"
)

// generator makes documents that are nearly XML.
type generator struct {
	*rand.Rand
	hostile int // one place in so many is wrong; 0 for none
	left    int // elements that may still be made
}

func pick(g *generator, from ...string) string { return from[g.IntN(len(from))] }

// odd tells whether this place is to be wrong.
func (g *generator) odd() bool { return g.hostile > 0 && g.IntN(g.hostile) == 0 }

// document returns a document for Parse.
func (g *generator) document() []byte {
	g.left = 1 + g.IntN(20)
	return []byte(g.element(pick(g, "message", "presence", "iq", "a"), ` xmlns:p='urn:p' xmlns:q="urn:q"`))
}

// body returns a document for ParseBody.
func (g *generator) body() []byte {
	var b strings.Builder
	b.WriteString(pick(g, "", "", "\ufeff", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding='UTF-8' ?>\n"))
	b.WriteString(`<body xmlns='http://jabber.org/protocol/httpbind' xmlns:p='urn:p' xmlns:q='urn:q'` + g.attrs() + `>`)
	for range g.IntN(4) {
		g.left = 1 + g.IntN(8)
		b.WriteString(pick(g, "", " ", "\r\n\t"))
		b.WriteString(g.element(pick(g, "message", "presence", "iq", "x"), ""))
	}
	if g.odd() {
		b.WriteString(g.text())
	}
	return []byte(b.String() + `</body>` + pick(g, "", "\n"))
}

func (g *generator) element(local, declarations string) string {
	g.left--
	name := pick(g, "", "", "", "p:", "q:") + local
	if g.odd() {
		name = pick(g, ":a", "a:", "a:b:c", "-a", "xml:a", "xmlns:a", "u:a", "\u00e9", "stream:error", "p:-")
	}
	tag := name + declarations + g.attrs()
	if g.IntN(4) == 0 {
		return "<" + tag + pick(g, "/>", " />", "\n/>")
	}
	var b strings.Builder
	for range g.IntN(4) {
		if g.left > 0 && g.IntN(2) == 0 {
			b.WriteString(g.element(pick(g, "body", "a", "b", "query", "error", "forwarded", "active"), ""))
		} else {
			b.WriteString(g.text())
		}
	}
	end := name
	if g.odd() {
		end = pick(g, "a", "b", "p:"+local)
	}
	return "<" + tag + ">" + b.String() + "</" + end + pick(g, ">", " >")
}

func (g *generator) attrs() string {
	var b strings.Builder
	used := map[string]bool{}
	for range g.IntN(4) {
		name := pick(g, "from", "to", "id", "type", "xml:lang", "p:id", "q:id", "xmlns", "xmlns:p", "xmlns:r", "p:xmlns")
		if g.odd() {
			name = pick(g, "xmlns:xml", "xmlns:xmlns", ":a", "a:", "u:id", "xmlns:", "1", "from")
		} else if used[name] {
			continue
		}
		used[name] = true
		gap := pick(g, " ", " ", "  ", "\n", "\t")
		if g.odd() {
			gap = ""
		}
		b.WriteString(gap + name + pick(g, "=", " = ") + g.value(name))
	}
	return b.String()
}

func (g *generator) value(name string) string {
	quote := pick(g, "'", `"`)
	if strings.HasPrefix(name, "xmlns") {
		space := pick(g, "urn:a", "urn:b", "jabber:client", NSStanzaErr, NSAccept, "urn:\n&amp;x")
		if g.odd() {
			space = pick(g, "", NSXML, nsXMLNS, NSStreams, NSHTTPBind)
		}
		return quote + space + quote
	}
	value := pick(g, "", "a@b/c", "x\r\ny\tz", "&#10;&#x9;", "&lt;&quot;&apos;", "\u00fc\U0001f600", ">", "a  b")
	if g.odd() {
		value = pick(g, "<", "&nbsp;", "&#0;", "&#xD800;", "&", "&#xFFFE;", "\x01", "\xff", "&#1114112;", "'\"")
	}
	return quote + value + quote
}

func (g *generator) text() string {
	if g.odd() {
		return pick(g, "]]>", "&x;", "&#xD800;", "<!-- -->", "<?x?>", "<!DOCTYPE a>", "\x00", "\xc0\x80", "\uffff",
			"<![CDATA[", "&#;", "&#x;", "&amp", "\xed\xa0\x80", "<?xml version='1.0'?>")
	}
	return pick(g, "hello", " ", "\r\n", "\r", "a\rb\n\nc", "&amp;&lt;&gt;", "&#13;&#10;", "&#x1F600;", "\u20ac",
		"<![CDATA[<a>&amp;\r\n]]>", "<![CDATA[]]>", "]]", ">", "\"'", "\u0085\u2028")
}

// mutate changes a document at some places as an attacker would.
func (g *generator) mutate(b []byte) []byte {
	b = append([]byte(nil), b...)
	for range 1 + g.IntN(3) {
		if len(b) == 0 {
			break
		}
		at := g.IntN(len(b))
		end := min(len(b), at+1+g.IntN(8))
		switch g.IntN(5) {
		case 0:
			b = append(b[:at], b[end:]...)
		case 1:
			b = append(b[:end], append([]byte(nil), b[at:]...)...)
		case 2:
			b[at] = byte(g.IntN(256))
		case 3:
			b = append(b[:at], append([]byte(g.token()), b[at:]...)...)
		case 4:
			b[at] = "<>/&;='\"! :?-]\n"[g.IntN(15)]
		}
	}
	return b
}

func (g *generator) token() string {
	return pick(g, "<", "/>", "</a>", "&amp;", " xmlns='urn:z'", " a='1'", "<![CDATA[", "]]>", "<!--", "?>", "xml:", ":", "'",
		"<a>", "<stream:x xmlns:stream='"+NSStreams+"'/>", "&#38;", "\r", "=", "<?xml version='1.0'?>")
}
