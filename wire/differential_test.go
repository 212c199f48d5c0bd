package wire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"frontdesk/chat"
)

// newGenerator returns a generator with another seed each time, or with the
// one in the environment.
func newGenerator(tb testing.TB, hostile int) *generator {
	tb.Helper()
	seed := rand.Uint64()
	if s := os.Getenv("WIRE_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Logf("repeat with WIRE_SEED=%d", seed)
	return &generator{Rand: rand.New(rand.NewPCG(seed, 0)), hostile: hostile}
}

// TestT2T3_Differential generates and changes documents. What is taken here expat
// must take too, as the same tree, and what is written must be that tree.
func TestT2T3_Differential(t *testing.T) {
	x := startExpat(t)
	g := newGenerator(t, 60)
	taken := 0
	for range 20_000 {
		var doc []byte
		mode := pick(g, "D", "B", "L")[0]
		if mode == boshBody {
			doc = g.body()
		} else {
			doc = g.document()
		}
		if g.IntN(2) == 0 {
			doc = g.mutate(doc)
		}
		if compare(t, x, mode, doc) {
			taken++
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d of 20000 documents taken", taken)
	if taken < 2_000 {
		t.Errorf("only %d of 20000 documents were taken: the generator is too hostile", taken)
	}
}

// compare tells whether the document was taken.
func compare(tb testing.TB, x *expat, mode byte, doc []byte) bool {
	tb.Helper()
	e, err := parseAs(mode, doc)
	if err != nil {
		return false
	}
	want := tree(e)
	if got, ok := x.read(tb, mode, doc); !ok || got != want {
		tb.Errorf("%c %q\nhere  %q\nexpat %q (%v)", mode, doc, want, got, ok)
		return true
	}
	written, around := AppendElement(nil, e, ""), byte(document)
	if mode == linkChild {
		written, around = AppendElement(nil, e, NSAccept), linkChild
	}
	if got, ok := x.read(tb, around, written); !ok || got != want {
		tb.Errorf("%c %q\nwritten %q\nwant %q\ngot  %q (%v)", mode, doc, written, want, got, ok)
	}
	if mode != boshBody {
		compareStanza(tb, x, e)
	}
	return true
}

func parseAs(mode byte, doc []byte) (*Element, error) {
	switch mode {
	case boshBody:
		return ParseBody(doc)
	case linkChild:
		return ParseLink(doc)
	}
	return Parse(doc)
}

// compareStanza rewrites a stanza for the link as ours (T2): for expat it is
// one stanza, from us, whatever was in it.
func compareStanza(tb testing.TB, x *expat, e *Element) {
	tb.Helper()
	const from = "visitor-4f7kq2@chat.example.com/web"
	var written []byte
	switch e.Name {
	case Name{NSClient, "message"}:
		if m, err := ReadMessage(e); err == nil {
			m.From = from
			written = AppendMessage(nil, NSAccept, &m)
		}
	case Name{NSClient, "presence"}:
		if p, err := ReadPresence(e); err == nil {
			p.From = from
			written = AppendPresence(nil, NSAccept, &p)
		}
	case Name{NSClient, "iq"}:
		if q, err := ReadIQ(e); err == nil {
			q.From = from
			written = AppendIQ(nil, NSAccept, &q)
		}
	}
	if written == nil {
		return
	}
	again, err := ParseLink(written)
	if err != nil {
		tb.Errorf("our own %q: %v", written, err)
		return
	}
	if again.Name != e.Name || again.Attr("from") != from {
		tb.Errorf("%q is a %v from %q", written, again.Name, again.Attr("from"))
	}
	if got, ok := x.read(tb, linkChild, written); !ok || got != tree(again) {
		tb.Errorf("written %q\nhere  %q\nexpat %q (%v)", written, tree(again), got, ok)
	}
}

// TestWriterNeverBreaks writes trees and stanzas full of nonsense: the result
// is well-formed for expat, and one stanza on the link.
func TestWriterNeverBreaks(t *testing.T) {
	x := startExpat(t)
	g := newGenerator(t, 1)
	for range 3_000 {
		element := g.nonsense(4)
		for space, mode := range map[string]byte{"": document, NSClient: document, NSAccept: linkChild} {
			written := AppendElement(nil, element, space)
			if got, ok := x.read(t, mode, written); !ok {
				t.Fatalf("%q: %s", written, got)
			}
		}
		m := Message{
			Header:  Header{From: g.junk(), To: g.junk(), ID: g.junk(), Type: g.junk(), Lang: g.junk()},
			Message: chat.Message{Text: g.junk(), Lang: g.junk(), Receipt: g.junk(), Nick: g.junk(), Typing: chat.Typing(g.IntN(8))},
			Error:   &StanzaError{Type: g.junk(), Condition: g.junk(), Text: g.junk(), AppSpace: g.junk(), AppName: g.junk()},
			Extra:   []*Element{element},
		}
		written := AppendMessage(nil, NSAccept, &m)
		if got, ok := x.read(t, linkChild, written); !ok || bytes.Count([]byte(got), []byte("\x06")) == 0 {
			t.Fatalf("%q: %s", written, got)
		}
	}
}

// nonsense returns a tree that no parser would give.
func (g *generator) nonsense(depth int) *Element {
	e := New(g.junk(), g.junk(), nil)
	for range g.IntN(5) {
		e.Attrs = append(e.Attrs, Attr{Name{g.junk(), g.junk()}, g.junk()})
	}
	for range g.IntN(4) {
		if depth > 0 && g.IntN(2) == 0 {
			e.Children = append(e.Children, Node{Element: g.nonsense(depth - 1)})
		} else {
			e.Children = append(e.Children, Node{Text: g.junk()})
		}
	}
	return e
}

func (g *generator) junk() string {
	return pick(g, "", "a", "xmlns", "xml", "xml:lang", "a:b", ":", "-", "<a>", "</stream:stream>", `"'`, "&", "&amp;", "]]>",
		"\x00", "\xff", "\ud7ff\ufffe", "\xe2\x82", "\r\n\t", NSXML, nsXMLNS, NSStreams, NSClient, NSAccept, "urn:a", "message", "n0", "stream")
}

func seedCorpus(f *testing.F) {
	f.Helper()
	for _, h := range anywhere() {
		f.Add([]byte(h.xml))
	}
	f.Add([]byte(chatMessage))
	g := newGenerator(f, 0)
	for range 20 {
		f.Add(g.document())
		f.Add(g.body())
	}
}

// FuzzDifferential is [TestT2T3_Differential] with documents from the fuzzer.
func FuzzDifferential(f *testing.F) {
	seedCorpus(f)
	x := startExpat(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, mode := range []byte{document, boshBody, linkChild} {
			compare(t, x, mode, doc)
		}
	})
}

// FuzzParse looks for panics, for errors of other types, and for trees that
// change on their way through the writer.
func FuzzParse(f *testing.F) {
	seedCorpus(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, mode := range []byte{document, boshBody, linkChild} {
			e, err := parseAs(mode, doc)
			if err != nil {
				if _, ok := errors.AsType[*Error](err); !ok {
					t.Errorf("an error of type %T: %v", err, err)
				}
				continue
			}
			again, err := parseAs(mode, AppendElement(nil, e, ""))
			if err != nil {
				wantKind(t, err, TooBig) // escaped it is longer
			} else if tree(again) != tree(e) {
				t.Errorf("%q became %q", tree(e), tree(again))
			}
		}
	})
}
