package ws

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/gate"
	"frontdesk/roster"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
func (pipeAddr) String() string  { return "192.0.2.7:4711" }

// pipeConn is a pipe with an address on the internet.
type pipeConn struct {
	net.Conn
	from pipeAddr
}

func (c pipeConn) RemoteAddr() net.Addr { return c.from }

// bench is an endpoint behind an http.Server, in a bubble.
type bench struct {
	t       *testing.T
	e       *Endpoint
	streams *fakeStreams
	pipes   *pipes
	peers   []*peer
}

// ownPages are the rules of a gate for pages of its own host.
func ownPages() gate.Rules { return gate.Rules{Sites: []roster.Site{roster.DefaultSite(nil, "")}} }

// inBubble runs a test with an endpoint whose clock is the bubble's.
func inBubble(t *testing.T, opt Options, test func(*bench)) {
	t.Helper()
	inBubbleBehind(t, ownPages(), opt, test)
}

// inBubbleBehind is inBubble behind another gate.
func inBubbleBehind(t *testing.T, rules gate.Rules, opt Options, test func(*bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opt.Domain = "chat.example.com"
		b := &bench{t: t, streams: &fakeStreams{}, pipes: &pipes{make(chan net.Conn), make(chan struct{})}}
		b.e = New(b.streams, gate.New(rules), opt, slog.New(slog.DiscardHandler))
		srv := &http.Server{Handler: b.e}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = srv.Serve(b.pipes)
		}()
		defer func() {
			for _, p := range b.peers {
				p.conn.Close()
			}
			if err := b.e.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			_ = srv.Close()
			<-ended
			if n := b.e.Stats(); n.Sockets != 0 || n.Panics != 0 {
				t.Errorf("left behind: %+v", n)
			}
			for _, s := range b.streams.streams {
				if s.overlap {
					t.Error("two calls of a stream at the same time")
				}
			}
			synctest.Wait()
		}()
		test(b)
	})
}

// peer is a client that knows frames and nothing else.
type peer struct {
	b    *bench
	conn net.Conn
	in   *bufio.Reader
	done chan struct{}

	mu     sync.Mutex
	frames []string // what came, as words
	mute   bool     // pings are not answered
	pings  int
}

const handshake = "GET /xmpp-websocket HTTP/1.1\r\nHost: chat.example.com\r\nConnection: Upgrade\r\n" +
	"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
	"Sec-WebSocket-Protocol: xmpp\r\n"

// request sends an HTTP request and returns the head of the answer.
func (b *bench) request(text string) (*peer, *http.Response) {
	b.t.Helper()
	ours, theirs := net.Pipe()
	b.pipes.conns <- pipeConn{theirs, pipeAddr{}}
	p := &peer{b: b, conn: ours, in: bufio.NewReader(ours), done: make(chan struct{})}
	b.peers = append(b.peers, p)
	if _, err := io.WriteString(ours, text+"\r\n"); err != nil {
		b.t.Fatal(err)
	}
	resp, err := http.ReadResponse(p.in, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return p, resp
}

// dial opens a WebSocket.
func (b *bench) dial() *peer {
	b.t.Helper()
	p, resp := b.request(handshake)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		b.t.Fatal(resp.Status)
	}
	go p.read()
	return p
}

// open opens a WebSocket and a stream.
func (b *bench) open() *peer {
	b.t.Helper()
	p := b.dial()
	p.say(openFrame)
	p.expect(`text <open `, `text <stream:features `)
	return p
}

// openFrame is a client's header.
const openFrame = `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="chat.example.com" version="1.0"/>`

// read collects frames until the connection ends.
func (p *peer) read() {
	defer close(p.done)
	for {
		word, payload, err := readFrame(p.in)
		p.mu.Lock()
		mute := p.mute
		switch {
		case err != nil:
			p.frames = append(p.frames, "end")
		case word == "ping":
			p.pings++
		default:
			p.frames = append(p.frames, strings.TrimSpace(word+" "+payload))
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
		if word == "ping" && !mute {
			go func() { _, _ = p.conn.Write(frameOf(true, 10, []byte(payload))) }()
		}
	}
}

// readFrame reads one frame of a server.
func readFrame(r io.Reader) (word, payload string, err error) {
	var head [10]byte
	if _, err = io.ReadFull(r, head[:2]); err != nil {
		return "", "", err
	}
	n := uint64(head[1])
	switch {
	case n > 127:
		return "", "", fmt.Errorf("masked by the server")
	case n == 126:
		_, err = io.ReadFull(r, head[2:4])
		n = uint64(binary.BigEndian.Uint16(head[2:4]))
	case n == 127:
		_, err = io.ReadFull(r, head[2:10])
		n = binary.BigEndian.Uint64(head[2:10])
	}
	if err != nil {
		return "", "", err
	}
	b := make([]byte, n)
	if _, err = io.ReadFull(r, b); err != nil {
		return "", "", err
	}
	switch head[0] {
	case 0x81:
		return "text", string(b), nil
	case 0x88:
		if len(b) < 2 {
			return "closed", "", nil
		}
		return "closed", fmt.Sprint(binary.BigEndian.Uint16(b)), nil
	case 0x89:
		return "ping", string(b), nil
	case 0x8a:
		return "pong", string(b), nil
	}
	return fmt.Sprintf("frame %x", head[0]), string(b), nil
}

// frameOf is a client's frame, masked.
func frameOf(fin bool, op byte, payload []byte) []byte {
	b := []byte{op, 0x80}
	if fin {
		b[0] |= 0x80
	}
	switch n := len(payload); {
	case n > 65535:
		b[1] |= 127
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	case n > 125:
		b[1] |= 126
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b[1] |= byte(n)
	}
	key := [4]byte{1, 2, 3, 4}
	b = append(b, key[:]...)
	for i, x := range payload {
		b = append(b, x^key[i%4])
	}
	return b
}

// write sends bytes as they are.
func (p *peer) write(raw []byte) {
	p.b.t.Helper()
	if _, err := p.conn.Write(raw); err != nil {
		p.b.t.Fatal(err)
	}
	synctest.Wait()
}

// say sends a text message.
func (p *peer) say(text string) {
	p.b.t.Helper()
	p.write(frameOf(true, 1, []byte(text)))
}

// close sends a close frame.
func (p *peer) close(code uint16) {
	p.b.t.Helper()
	p.write(frameOf(true, 8, binary.BigEndian.AppendUint16(nil, code)))
}

// got returns the frames since the last time.
func (p *peer) got() []string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	frames := p.frames
	p.frames = nil
	return frames
}

// expect checks the beginnings of all frames since the last time.
func (p *peer) expect(want ...string) {
	p.b.t.Helper()
	got := p.got()
	if len(got) != len(want) {
		p.b.t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			p.b.t.Fatalf("got %q, want %q", got[i], want[i])
		}
	}
}

// pinged returns how many pings came since the last time.
func (p *peer) pinged() int {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.pings
	p.pings = 0
	return n
}

// muted makes the peer ignore pings, or not.
func (p *peer) muted(mute bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = mute
}

// streamError is how the text of a stream error begins.
func streamError(condition string) string {
	return `text <stream:error xmlns:stream="http://etherx.jabber.org/streams"><` + condition +
		` xmlns="urn:ietf:params:xml:ns:xmpp-streams" />`
}

const closeWord = `text <close xmlns="urn:ietf:params:xml:ns:xmpp-framing" />`

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func itoa(code uint16) string { return fmt.Sprint(code) }
