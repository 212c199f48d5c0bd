package ws

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"frontdesk/gate"
)

// BenchmarkIdleSocket tells what an open stream costs while nothing is said, in
// bytes of heap and stack. What the kernel and c2s hold comes on top.
func BenchmarkIdleSocket(b *testing.B) {
	streams := &fakeStreams{}
	e := New(streams, gate.New(ownPages()), Options{Domain: "chat.example.com"}, slog.New(slog.DiscardHandler))
	srv := httptest.NewServer(e)
	defer srv.Close()
	defer func() { _ = e.Shutdown(b.Context()) }()
	const sockets = 1000
	for b.Loop() {
		before := used()
		var open []net.Conn
		for range sockets {
			open = append(open, openSocket(b, srv.Listener.Addr().String()))
		}
		// Each of ours has a descriptor and a net.Conn here as well.
		b.ReportMetric(float64(used()-before)/sockets, "B/socket")
		for _, c := range open {
			_ = c.Close()
		}
	}
}

// used is what heap and stacks hold.
func used() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// openSocket opens a stream over TCP and leaves it alone.
func openSocket(b *testing.B, addr string) net.Conn {
	b.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	in := bufio.NewReader(c)
	if _, err := io.WriteString(c, handshake+"\r\n"); err != nil {
		b.Fatal(err)
	}
	if resp, err := http.ReadResponse(in, nil); err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		b.Fatal(resp, err)
	}
	if _, err := c.Write(frameOf(true, 1, []byte(openFrame))); err != nil {
		b.Fatal(err)
	}
	for range 2 {
		if _, _, err := readFrame(in); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

// BenchmarkMessage is one message in and one out, with its proof of delivery
// put off.
func BenchmarkMessage(b *testing.B) {
	streams := &fakeStreams{}
	e := New(streams, gate.New(ownPages()), Options{Domain: "chat.example.com"}, slog.New(slog.DiscardHandler))
	srv := httptest.NewServer(e)
	defer srv.Close()
	defer func() { _ = e.Shutdown(b.Context()) }()
	c := openSocket(b, srv.Listener.Addr().String())
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	text := strings.Repeat("x", 200)
	raw := frameOf(true, 1, fmt.Appendf(nil, `<message xmlns="jabber:client" to="support@chat.example.com"><body>%s</body></message>`, text))
	s := streams.last()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Write(raw); err != nil {
			b.Fatal(err)
		}
		s.send(1)
		for word := ""; word != "text"; {
			var err error
			if word, _, err = readFrame(in); err != nil {
				b.Fatal(err)
			}
		}
	}
}
