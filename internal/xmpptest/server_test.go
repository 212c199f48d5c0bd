package xmpptest

import (
	"bufio"
	"context"
	"crypto/sha1"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// component is the other end, by hand.
type component struct {
	*testing.T
	conn net.Conn
	r    *bufio.Reader
}

func connect(t *testing.T, s *Server) component {
	t.Helper()
	conn, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return component{t, conn, bufio.NewReader(conn)}
}

func (c component) write(xml string) {
	c.Helper()
	if _, err := io.WriteString(c.conn, xml); err != nil {
		c.Fatal(err)
	}
}

// reads fails unless what comes next ends in these parts, one after another.
func (c component) reads(parts ...string) {
	c.Helper()
	for _, part := range parts {
		var got strings.Builder
		for !strings.HasSuffix(got.String(), part) {
			b, err := c.r.ReadByte()
			if err != nil {
				c.Fatalf("%q came, then %v; want %q", got.String(), err, part)
			}
			got.WriteByte(b)
		}
	}
}

const header = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='c.localhost'>"

// handshake is the digest of stream id and secret (XEP-0114 §3).
func handshake(secret string) string {
	return fmt.Sprintf("<handshake>%x</handshake>", sha1.Sum([]byte("s1"+secret)))
}

func TestServer(t *testing.T) {
	s := &Server{Domain: "c.localhost", Secret: "secret", Greeting: "<hello/>"}
	defer s.Close()
	c := connect(t, s)
	c.write(header)
	c.reads("id='s1' from='c.localhost'>")
	c.write(handshake("secret"))
	c.reads("<handshake/><hello/>")
	p, err := s.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.write("<iq from=\"c.localhost\" to=\"c.localhost\" id=\"1\"/> <message to=\"a@b\" id=\"2\">x<body/></message>")
	c.reads("id=\"1\"/>") // the echo
	got, err := p.Expect(t.Context(), "<body/>")
	if err != nil || got.Attr("id") != "2" || !strings.HasSuffix(string(got), "</message>") {
		t.Errorf("got %q, %v", got, err)
	}
	if left := p.Received(); len(left) != 0 {
		t.Errorf("also %q", left)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Next(ended); err == nil {
		t.Error("something came from nowhere")
	}
	p.StreamError("conflict")
	c.reads("<conflict", "</stream:stream>")
}

func TestServerRefuses(t *testing.T) {
	s := &Server{Domain: "c.localhost", Secret: "secret"}
	defer s.Close()
	c := connect(t, s)
	c.write(header)
	c.reads(">", ">")
	c.write(handshake("wrong"))
	c.reads("<not-authorized", "</stream:stream>")
	c = connect(t, s)
	c.write(strings.Replace(header, "c.localhost", "d.localhost", 1))
	c.reads("<host-unknown", "</stream:stream>")
	s.Down(true)
	if _, err := s.Dial(t.Context()); err == nil {
		t.Error("a server that is down takes connections")
	}
}
