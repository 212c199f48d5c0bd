package bosh

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A body without end is read up to the limit and no further, also unpacked.
func TestB20_T5_T6_NoMoreIsRead(t *testing.T) {
	const size = 40 << 20
	inBubble(t, Options{}, func(b *bench) {
		endless := &counted{Reader: strings.NewReader(strings.Repeat(" ", size))}
		b.do(httptest.NewRequest(http.MethodPost, "/http-bind", endless)).expect("type=terminate condition=policy-violation")
		if endless.n > 128<<10 {
			t.Errorf("%d bytes were read", endless.n)
		}
		bomb := squeeze(strings.Repeat(" ", size))
		b.header.Set("Content-Encoding", "gzip")
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b.post(bomb).expect("type=terminate condition=policy-violation")
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 4<<20 {
			t.Errorf("a bomb of %d bytes took %d bytes of memory", len(bomb), spent)
		}
	})
}

// counted counts what is read.
type counted struct {
	io.Reader

	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestT7_SidsAreNotKeptOrLogged(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		var log bytes.Buffer
		b.m.log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		p := b.open("")
		p.send("<panic xmlns='x:y'/>")
		if log.Len() == 0 || strings.Contains(log.String(), p.sid) {
			t.Errorf("log: %s", log.String())
		}
		q := b.open("")
		// The answer to the creation has to be kept; it stands behind a pointer.
		if all := fmt.Sprintf("%+v %+v", b.m.byID[hashSid(q.sid)], b.m.Stats()); strings.Contains(all, q.sid) {
			t.Error("the session keeps its sid")
		}
	})
}

func TestT10_NothingGrowsWithTheDistance(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, rid := range []uint64{1, 999, 1<<32 + 1001, 1 << 52, maxRid} {
			p := b.open("")
			p.at(rid, msg(1)).expect("type=terminate condition=item-not-found")
			if got := p.stream.seen(); got != "end" {
				t.Errorf("rid %d: calls %q", rid, got)
			}
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
			t.Errorf("%d bytes allocated", grown)
		}
	})
}

func TestT11_ParallelRequests(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.slow = true
		var calls []*call
		for range 50 {
			calls = append(calls, p.send(msg(1)))
		}
		conditions := map[string]int{}
		for _, c := range calls {
			conditions[c.answer().attrs["condition"]]++
		}
		if conditions["policy-violation"] != 1 || conditions["other-request"] != 2 || conditions["item-not-found"] != 47 {
			t.Errorf("conditions %v", conditions)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // behind a gap as well
		p := b.open("")
		p.rid++
		var last *call
		for range 50 {
			last = p.send(msg(1))
		}
		last.expect("type=terminate condition=item-not-found")
		if n := b.m.Stats().Waiting; n != 0 {
			t.Errorf("%d requests wait", n)
		}
	})
}

// A proxy that tries again hands one request to two connections at once. It has
// one effect, whichever is faster, and only one answer is ever made.
func TestT15_OneRequestAtTwoConnections(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		for id := 1; id <= 200; id++ {
			if id%2 == 0 { // the faster one is answered at once
				p.stream.send(id)
			}
			p.rid++
			answers := p.twice(p.bodyOf(p.rid, "", msg(id)))
			if id%2 == 1 {
				p.stream.send(id)
			}
			if got, want := p.stream.seen("back", "delivered"), fmt.Sprintf("receive message %d", id); got != want {
				t.Fatalf("calls %q, want %q", got, want)
			}
			first, second := readAnswer(t, <-answers).String(), readAnswer(t, <-answers).String()
			words := fmt.Sprint(id)
			if first != words && second != words || first != second && first != "type=error" && second != "type=error" {
				t.Fatalf("answers %q and %q", first, second)
			}
		}
	})
}

// twice posts a body at two connections at the same time.
func (p *page) twice(body string) (answers chan string) {
	answers = make(chan string, 2)
	start := make(chan struct{})
	for range 2 {
		go func() {
			r := httptest.NewRequest(http.MethodPost, "/http-bind", strings.NewReader(body))
			w := httptest.NewRecorder()
			<-start
			p.m.ServeHTTP(w, r)
			answers <- w.Body.String()
		}()
	}
	synctest.Wait()
	close(start)
	synctest.Wait()
	return answers
}

func TestT16_MangledRequests(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		body := creationOf("")
		for name, head := range map[string]string{
			"length and chunks": fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n", len(body)),
			"two lengths":       fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nContent-Length: 1\r\n\r\n", len(body)),
			"signed length":     fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +%d\r\n\r\n", len(body)),
			"unknown coding":    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n",
		} {
			c := dial()
			go func() { _, _ = c.conn.Write([]byte(head + body)) }()
			resp, text := c.read()
			if resp.StatusCode == http.StatusOK {
				t.Errorf("%s: %s", name, text)
			}
			c.close()
		}
		if n := b.m.Stats().Sessions; n != 0 {
			t.Errorf("%d sessions", n)
		}
	})
}

func TestT17_SlowBodies(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		dial, stop := b.serve()
		defer stop()
		c := dial()
		c.write("POST /http-bind HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
		for range 9 {
			c.write("x")
			time.Sleep(time.Second)
		}
		if n := b.m.Stats().InHand; n != 1 {
			t.Fatalf("%d requests in hand", n)
		}
		time.Sleep(time.Second)
		resp, _ := c.read()
		if resp.StatusCode != http.StatusRequestTimeout {
			t.Errorf("status %d", resp.StatusCode)
		}
		synctest.Wait()
		if n := b.m.Stats().InHand; n != 0 {
			t.Errorf("%d requests in hand", n)
		}
	})
}

func TestT43_Panics(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p, q := b.open(""), b.open("")
		first := p.send()
		p.send("<panic xmlns='x:y'/>", msg(1)).expect("type=terminate condition=internal-server-error")
		first.expect("type=terminate condition=internal-server-error")
		p.send().expect("type=terminate condition=item-not-found")
		if got := p.stream.seen("back"); got != "receive panic, end" {
			t.Errorf("calls %q", got)
		}
		c := q.send(msg(1)) // others go on
		c.held()
		if n := b.m.Stats().Panics; n != 1 {
			t.Errorf("%d panics", n)
		}
		s := b.m.find(q.sid)
		s.mu.Lock()
		s.win.slots[0] = nil // a broken session
		s.mu.Unlock()
		q.send(msg(2)).expect("type=terminate condition=internal-server-error")
		q.send().expect("type=terminate condition=item-not-found")
		if got := q.stream.seen("back"); got != "receive message 1, end" {
			t.Errorf("calls %q", got)
		}
		if n := b.m.Stats().Sessions; n != 0 {
			t.Errorf("%d sessions", n)
		}
		c.drop()
	})
}
