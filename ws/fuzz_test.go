package ws

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"frontdesk/gate"
	"frontdesk/wire"
)

// FuzzFrames lets a client with a good handshake send anything. Whatever it
// is, nobody panics, what the stream gets is within the limits, and the stream
// hears of the end.
func FuzzFrames(f *testing.F) {
	hello := frameOf(true, 1, []byte(openFrame))
	for _, raw := range [][]byte{
		hello, unmasked(1, "<a/>"), headerOf(0x81, 1<<63), headerOf(0x82, maxMessage+1), fragments(3),
		append(hello, frameOf(true, 1, []byte(`<message id="m"/>`))...),
		append(hello, frameOf(true, 9, []byte("ping"))...),
		append(hello, frameOf(true, 8, []byte{3, 232})...),
		append(hello, frameOf(true, 1, []byte(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`))...),
		append(frameOf(false, 1, []byte(openFrame[:9])), frameOf(true, 0, []byte(openFrame[9:]))...),
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		streams := &fakeStreams{}
		e := New(streams, gate.New(ownPages()), Options{Domain: "chat.example.com"}, slog.New(slog.DiscardHandler))
		l := &pipes{make(chan net.Conn), make(chan struct{})}
		srv := &http.Server{Handler: e, ReadHeaderTimeout: time.Second}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = srv.Serve(l)
		}()
		ours, theirs := net.Pipe()
		l.conns <- theirs
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			_, _ = io.Copy(io.Discard, ours)
		}()
		_, _ = io.Copy(ours, io.MultiReader(bytes.NewReader([]byte(handshake+"\r\n")), bytes.NewReader(raw)))
		_ = ours.Close()
		<-drained
		_ = srv.Close()
		<-ended
		if err := e.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if n := e.Stats(); n.Panics != 0 || n.Sockets != 0 || n.BytesIn > int64(len(raw)) {
			t.Errorf("%+v", n)
		}
		for _, s := range streams.streams {
			if s.overlap || len(s.calls) == 0 || s.calls[len(s.calls)-1] != "end" {
				t.Errorf("a stream saw %q", s.calls)
			}
		}
	})
}

// FuzzOpen reads any header without trusting it.
func FuzzOpen(f *testing.F) {
	f.Add(openFrame)
	f.Add(`<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="a" version="1."/>`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := wire.Parse([]byte(text))
		if err != nil {
			return
		}
		if hello, err := readOpen(e); err == nil && (hello.To == "" || e.Name.Space != wire.NSFraming) {
			t.Errorf("%q: %+v", text, hello)
		}
	})
}
