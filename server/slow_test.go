package server

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"frontdesk/config"
	"frontdesk/gate"
)

// A body that is announced and does not come costs its sender
// the connection after a while, whoever should have read it.
func TestT17_SlowBodies(t *testing.T) {
	for _, where := range []string{"/visitor", "/healthz", "/readyz", "/widget.js", "/nowhere", "/http-bind", "/xmpp-websocket"} {
		bubble(t, func(s *stage) {
			conn, err := s.pipes.dial(s.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			start := time.Now()
			go func() {
				_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nOrigin: https://foreign.example\r\n"+
					"Content-Length: 1000\r\n\r\n", where, testDomain)
			}()
			in := bufio.NewReader(conn)
			resp, err := http.ReadResponse(in, nil)
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
			}
			if err == nil {
				_, err = in.ReadByte()
			}
			if took := time.Since(start); err == nil || took > 2*gate.BodyTime {
				t.Errorf("%s: %v after %s", where, err, took)
			}
		}, with(func(c *config.Config) { c.HTTP.Origins = []string{"https://shop.example"} }))
	}
}
