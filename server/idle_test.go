package server

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// knocks opens a connection in the stage's time; what it is sent comes out of
// the reader.
func (s *stage) knocks() (net.Conn, *bufio.Reader) {
	s.Helper()
	conn, err := s.pipes.dial(s.Context(), "", "")
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(10 * time.Minute))
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close() })
	return conn, bufio.NewReader(conn)
}

// drips writes a text byte by byte, one a second, until the other end hangs up.
func (s *stage) drips(conn net.Conn, text string) {
	for i := range len(text) {
		if _, err := conn.Write([]byte{text[i]}); err != nil {
			return
		}
		s.pass(time.Second)
	}
}

// ended waits for the end of a connection and checks how long that took.
func (s *stage) ended(in *bufio.Reader, since time.Time, within time.Duration) {
	s.Helper()
	_, _ = io.Copy(io.Discard, in)
	if took := time.Since(since); took > within {
		s.Errorf("the connection ended after %s, want %s", took, within)
	}
}

// A head that comes byte by byte costs its sender the connection, however long
// that would go on.
func TestT17_SlowHeads(t *testing.T) {
	for _, path := range []string{"/http-bind", "/xmpp-websocket", "/visitor", "/healthz"} {
		bubble(t, func(s *stage) {
			conn, in := s.knocks()
			start := time.Now()
			var dripping sync.WaitGroup
			dripping.Go(func() {
				s.drips(conn, "POST "+path+" HTTP/1.1\r\nHost: "+testDomain+"\r\nX: "+strings.Repeat("x", 100))
			})
			s.ended(in, start, 6*time.Second)
			dripping.Wait()
		})
	}
}

// A connection that nobody uses any more ends, too.
func TestT17_IdleConnections(t *testing.T) {
	bubble(t, func(s *stage) {
		conn, in := s.knocks()
		start := time.Now()
		go func() { _, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: "+testDomain+"\r\n\r\n") }()
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		s.ended(in, start, 80*time.Second)
	})
}

// A head over the limit is refused before it has come in whole.
func TestT17_LongHeads(t *testing.T) {
	bubble(t, func(s *stage) {
		conn, in := s.knocks()
		written := make(chan int, 1)
		go func() {
			n, _ := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: "+testDomain+"\r\nX: "+strings.Repeat("x", 1<<20))
			written <- n
		}()
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Fatal(resp, err)
		}
		_ = conn.Close()
		if n := <-written; n > 32<<10 {
			t.Errorf("%d bytes were read", n)
		}
	})
}
