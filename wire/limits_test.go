package wire

import (
	"fmt"
	"strings"
	"testing"
)

// T5, B20: at each limit a document is taken, one over it it is refused.
func TestT5Limits(t *testing.T) {
	for _, limit := range []struct {
		name string
		at   int
		make func(n int) string
	}{
		{"bytes", MaxBytes, func(n int) string { return `<message>` + strings.Repeat("a", n-19) + `</message>` }},
		{"depth", maxDepth, nested},
		{"elements", maxElements, func(n int) string { return `<message>` + strings.Repeat("<a/>", n-1) + `</message>` }},
		{"attributes", maxAttrs, func(n int) string { return `<message` + numbered(n, " a%d=''") + `/>` }},
		{"declarations", maxAttrs, func(n int) string { return `<message` + numbered(n, " xmlns:a%d='x'") + `/>` }},
		{"attributes inside", maxAttrs, func(n int) string { return `<message><a` + numbered(n, " a%d=''") + `></a></message>` }},
		{"element name", maxName, func(n int) string { return `<` + strings.Repeat("a", n) + `/>` }},
		{"attribute name", maxName, func(n int) string { return `<a ` + strings.Repeat("a", n) + `=''/>` }},
		{"prefix", maxName, func(n int) string { return `<a xmlns:` + strings.Repeat("a", n) + `='x'/>` }},
	} {
		t.Run(limit.name, func(t *testing.T) {
			if _, err := Parse([]byte(limit.make(limit.at))); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			_, err := Parse([]byte(limit.make(limit.at + 1)))
			wantKind(t, err, TooBig)
			if limit.name == "bytes" {
				return
			}
			if _, err := ParseLink([]byte(limit.make(limit.at))); err != nil {
				t.Errorf("at the limit, on the link: %v", err)
			}
			_, err = ParseLink([]byte(limit.make(limit.at + 1)))
			wantKind(t, err, TooBig)
		})
	}
}

func TestB20BodyLimits(t *testing.T) {
	body := func(inside string) []byte {
		return []byte(`<body xmlns='http://jabber.org/protocol/httpbind'>` + inside + `</body>`)
	}
	frame := len(body(""))
	twice := func(make func(int) string) func(int) string {
		return func(n int) string { return make(maxDepth) + make(n) }
	}
	for _, limit := range []struct {
		name string
		at   int
		make func(n int) string
	}{
		{"bytes", MaxBytes - frame, func(n int) string { return `<message>` + strings.Repeat("a", n-19) + `</message>` }},
		{"white space", MaxBytes - frame, func(n int) string { return strings.Repeat(" ", n) }},
		{"payloads", MaxPayloads, func(n int) string { return strings.Repeat("<message/>", n) }},
		{"depth of a payload", maxDepth, twice(nested)},
		{"elements of a payload", maxElements, func(n int) string {
			return strings.Repeat(`<message>`+strings.Repeat("<a/>", n-1)+`</message>`, 3)
		}},
	} {
		t.Run(limit.name, func(t *testing.T) {
			if _, err := ParseBody(body(limit.make(limit.at))); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			_, err := ParseBody(body(limit.make(limit.at + 1)))
			wantKind(t, err, TooBig)
		})
	}
	t.Run("attributes of the body", func(t *testing.T) {
		doc := func(n int) []byte {
			return []byte(`<body xmlns='http://jabber.org/protocol/httpbind'` + numbered(n-1, " a%d=''") + `/>`)
		}
		if _, err := ParseBody(doc(maxAttrs)); err != nil {
			t.Errorf("at the limit: %v", err)
		}
		_, err := ParseBody(doc(maxAttrs + 1))
		wantKind(t, err, TooBig)
	})
}

// TestLinkLongStanza: on the link size is the framer's business.
func TestLinkLongStanza(t *testing.T) {
	if _, err := ParseLink([]byte(`<message>` + strings.Repeat("a", 2*MaxBytes) + `</message>`)); err != nil {
		t.Error(err)
	}
}

// T5: documents far beyond every limit.
func TestT5Floods(t *testing.T) {
	for name, doc := range map[string]string{
		"deep":       strings.Repeat("<a>", MaxBytes/3),
		"attributes": `<a` + numbered(7000, " a%d=''") + `/>`,
		"names":      `<` + strings.Repeat("a", MaxBytes-3) + `/>`,
		"text":       `<a>` + strings.Repeat("a", 1<<20) + `</a>`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(doc))
			wantKind(t, err, TooBig)
		})
	}
}

func TestHeaderLimits(t *testing.T) {
	for _, limit := range []struct {
		name string
		at   int
	}{{"from", maxAddress}, {"to", maxAddress}, {"id", maxID}} {
		t.Run(limit.name, func(t *testing.T) {
			e := New(NSClient, "message", Attrs(limit.name, strings.Repeat("a", limit.at)))
			if _, err := ReadMessage(e); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			e.Attrs[0].Value += "a"
			_, err := ReadMessage(e)
			wantKind(t, err, TooBig)
		})
	}
}

func nested(n int) string {
	return `<message>` + strings.Repeat("<a>", n-1) + strings.Repeat("</a>", n-1) + `</message>`
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
