package server

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk/config"
)

// maul changes a few bytes of a text: one is another, some are gone, some come
// twice.
func maul(r *rand.Rand, text string) string {
	b := []byte(text)
	for range r.IntN(4) {
		i := r.IntN(len(b))
		j := min(len(b), i+1+r.IntN(12))
		switch r.IntN(3) {
		case 0:
			b[i] = byte(r.IntN(256))
		case 1:
			b = append(b[:i:i], b[j:]...)
		default:
			b = append(b[:j:j], b[i:]...)
		}
		if len(b) == 0 {
			return " "
		}
	}
	return string(b)
}

// bodies and frames are what visitors send; a rid and a sid are filled in.
func bodies() []string {
	const of = "<body xmlns='http://jabber.org/protocol/httpbind' "
	const xbosh = "xmlns:xmpp='urn:xmpp:xbosh' "
	return []string{
		of + xbosh + "to='" + testDomain + "' rid='RID' ver='1.11' wait='1' hold='0' xmpp:version='1.0'/>",
		of + "sid='SID' rid='RID'><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/></body>",
		of + xbosh + "sid='SID' rid='RID' to='" + testDomain + "' xmpp:restart='true'/>",
		of + "sid='SID' rid='RID'><message xmlns='jabber:client' to='support@" + testDomain + "'><body>x&#x1F600;</body></message></body>",
		of + "sid='SID' rid='RID' type='terminate'><presence xmlns='jabber:client' type='unavailable'/></body>",
		of + "sid='SID' rid='RID' pause='5' key='a' newkey='b' ack='1'/>",
	}
}

func frames() []string {
	const open = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='" + testDomain + "' version='1.0'/>"
	return []string{
		framed(0x81, open), framed(0x81, open) + framed(0x81, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"),
		framed(0x82, "binary"), framed(0x89, "ping"), framed(0x88, "\x03\xe8"), framed(0x01, open[:20]) + framed(0x80, open[20:]),
	}
}

// framed is a masked frame (RFC 6455 §5.2) with a mask of zeros.
func framed(head byte, text string) string {
	if len(text) < 126 {
		return string([]byte{head, 0x80 | byte(len(text)), 0, 0, 0, 0}) + text
	}
	return string([]byte{head, 0x80 | 126, byte(len(text) >> 8), byte(len(text)), 0, 0, 0, 0}) + text
}

// flood is somebody who sends what is nearly right.
type flood struct {
	*stage
	*rand.Rand
	sid string
	rid int
}

// post posts a mauled body. It goes on in the session that it may have made.
func (f *flood) post() {
	f.Helper()
	text := bodies()[f.IntN(len(bodies()))]
	text = strings.NewReplacer("SID", f.sid, "RID", strconv.Itoa(f.rid)).Replace(text)
	resp, err := http.Post(f.url("/http-bind"), "text/xml", strings.NewReader(maul(f.Rand, text)))
	if err != nil {
		f.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		f.Fatal(err)
	}
	if _, rest, made := strings.Cut(string(answer), " sid='"); made {
		f.sid, _, _ = strings.Cut(rest, "'")
	}
	f.rid++
}

// frame sends mauled frames over a socket of their own.
func (f *flood) frame() {
	f.Helper()
	conn, err := net.Dial("tcp", f.server.Addr())
	if err != nil {
		f.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(f.patience))
	_, _ = io.WriteString(conn, "GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n"+
		maul(f.Rand, frames()[f.IntN(len(frames()))]))
	_ = conn.(*net.TCPConn).CloseWrite()
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		f.Errorf("a socket is not closed: %v", err)
	}
}

// heap is what lives on it; the log of this test does not count.
func (s *stage) heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc) - 2*len(s.log.String())
}

// TestFuzzedInputLeavesTheRestAlone: bodies and frames that are nearly right go
// to a running desk. Nobody panics, memory stays where it was after the first
// half, the link is the same one, and a chat goes on. FUZZED sets their number.
func TestFuzzedInputLeavesTheRestAlone(t *testing.T) {
	count, seed := 2000, rand.Uint64()
	if n, err := strconv.Atoi(os.Getenv("FUZZED")); err == nil {
		count = n
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	s := play(t, with(func(c *config.Config) { c.Limits.Sessions = 100 }))
	alice := s.hire("alice", 1)
	v := s.visit()
	v.Send(says("1", "<body>before</body>"))
	alice.expect("<message", "before")
	link := s.server.link.Stats().LinkID

	f, half := &flood{s, r, "", 1}, 0
	for i := range count {
		if i%2 == 0 {
			f.post()
		} else {
			f.frame()
		}
		if i == count/2 {
			half = s.heap()
		}
	}
	if grown := s.heap() - half; grown > 2<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	} else {
		t.Logf("%d inputs; the heap was %d KB and has changed by %d KB", count, half>>10, grown>>10)
	}
	if now := s.server.link.Stats(); now.LinkID != link || !now.Up {
		t.Errorf("the link was %s and is %+v", link, now)
	}
	if strings.Contains(s.log.String(), "panic") {
		t.Errorf("something panicked: %s", s.log)
	}
	v.Send(says("2", "<body>after</body>"))
	alice.expect("<message", "after")
}
