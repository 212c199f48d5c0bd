package bosh

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error   { close(l.done); return nil }
func (l *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

// serve runs an http.Server for the manager until stop is called.
func (b *bench) serve() (dial func() *browser, stop func()) {
	l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: b.m, ConnContext: b.m.ConnContext, ConnState: b.m.ConnState}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = srv.Serve(l)
	}()
	var lines []*browser
	dial = func() *browser {
		ours, theirs := net.Pipe()
		l.conns <- theirs
		c := &browser{b: b, conn: ours, in: bufio.NewReader(ours)}
		lines = append(lines, c)
		return c
	}
	return dial, func() {
		_ = srv.Close()
		<-ended
		for _, c := range lines {
			c.conn.Close()
		}
	}
}

// browser is a client's connection.
type browser struct {
	b    *bench
	conn net.Conn
	in   *bufio.Reader
	real bool // not in a bubble
}

// rest lets everything in the bubble come to rest.
func (c *browser) rest() {
	if !c.real {
		synctest.Wait()
	}
}

// write sends text as it is.
func (c *browser) write(text string) {
	c.b.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.b.t.Fatal(err)
	}
	c.rest()
}

// postText is an HTTP/1.1 request with that body.
func postText(body, headers string) string {
	r, _ := http.NewRequest(http.MethodPost, "http://chat.example.com/http-bind", strings.NewReader(body))
	var out strings.Builder
	_ = r.Write(&out)
	return strings.Replace(out.String(), "\r\n", "\r\n"+headers, 1)
}

// post sends a request with that body.
func (c *browser) post(body string) { c.write(postText(body, "")) }

// read reads a response and its body.
func (c *browser) read() (*http.Response, string) {
	c.b.t.Helper()
	if c.real {
		_ = c.conn.SetReadDeadline(time.Now().Add(time.Minute))
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		c.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.b.t.Fatal(err)
	}
	c.rest()
	return resp, string(body)
}

// expect reads a response and checks it as call.expect does.
func (c *browser) expect(want string) {
	c.b.t.Helper()
	_, body := c.read()
	if got := readAnswer(c.b.t, body).String(); got != want {
		c.b.t.Fatalf("answered %q, want %q", got, want)
	}
}

// close closes the connection as a browser does.
func (c *browser) close() {
	c.conn.Close()
	c.rest()
}
