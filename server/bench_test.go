package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"frontdesk/config"
)

const (
	benchChats  = 1000
	benchAgents = 20
)

// BenchmarkChain measures a message from a visitor to an agent and her answer
// back: over HTTP on the loopback interface through bosh, c2s, desk, store (a
// file, synced) and component to a fake XMPP server in memory that answers at
// once. 1,000 chats are open over 20 agents, each visitor says the next word
// after the answer. cpu-us is the whole process's, the visitors' side and the
// fake server included; fsync-us is the disk's own time for a sync of 64 KiB.
func BenchmarkChain(b *testing.B) {
	s := play(b, with(func(c *config.Config) {
		c.Chat.MaxWaiting, c.Limits.OpenChats = benchChats, 0
	}), func(s *stage) {
		s.server.log = slog.New(slog.DiscardHandler)
		s.server.seams.messageRate = -1
		s.xmpp.Forget, s.xmpp.Answer = true, echo
	})
	for i := range benchAgents {
		s.hire(fmt.Sprint("agent", i), benchChats/benchAgents)
	}
	pages := s.pages(benchChats)
	before, said := s.server.desk.Stats(), s.said()
	work := make(chan int64)
	var answered, sent atomic.Int64
	var all sync.WaitGroup
	for _, p := range pages {
		all.Go(func() {
			for n := range work {
				p.talk(n)
				answered.Add(1)
			}
		})
	}
	synced := syncTime(b, filepath.Dir(strings.TrimPrefix(s.cfg.Store.URL, "sqlite://")))
	start, used := time.Now(), cpu(b)
	for b.Loop() {
		work <- sent.Add(1)
	}
	close(work)
	all.Wait()
	took, cost := time.Since(start), cpu(b)-used
	n := sent.Load()
	b.ReportMetric(float64(n)/took.Seconds(), "roundtrips/s")
	b.ReportMetric(float64(cost.Microseconds())/float64(n), "cpu-us/roundtrip")
	b.ReportMetric(float64(synced.Microseconds()), "fsync-us")
	now := s.server.desk.Stats()
	guests, agents := int64(now.FromVisitor-before.FromVisitor), int64(now.FromAgent-before.FromAgent)
	if stored := s.said() - said; answered.Load() != n || guests != n || agents != n || stored != 2*n {
		b.Fatalf("sent %d, at the desk %d, answers %d, back %d, on disk %d", n, guests, agents, answered.Load(), stored)
	}
}

// echo is all agents' clients: it answers a visitor's words with the same.
func echo(stanza string) string {
	_, text, found := strings.Cut(stanza, "<body>")
	if !found || !strings.HasPrefix(stanza, "<message ") {
		return ""
	}
	text, _, _ = strings.Cut(text, "</body>")
	return "<message from='" + attribute(stanza, "to") + "/c' to='" + attribute(stanza, "from") +
		"' type='chat' id='" + attribute(stanza, "id") + "'><body>" + text + "</body></message>"
}

// attribute is one of the stanza's own, as the component writes it.
func attribute(stanza, name string) string {
	_, rest, _ := strings.Cut(stanza, " "+name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// said counts the entries of all transcripts on disk.
func (s *stage) said() int64 {
	s.Helper()
	chats, err := s.server.store.Chats(s.Context(), true)
	if err != nil {
		s.Fatal(err)
	}
	n := 0
	for _, c := range chats {
		entries, err := s.server.store.Transcript(s.Context(), c.ID)
		if err != nil {
			s.Fatal(err)
		}
		n += len(entries)
	}
	return int64(n)
}

// cpu is the time that all cores have spent on this process.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// syncTime is the median time of a sync of 64 KiB appended to a file in dir.
func syncTime(b *testing.B, dir string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var times []time.Duration
	for range 51 {
		start := time.Now()
		if _, err := f.Write(make([]byte, 64<<10)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// page is a visitor's page that costs as little as can be: one connection, one
// request at a time.
type page struct {
	testing.TB

	conn net.Conn
	in   *bufio.Reader
	sid  string
	rid  int64
	out  bytes.Buffer
	got  []byte // the last answer
}

// pages opens n pages, each in a chat.
func (s *stage) pages(n int) []*page {
	s.Helper()
	all := make([]*page, n)
	var arriving sync.WaitGroup
	for i := range n {
		arriving.Go(func() {
			conn, err := net.Dial("tcp", s.server.Addr())
			if err != nil {
				s.Error(err)
				return
			}
			p := &page{TB: s, conn: conn, in: bufio.NewReader(conn), rid: 1}
			p.login()
			p.talk(0)
			all[i] = p
		})
	}
	arriving.Wait()
	s.Cleanup(func() {
		for _, p := range all {
			if p != nil {
				_ = p.conn.Close()
			}
		}
	})
	if s.Failed() || slices.Contains(all, nil) {
		s.FailNow()
	}
	return all
}

func (p *page) login() {
	p.post(" to='"+testDomain+"' wait='30' hold='1' ver='1.6' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'", "")
	_, rest, _ := strings.Cut(string(p.got), " sid=")
	if len(rest) > 1 {
		p.sid = rest[1 : 1+strings.IndexByte(rest[1:], rest[0])]
	}
	p.until("<success", "", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
	p.until("features", " to='"+testDomain+"' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", "")
	p.until("<jid>", "", "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
	p.until("<presence", "", "<presence xmlns='jabber:client'/>")
}

// talk says one thing and waits until it comes back.
func (p *page) talk(n int64) {
	word := strconv.FormatInt(n, 10)
	p.until("<body>Where is my order, number "+word+"?<", "", "<message xmlns='jabber:client' to='"+support+
		"' type='chat' id='v"+word+"'><body>Where is my order, number "+word+"?</body></message>")
}

// until posts a payload, then nothing, until an answer has that in it.
func (p *page) until(part, attrs, payload string) {
	for range 20 {
		p.post(attrs, payload)
		if bytes.Contains(p.got, []byte(part)) || p.Failed() {
			return
		}
		attrs, payload = "", ""
	}
	p.Errorf("no %q in 20 answers; the last is %s", part, p.got)
}

// post sends one body and reads its answer.
func (p *page) post(attrs, payload string) {
	p.rid++
	if p.sid != "" {
		attrs += " sid='" + p.sid + "'"
	}
	body := "<body xmlns='http://jabber.org/protocol/httpbind' rid='" + strconv.FormatInt(p.rid, 10) + "'" + attrs + ">" + payload + "</body>"
	p.out.Reset()
	fmt.Fprintf(&p.out, "POST /http-bind HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := p.conn.Write(p.out.Bytes()); err != nil {
		p.Error(err)
		return
	}
	if err := p.read(); err != nil {
		p.Error(err)
	}
}

func (p *page) read() error {
	length := -1
	for {
		line, err := p.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return fmt.Errorf("an answer without a length")
	}
	p.got = slices.Grow(p.got[:0], length)[:length]
	_, err := io.ReadFull(p.in, p.got)
	return err
}
