package wire

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// hostile is an input that must be refused.
type hostile struct {
	name, xml string
	kind      Kind
}

// anywhere are the payloads that are refused inside a stanza, as a document of
// its own, in a body and on the link (T1 to T4).
func anywhere() []hostile {
	return []hostile{
		{"attribute twice", `<message a='' a=''/>`, NotWellFormed},
		{"attribute twice by namespace", `<message xmlns:p='x' xmlns:q='x' p:a='' q:a=''/>`, NotWellFormed},
		{"namespace twice", `<message xmlns='a' xmlns='b'/>`, NotWellFormed},
		{"prefix twice", `<message xmlns:p='a' xmlns:p='b'/>`, NotWellFormed},
		{"unbound prefix", `<message><p:a/></message>`, NotWellFormed},
		{"unbound prefix of root", `<p:message/>`, NotWellFormed},
		{"unbound attribute prefix", `<message p:a=''/>`, NotWellFormed},
		{"prefix out of scope", `<message><a xmlns:p='x'/><p:b/></message>`, NotWellFormed},
		{"surrogate reference", `<message><body>&#xD800;</body></message>`, NotWellFormed},
		{"surrogate reference in attribute", `<message id='&#55296;'/>`, NotWellFormed},
		{"noncharacter reference", `<message>&#xFFFE;</message>`, NotWellFormed},
		{"null reference", `<message>&#0;</message>`, NotWellFormed},
		{"control reference", `<message>&#x1F;</message>`, NotWellFormed},
		{"reference beyond Unicode", `<message>&#x110000;</message>`, NotWellFormed},
		{"reference without digits", `<message>&#x;</message>`, NotWellFormed},
		{"reference without end", `<message>&amp</message>`, NotWellFormed},
		{"unknown entity", `<message>&nbsp;</message>`, Restricted},
		{"unknown entity in attribute", `<message id='&x;'/>`, Restricted},
		{"document type inside", `<message><!DOCTYPE a></message>`, Restricted},
		{"document type before", `<!DOCTYPE message><message/>`, Restricted},
		{"entity declaration inside", `<message><!ENTITY a 'b'></message>`, Restricted},
		{"XML declaration inside", `<message><?xml version='1.0'?></message>`, Restricted},
		{"processing instruction", `<message><?a b?></message>`, Restricted},
		{"processing instruction before", `<?a b?><message/>`, Restricted},
		{"processing instruction behind", `<message/><?a b?>`, Restricted},
		{"comment", `<message><!-- a --></message>`, Restricted},
		{"comment before", `<!-- a --><message/>`, Restricted},
		{"comment behind", `<message/><!-- a -->`, Restricted},
		{"no space between attributes", `<message a=''b=''/>`, NotWellFormed},
		{"no space before declaration", `<message a=''xmlns:p='x'/>`, NotWellFormed},
		{"empty prefix declaration", `<message xmlns:p=''/>`, NotWellFormed},
		{"xmlns declared", `<message xmlns:xmlns='x'/>`, NotWellFormed},
		{"xml declared", `<message xmlns:xml='x'/>`, NotWellFormed},
		{"xml declared as itself", `<message xmlns:xml='` + NSXML + `'/>`, NotWellFormed},
		{"xml namespace as default", `<message xmlns='` + NSXML + `'/>`, NotWellFormed},
		{"xml namespace with prefix", `<message xmlns:p='` + NSXML + `'/>`, NotWellFormed},
		{"xmlns namespace with prefix", `<message xmlns:p='` + nsXMLNS + `'/>`, NotWellFormed},
		{"declaration without prefix", `<message xmlns:=''/>`, NotWellFormed},
		{"declaration of no name", `<message xmlns:-='x'/>`, NotWellFormed},
		{"element of xml", `<message><xml:a/></message>`, NotWellFormed},
		{"element of xmlns", `<message><xmlns:a/></message>`, NotWellFormed},
		{"colon first", `<message><:a/></message>`, NotWellFormed},
		{"colon last", `<message><a:/></message>`, NotWellFormed},
		{"colon twice", `<message xmlns:a='x'><a:b:c/></message>`, NotWellFormed},
		{"colon alone", `<message><:/></message>`, NotWellFormed},
		{"colon first in attribute", `<message :a=''/>`, NotWellFormed},
		{"colon last in attribute", `<message a:=''/>`, NotWellFormed},
		{"no name behind prefix", `<message xmlns:p='x'><p:-/></message>`, NotWellFormed},
		{"digit first", `<message><1/></message>`, NotWellFormed},
		{"name outside ASCII", "<message><\u00e9/></message>", NotWellFormed},
		{"attribute without value", `<message a/>`, NotWellFormed},
		{"attribute without quotes", `<message a=b/>`, NotWellFormed},
		{"less-than in attribute", `<message a='<'/>`, NotWellFormed},
		{"end of CDATA in text", `<message>]]></message>`, NotWellFormed},
		{"CDATA without end", `<message><![CDATA[</message>`, NotWellFormed},
		{"CDATA behind", `<message/><![CDATA[ ]]>`, NotWellFormed},
		{"space as reference behind", `<message/>&#32;`, NotWellFormed},
		{"second root", `<message/><message/>`, NotWellFormed},
		{"text behind", `<message/>text`, NotWellFormed},
		{"text before", `text<message/>`, NotWellFormed},
		{"end differs", `<message></presence>`, NotWellFormed},
		{"end differs in prefix", `<p:message xmlns:p='x' xmlns:q='x'></q:message>`, NotWellFormed},
		{"crossed ends", `<message><a><b></a></b></message>`, NotWellFormed},
		{"end without start", `</message>`, NotWellFormed},
		{"end too many", `<message/></message>`, NotWellFormed},
		{"no end", `<message>`, NotWellFormed},
		{"half a tag", `<message a='`, NotWellFormed},
		{"half a name", `<mess`, NotWellFormed},
		{"invalid UTF-8", "<message>\xff</message>", NotWellFormed},
		{"cut UTF-8 (T2)", "<message>\xe2\x82</message>", NotWellFormed},
		{"overlong UTF-8", "<message>\xc0\xbc</message>", NotWellFormed},
		{"surrogate in UTF-8", "<message>\xed\xa0\x80</message>", NotWellFormed},
		{"null", "<message>\x00</message>", NotWellFormed},
		{"control character", "<message>\x1b</message>", NotWellFormed},
		{"noncharacter", "<message>\uffff</message>", NotWellFormed},
		{"control in attribute", "<message id='\x01'/>", NotWellFormed},
		{"control in CDATA", "<message><![CDATA[\x01]]></message>", NotWellFormed},
		{"UTF-16", "\xff\xfe<\x00a\x00/\x00>\x00", NotWellFormed},
		{"external entity", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><message>&b;</message>`, Restricted},
		{"billion laughs", laughs(), Restricted},
		{"billion laughs in attribute", strings.Replace(laughs(), `<message>&l9;`, `<message id='&l9;'>`, 1), Restricted},
		{"stream element inside", `<message><a><error xmlns='` + NSStreams + `'/></a></message>`, BadStanza},
		{"stream element with prefix", `<message xmlns:s='` + NSStreams + `'><s:error/></message>`, BadStanza},
	}
}

func laughs() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE message [<!ENTITY l0 "lol">`)
	for i := range 9 {
		last := "&l" + strconv.Itoa(i) + ";"
		b.WriteString(`<!ENTITY l` + strconv.Itoa(i+1) + ` "` + strings.Repeat(last, 10) + `">`)
	}
	return b.String() + `]><message>&l9;</message>`
}

func wantKind(t *testing.T, err error, kind Kind) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if refused.Kind != kind {
		t.Errorf("got kind %d (%s), want %d", refused.Kind, refused.What, kind)
	}
}

func TestT1RefusedAsDocument(t *testing.T) {
	for _, h := range anywhere() {
		t.Run(h.name, func(t *testing.T) {
			_, err := Parse([]byte(h.xml))
			wantKind(t, err, h.kind)
		})
	}
}

func TestT1RefusedOnLink(t *testing.T) {
	for _, h := range anywhere() {
		t.Run(h.name, func(t *testing.T) {
			_, err := ParseLink([]byte(h.xml))
			wantKind(t, err, h.kind)
		})
	}
}

// TestB15RefusedInBody puts each payload into a body. What is only wrong
// around a root is left out: there are other roots in a body.
func TestB15RefusedInBody(t *testing.T) {
	const before, after = `<body xmlns='http://jabber.org/protocol/httpbind'>`, `</body>`
	kinds := map[string]Kind{"text before": BadStanza, "text behind": BadStanza}
	for _, h := range anywhere() {
		t.Run(h.name, func(t *testing.T) {
			kind := h.kind
			if k, ok := kinds[h.name]; ok {
				kind = k
			}
			switch h.name {
			case "second root", "CDATA behind", "space as reference behind":
				if _, err := ParseBody([]byte(before + h.xml + after)); err != nil {
					t.Errorf("refused inside a body: %v", err)
				}
				_, err := ParseBody([]byte(before + after + strings.TrimPrefix(h.xml, "<message/>")))
				wantKind(t, err, NotWellFormed)
			default:
				_, err := ParseBody([]byte(before + h.xml + after))
				wantKind(t, err, kind)
			}
		})
	}
}

func TestB14ToB17Body(t *testing.T) {
	const space = `xmlns='http://jabber.org/protocol/httpbind'`
	for _, h := range []hostile{
		{"B14 empty", ``, NotWellFormed},
		{"B14 white space", " \n", NotWellFormed},
		{"B14 other root", `<html/>`, BadStanza},
		{"B14 no namespace", `<body/>`, BadStanza},
		{"B14 other namespace", `<body xmlns='jabber:client'/>`, BadStanza},
		{"B15 comment before", `<!-- --><body ` + space + `/>`, Restricted},
		{"B15 instruction before", `<?a?><body ` + space + `/>`, Restricted},
		{"B15 bomb", strings.Replace(laughs(), "<message>", "<body>", 1), Restricted},
		{"B15 partial element", `<body ` + space + `><message></body>`, NotWellFormed},
		{"B16 text", `<body ` + space + `>a</body>`, BadStanza},
		{"B16 reference", `<body ` + space + `>&amp;</body>`, BadStanza},
		{"B16 CDATA", `<body ` + space + `><![CDATA[a]]></body>`, BadStanza},
		{"B17 Latin-1", `<?xml version='1.0' encoding='ISO-8859-1'?><body ` + space + `/>`, NotWellFormed},
		{"B17 UTF-16", `<?xml version='1.0' encoding='UTF-16'?><body ` + space + `/>`, NotWellFormed},
		{"B17 XML 1.1", `<?xml version='1.1'?><body ` + space + `/>`, NotWellFormed},
		{"B17 no version", `<?xml encoding='UTF-8'?><body ` + space + `/>`, NotWellFormed},
		{"B17 empty declaration", `<?xml ?><body ` + space + `/>`, NotWellFormed},
		{"B17 wrong order", `<?xml version='1.0' standalone='no' encoding='UTF-8'?><body ` + space + `/>`, NotWellFormed},
		{"B17 twice", `<?xml version='1.0' version='1.0'?><body ` + space + `/>`, NotWellFormed},
		{"B17 unknown part", `<?xml version='1.0' a='b'?><body ` + space + `/>`, NotWellFormed},
		{"B17 prefixed part", `<?xml version='1.0' a:encoding='UTF-8'?><body ` + space + `/>`, NotWellFormed},
		{"B17 standalone", `<?xml version='1.0' standalone='maybe'?><body ` + space + `/>`, NotWellFormed},
		{"B17 slash", `<?xml version='1.0'/?><body ` + space + `/>`, NotWellFormed},
		{"B17 no end", `<?xml version='1.0'><body ` + space + `/>`, NotWellFormed},
		{"B17 two declarations", `<?xml version='1.0'?><?xml version='1.0'?><body ` + space + `/>`, Restricted},
		{"B17 space before declaration", ` <?xml version='1.0'?><body ` + space + `/>`, Restricted},
		{"B17 two marks", "\ufeff\ufeff<body " + space + "/>", NotWellFormed},
	} {
		t.Run(h.name, func(t *testing.T) {
			_, err := ParseBody([]byte(h.xml))
			wantKind(t, err, h.kind)
		})
	}
}

// TestT4ConstantMemory refuses entity bombs of 60 KB without paying for them.
func TestT4ConstantMemory(t *testing.T) {
	bomb := strings.Repeat(`<!ENTITY a "`+strings.Repeat("&b;", 100)+`">`, 60<<10/314)
	for _, doc := range []string{
		`<!DOCTYPE a [` + bomb + `]><message>&a;</message>`,
		`<message id='` + strings.Repeat("&a;", 20000) + `'/>`,
		`<message>` + strings.Repeat("&a;", 20000) + `</message>`,
	} {
		in := []byte(doc)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Parse(in)
		runtime.ReadMemStats(&after)
		wantKind(t, err, Restricted)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 16<<10 {
			t.Errorf("refusing %d bytes took %d bytes of memory", len(in), spent)
		}
	}
}
