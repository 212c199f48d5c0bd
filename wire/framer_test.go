package wire

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// frames reads a stream to its end.
func frames(r io.Reader, limit int) (got []string, err error) {
	f := NewFramer(bufio.NewReaderSize(r, 16), limit)
	for {
		raw, err := f.Next()
		var refused *Error
		switch {
		case errors.As(err, &refused) && refused.Kind == TooBig:
			got = append(got, "too big: "+string(raw))
		case err != nil:
			return got, err
		default:
			got = append(got, string(raw))
		}
	}
}

func TestFramerCuts(t *testing.T) {
	const end = "</stream:stream>"
	for _, test := range []struct {
		name, stream string
		want         []string
	}{
		{"nothing", end, nil},
		{"empty element", `<a/>` + end, []string{`<a/>`}},
		{"element", `<a></a>` + end, []string{`<a></a>`}},
		{"several", `<a>1</a><b/><c><c/></c>` + end, []string{`<a>1</a>`, `<b/>`, `<c><c/></c>`}},
		{"keepalive", " \n<a/>\r\n\t <b/> " + end, []string{`<a/>`, `<b/>`}},
		{"quotes", `<a b='/>' c="'>"><d e='<'/></a>` + end, []string{`<a b='/>' c="'>"><d e='<'/></a>`}},
		{"slash in value", `<a b='/'><c d="/"></c></a>` + end, []string{`<a b='/'><c d="/"></c></a>`}},
		{"CDATA", `<a><![CDATA[</a>]]]]><b/>]]></a>` + end, []string{`<a><![CDATA[</a>]]]]><b/>]]></a>`}},
		{"comment inside", `<a><!--></a>--></a>` + end, []string{`<a><!--></a>--></a>`}},
		{"instruction inside", `<a><?b </a>?></a>` + end, []string{`<a><?b </a>?></a>`}},
		{"comment between", `<a/><!-- <b> --><c/>` + end, []string{`<a/>`, `<c/>`}},
		{"instruction between", `<?xml version='1.0'?><a/><?b <c>?>` + end, []string{`<a/>`}},
		{"stream error", `<stream:error><conflict/></stream:error>` + end, []string{`<stream:error><conflict/></stream:error>`}},
		{"white space in the end tag", "<a>\n</a\n></stream:stream >", []string{"<a>\n</a\n>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{
				"whole": strings.NewReader(test.stream), "bytes": iotest.OneByteReader(strings.NewReader(test.stream)),
			} {
				got, err := frames(r, 100)
				if !errors.Is(err, io.EOF) {
					t.Errorf("%s: ends with %v, want io.EOF", name, err)
				}
				if strings.Join(got, "|") != strings.Join(test.want, "|") {
					t.Errorf("%s: got %q, want %q", name, got, test.want)
				}
			}
		})
	}
}

func TestFramerFatal(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name, stream string
		want         error
	}{
		{"cut in a stanza", `<a>`, io.ErrUnexpectedEOF},
		{"cut in a tag", `<a b='`, io.ErrUnexpectedEOF},
		{"cut between stanzas", `<a/> `, io.ErrUnexpectedEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := frames(strings.NewReader(test.stream), 100); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
	t.Run("reader", func(t *testing.T) {
		r := io.MultiReader(strings.NewReader("<a/><b"), iotest.ErrReader(broken))
		if _, err := frames(r, 100); !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
	})
	for name, stream := range map[string]string{
		"text": `<a/>text`, "reference": `&amp;`, "CDATA": `<![CDATA[a]]>`, "document type": `<!DOCTYPE a>`,
		"document type inside": `<a><!DOCTYPE b></a>`, "tag in a tag": `<a <b/>`, "tag in an end": `<a></a<b/>`,
		"no name": `< a/>`, "no name at all": `<>`, "half a comment": `<a><!- - - -></a>`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := frames(strings.NewReader(stream), 100)
			var refused *Error
			if !errors.As(err, &refused) || refused.Kind == TooBig {
				t.Errorf("got %v, want an *Error that ends the stream", err)
			}
		})
	}
}

func TestFramerLimit(t *testing.T) {
	const limit = 1000
	sized := func(n int) string {
		const start, end = `<message from='a'>`, `</message>`
		return start + strings.Repeat("x", n-len(start+end)) + end
	}
	got, err := frames(strings.NewReader(sized(limit)+sized(limit+1)+sized(10*limit)+" <a/></stream:stream>"), limit)
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	const head = "too big: <message from='a'>"
	want := []string{sized(limit), head, head, "<a/>"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q", got)
	}
}

// TestFramerHead: of a stanza over the limit only its start tag is told.
func TestFramerHead(t *testing.T) {
	for _, test := range []struct{ name, start, want string }{
		{"short", `<m from='>"' to="'">`, `<m from='>"' to="'">`},
		{"long", `<m id='` + strings.Repeat("i", 500) + `'>`, `<m id='` + strings.Repeat("i", headBytes-7)},
	} {
		t.Run(test.name, func(t *testing.T) {
			stream := test.start + strings.Repeat("sekrit", 500) + "</m>"
			raw, err := NewFramer(bufio.NewReader(strings.NewReader(stream)), 1000).Next()
			wantKind(t, err, TooBig)
			if string(raw) != test.want {
				t.Errorf("got %q, want %q", raw, test.want)
			}
		})
	}
}

// TestFramerFindsStanzas: stanzas of the generator come out as they went in.
func TestFramerFindsStanzas(t *testing.T) {
	g := newGenerator(t, 0)
	var stream strings.Builder
	var want []string
	for range 2000 {
		doc := string(g.document())
		want = append(want, doc)
		stream.WriteString(doc + pick(g, "", " ", "\n", "<!-- <a> -->"))
	}
	got, err := frames(strings.NewReader(stream.String()+"</stream:stream>"), MaxBytes)
	if !errors.Is(err, io.EOF) || len(got) != len(want) {
		t.Fatalf("%d of %d stanzas, %v", len(got), len(want), err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %q, want %q", got[i], want[i])
		}
	}
}
