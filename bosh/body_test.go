package bosh

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"frontdesk/wire"
)

// unreadable sends bodies that are no bodies in a running session, whose sid
// and next rid they carry, and checks that the session is not touched.
func unreadable(t *testing.T, condition string, bodies map[string]string) {
	t.Helper()
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open("")
				head := fmt.Sprintf("sid='%s' rid='%d' xmlns='%s'", p.sid, p.rid+1, wire.NSHTTPBind)
				p.post(strings.ReplaceAll(body, "HEAD", head)).expect("type=terminate condition=" + condition)
				p.stream.send(1)
				p.send(msg(2)).expect("1")
				if got := p.stream.seen("back"); got != "receive message 2" {
					t.Errorf("calls %q", got)
				}
			})
		})
	}
}

func TestB14_NotABody(t *testing.T) {
	unreadable(t, "bad-request", map[string]string{
		"empty":              "",
		"text":               "hello",
		"not closed":         "<body HEAD>",
		"other name":         "<bodi HEAD/>",
		"other namespace":    strings.Replace("<body HEAD/>", "HEAD", "xmlns='jabber:client'", 1),
		"no namespace":       "<body sid='x' rid='1'/>",
		"unbound prefix":     "<body HEAD><p:a/></body>",
		"doubled attribute":  "<body HEAD a='1' a='2'/>",
		"doubled by prefix":  "<body HEAD xmlns:p='x' xmlns:q='x' p:a='1' q:a='2'/>",
		"second root":        "<body HEAD/><body HEAD/>",
		"text after root":    "<body HEAD/>x",
		"attributes touch":   "<body HEAD a='1'b='2'/>",
		"end tag mismatched": "<body HEAD><a></b></body>",
		"prefix undeclared":  "<body HEAD><a xmlns:p=''/></body>",
	})
	inBubble(t, Options{}, func(b *bench) { // any prefix will do
		p := b.open("")
		text := fmt.Sprintf("<b:body xmlns:b='%s' sid='%s' rid='%d'><message xmlns='jabber:client' id='3'/></b:body>", wire.NSHTTPBind, p.sid, p.rid+1)
		p.post(text).held()
		if got := p.stream.seen("back"); got != "receive message 3" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB15_ForbiddenXML(t *testing.T) {
	bomb := "<!DOCTYPE body [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaa'>"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("<!ENTITY %c '%s'>", c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 20))
	}
	bomb += "]><body HEAD><message xmlns='jabber:client'>&j;</message></body>"
	unreadable(t, "bad-request", map[string]string{
		"comment":             "<body HEAD><!-- c --></body>",
		"comment before":      "<!-- c --><body HEAD/>",
		"comment in payload":  "<body HEAD><message xmlns='jabber:client'><!-- c --></message></body>",
		"instruction":         "<body HEAD><?p i?></body>",
		"stylesheet before":   "<?xml-stylesheet href='x'?><body HEAD/>",
		"doctype":             "<!DOCTYPE body><body HEAD/>",
		"external entity":     "<!DOCTYPE body [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><body HEAD>&x;</body>",
		"html entity":         "<body HEAD><message xmlns='jabber:client'>&nbsp;</message></body>",
		"declaration inside":  "<body HEAD><?xml version='1.0'?></body>",
		"entity in attribute": "<body HEAD a='&x;'/>",
		"bomb":                bomb,
	})
	for _, start := range []string{"\ufeff", "<?xml version='1.0' encoding='UTF-8'?>", "<?xml version='1.0'?>\n"} {
		inBubble(t, Options{}, func(b *bench) {
			b.post(start + creationOf("")).expect("features")
		})
	}
	inBubble(t, Options{}, func(b *bench) { // in constant memory
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.post(strings.ReplaceAll(bomb, "HEAD", "xmlns='"+wire.NSHTTPBind+"'")).expect("type=terminate condition=bad-request")
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
			t.Errorf("%d bytes allocated", grown)
		}
	})
}

func TestB16_TextInTheBody(t *testing.T) {
	unreadable(t, "bad-request", map[string]string{
		"alone":     "<body HEAD>hi</body>",
		"between":   "<body HEAD><a/>.<b/></body>",
		"reference": "<body HEAD>&#65;</body>",
	})
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.post(p.bodyOf(p.rid+1, "", " \r\n\t"+msg(1)+"\n"+msg(2)+" ")).held()
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB17_Encoding(t *testing.T) {
	wide := ""
	for _, u := range utf16.Encode([]rune("<?xml version='1.0' encoding='UTF-16'?><body xmlns='" + wire.NSHTTPBind + "'/>")) {
		wide += string([]byte{byte(u >> 8), byte(u)})
	}
	unreadable(t, "bad-request", map[string]string{
		"latin 1":            "<?xml version='1.0' encoding='ISO-8859-1'?><body HEAD/>",
		"utf-16":             "\xfe\xff" + wide,
		"bad utf-8":          "<body HEAD a='\xc3\x28'/>",
		"overlong":           "<body HEAD a='\xc0\xaf'/>",
		"cut":                "<body HEAD><a>\xe2\x82</a></body>",
		"surrogate":          "<body HEAD a='&#xD800;'/>",
		"control character":  "<body HEAD a='\x01'/>",
		"control reference":  "<body HEAD a='&#1;'/>",
		"not a character":    "<body HEAD a='\uffff'/>",
		"null":               "<body HEAD a='\x00'/>",
		"byte order swapped": "\xff\xfe<body HEAD/>",
	})
	inBubble(t, Options{}, func(b *bench) {
		if got := b.open("").hello.attrs["charsets"]; got != "UTF-8" {
			t.Errorf("charsets %q", got)
		}
	})
}

func TestB18_ChildrenWithoutNamespace(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("<message id='1'/><presence id='2'/><iq id='3' type='get'><q xmlns='x:y'/></iq><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' id='4'/>").held()
		if got := p.stream.seen("back"); got != "receive message 1, receive presence 2, receive iq 3 get, receive auth 4" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // farewells without namespace are farewells
		p := b.open("")
		b.header.Set("Content-Type", "text/plain")
		p.send("<presence type='unavailable'/>").expect("")
		if got := p.stream.seen(); got != "lost" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB19_PrefixesOfTheBody(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("xmlns:c='jabber:client'", "xmlns:s='urn:ietf:params:xml:ns:xmpp-sasl'", "<c:message id='1'/><s:auth id='2'/>").held()
		if got := p.stream.seen("back"); got != "receive message 1, receive auth 2" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB20_Limits(t *testing.T) {
	nested := func(n int) string {
		return "<body HEAD><message xmlns='jabber:client'>" + strings.Repeat("<a>", n-1) + strings.Repeat("</a>", n-1) + "</message></body>"
	}
	wide := func(n int) string {
		return "<body HEAD><message xmlns='jabber:client'>" + strings.Repeat("<a/>", n-1) + "</message></body>"
	}
	many := func(n int) string { return "<body HEAD>" + strings.Repeat("<message/>", n) + "</body>" }
	attrs := func(n int) string {
		text := "<body HEAD><message xmlns='jabber:client'"
		for i := range n - 1 {
			text += fmt.Sprintf(" a%d=''", i)
		}
		return text + "/></body>"
	}
	long := func(n int) string { // the real head is not longer
		return "<body HEAD><message>" + strings.Repeat("x", n) + "</message></body>"
	}
	unreadable(t, "policy-violation", map[string]string{
		"depth": nested(33), "deep": nested(5000), "elements": wide(257),
		"payloads": many(129), "attributes": attrs(33), "bytes": long(64 << 10),
	})
	for name, body := range map[string]string{
		"depth": nested(32), "elements": wide(256), "payloads": many(128), "attributes": attrs(32), "bytes": long(65000),
	} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			head := fmt.Sprintf("sid='%s' rid='%d' xmlns='%s'", p.sid, p.rid+1, wire.NSHTTPBind)
			p.stream.send(1)
			c := p.post(strings.ReplaceAll(body, "HEAD", head))
			if got := c.answer().String(); got != "1" {
				t.Errorf("%s at the limit: %s", name, got)
			}
		})
	}
}
