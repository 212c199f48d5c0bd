package wire

import (
	"bufio"
	"encoding/binary"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// expat is libexpat in one child process, the parser that XMPP servers use.
type expat struct {
	in  io.Writer
	out *bufio.Reader
}

// startExpat starts the child; it ends with the test.
func startExpat(tb testing.TB) *expat {
	tb.Helper()
	child := exec.Command("python3", "testdata/expat.py")
	in, err := child.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	errors := &strings.Builder{}
	child.Stderr = errors
	if err := child.Start(); err != nil {
		tb.Fatalf("this test needs python3: %v", err)
	}
	tb.Cleanup(func() {
		_ = in.Close() // its end of input
		if err := child.Wait(); err != nil {
			tb.Errorf("expat: %v: %s", err, errors)
		}
	})
	return &expat{in, bufio.NewReader(out)}
}

// The modes of expat.py.
const (
	document  = 'D'
	boshBody  = 'B'
	linkChild = 'L'
)

// read returns the tree of a document, or the error and false.
func (x *expat) read(tb testing.TB, mode byte, b []byte) (string, bool) {
	tb.Helper()
	request := binary.BigEndian.AppendUint32([]byte{mode}, uint32(len(b)))
	if _, err := x.in.Write(append(request, b...)); err != nil {
		tb.Fatalf("expat: %v", err)
	}
	var head [5]byte
	if _, err := io.ReadFull(x.out, head[:]); err != nil {
		tb.Fatalf("expat: %v", err)
	}
	answer := make([]byte, binary.BigEndian.Uint32(head[1:]))
	if _, err := io.ReadFull(x.out, answer); err != nil {
		tb.Fatalf("expat: %v", err)
	}
	return string(answer), head[0] == 1
}

// TestExpat makes sure that the judge of the other tests is awake.
func TestExpat(t *testing.T) {
	x := startExpat(t)
	for _, bad := range []string{`<a b='' b=''/>`, `<p:a/>`, `<a/><b/>`, `<a>`, `<a:/>`} {
		if got, ok := x.read(t, document, []byte(bad)); ok {
			t.Errorf("expat takes %s as %q", bad, got)
		}
	}
	const want = "\x02jabber:client\x01a\x03\x01b\x04c\x05t\x02urn:x\x01d\x05\x06\x06"
	for mode, doc := range map[byte]string{
		document:  `<a b='c'>t<d xmlns='urn:x'/></a>`,
		linkChild: `<a b='c'>t<x:d xmlns:x='urn:x'/></a>`,
	} {
		if got, ok := x.read(t, mode, []byte(doc)); !ok || got != want {
			t.Errorf("%s: got %q, want %q", doc, got, want)
		}
	}
	if got, ok := x.read(t, linkChild, []byte(`</stream:stream><a/>`)); ok {
		t.Errorf("expat takes a second root as %q", got)
	}
}
