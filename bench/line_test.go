//go:build bench

package bench_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// header is what a browser sends with every request of a page: a real server
// has to read all of it.
const header = "POST /http-bind HTTP/1.1\r\n" +
	"Host: %s\r\n" +
	"Connection: keep-alive\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n" +
	"Content-Type: text/xml; charset=utf-8\r\n" +
	"Accept: */*\r\n" +
	"Origin: http://shop.example.com\r\n" +
	"Referer: http://shop.example.com/\r\n" +
	"Accept-Encoding: gzip, deflate\r\n" +
	"Accept-Language: en-US,en;q=0.9\r\n"

// line is one kept-alive HTTP connection, with as little of a client around it
// as can be: what is measured is the server. One request at a time.
type line struct {
	host string
	conn net.Conn
	in   *bufio.Reader
}

// dial opens a connection. Sources beyond the first thousands come from other
// loopback addresses, so that their ports do not run out.
func dial(ctx context.Context, addr string, n int) (*line, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n/8000%200))}}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &line{addr, conn, bufio.NewReaderSize(conn, 1024)}, nil
}

// post sends one body and returns the answer's.
func (l *line) post(body string) (string, error) {
	_, err := fmt.Fprintf(l.conn, header+"Content-Length: %d\r\n\r\n%s", l.host, len(body), body)
	if err != nil {
		return "", err
	}
	resp, err := http.ReadResponse(l.in, nil)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	in := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if in, err = gzip.NewReader(in); err != nil {
			return "", err
		}
	}
	text, err := io.ReadAll(in)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.200s", resp.Status, text)
	}
	return string(text), err
}
