package server

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// Only exact paths are served: nothing is cleaned, decoded or redirected, and
// nothing of the admin's is among them.
func TestT16_ExactPathsOnly(t *testing.T) {
	s := play(t, withMetrics())
	for path, want := range map[string]int{
		"/healthz": http.StatusOK, "/readyz": http.StatusOK, "/healthz?x=/../": http.StatusOK,
		"/strophe.umd.min.js": http.StatusOK, "/visitor": http.StatusCreated,
	} {
		if status := s.raw("GET " + path + " HTTP/1.1"); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	for _, path := range []string{
		"/", "//healthz", "/healthz/", "/healthz;x", "/healthz;x=/../", "/./healthz", "/x/../healthz", "/healthz/.",
		"/%68ealthz", "/healthz%00", "/healthz%20", "/healthz%2f", "/%2e%2e/healthz", "/..%2fhealthz", "/%2fhealthz",
		"/HEALTHZ", "/healthz\\", "/http-bind/", "/http-bind/../healthz", "/.well-known/", "/demo/", "/demo/../healthz",
		"/metrics", "/debug/pprof/", "/status", "/agents", "/chats", "/visitor/../status", "/admin/status", "/strophe.umd.min.js/..",
	} {
		if status := s.raw("GET " + path + " HTTP/1.1"); status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
	for _, path := range []string{"/http-bind", "/visitor", "/%68ttp-bind"} {
		if status := s.raw("BREW " + path + " HTTP/1.1"); status != http.StatusMethodNotAllowed && status != http.StatusNotFound {
			t.Errorf("BREW %s: %d", path, status)
		}
	}
}

// Two readings of where a request ends: refused, or the connection is closed
// behind it, so that no second request hides in the first.
func TestT16_NothingIsSmuggled(t *testing.T) {
	s := play(t)
	const hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	for name, head := range map[string]string{
		"both lengths":    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":     "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
		"signed length":   "Content-Length: +0\r\n\r\n",
		"strange coding":  "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"coding twice":    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"space in a name": "Content-Length : 0\r\n\r\n",
		"folded header":   "X: y\r\n Content-Length: 40\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
	} {
		answers := s.send("POST /http-bind HTTP/1.1\r\nHost: x\r\n" + head + hidden)
		if strings.Contains(answers, "\r\n\r\nok\n") {
			t.Errorf("%s: the hidden request was answered: %q", name, answers)
		}
		if !strings.HasPrefix(answers, "HTTP/1.1 ") {
			t.Errorf("%s: answered %q", name, answers)
		}
	}
	if answers := s.send("POST /visitor HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" + hidden); !strings.Contains(answers, "\r\n\r\nok\n") {
		t.Errorf("two honest requests: %q", answers)
	}
}

// raw sends one request line as it is and returns the status.
func (s *stage) raw(line string) int {
	s.Helper()
	answer := s.send(line + "\r\nHost: x\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader(answer)), nil)
	if err != nil {
		s.Fatalf("%s: %v in %q", line, err, answer)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// send sends bytes on a new connection and reads what comes back until the
// server closes.
func (s *stage) send(bytes string) string {
	s.Helper()
	conn, err := net.Dial("tcp", s.server.Addr())
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, bytes); err != nil {
		s.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(s.patience))
	answer, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		s.Errorf("%q leaves the connection open: answered %q", bytes, answer)
	}
	return string(answer)
}
