package bosh

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/roster"
	"frontdesk/wire"
)

// bench is a manager with fake streams, inside a synctest bubble.
type bench struct {
	t       testing.TB
	m       *Manager
	streams *fakeStreams
	header  http.Header // of every request
	remote  string
}

// inBubble runs f with a manager; leftovers are shut down.
func inBubble(t *testing.T, opt Options, f func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, opt)
		defer b.stop()
		f(b)
	})
}

// ownPages is the gate of a desk that is asked by pages of its own host.
func ownPages() gate.Rules { return gate.Rules{Sites: []roster.Site{roster.DefaultSite(nil, "")}} }

// pagesOf is a gate for pages of these origins alone.
func pagesOf(origins ...string) gate.Rules {
	return gate.Rules{Sites: []roster.Site{roster.DefaultSite(origins, "")}}
}

// inBubbleBehind is inBubble behind another gate.
func inBubbleBehind(t *testing.T, rules gate.Rules, f func(*bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchBehind(t, rules, Options{})
		defer b.stop()
		f(b)
	})
}

func newBench(t testing.TB, opt Options) *bench { return newBenchBehind(t, ownPages(), opt) }

func newBenchBehind(t testing.TB, rules gate.Rules, opt Options) *bench {
	if opt.Domains == nil {
		opt.Domains = []string{"chat.example.com"}
	}
	if opt.Polling == 0 {
		opt.Polling = 2 * time.Second
	}
	if opt.Polling < 0 {
		opt.Polling = 0
	}
	streams := &fakeStreams{}
	m := New(streams, gate.New(rules), opt, slog.New(slog.DiscardHandler))
	return &bench{t: t, m: m, streams: streams, header: http.Header{}, remote: "192.0.2.7:4711"}
}

// stop shuts the manager down and checks what holds for every test.
func (b *bench) stop() {
	b.t.Helper()
	if err := b.m.Shutdown(context.Background()); err != nil {
		b.t.Errorf("shutdown: %v", err)
	}
	synctest.Wait()
	for _, s := range b.streams.streams {
		if s.overlap {
			b.t.Error("calls of the stream overlap")
		}
	}
}

// call is a request under way.
type call struct {
	b      *bench
	rec    *httptest.ResponseRecorder
	cancel context.CancelFunc
	done   chan struct{}
	broken any // what the handler panicked with
}

// do starts a request.
func (b *bench) do(r *http.Request) *call {
	synctest.Wait() // what is due now comes first
	ctx, cancel := context.WithCancel(r.Context())
	r = r.WithContext(ctx)
	r.RemoteAddr = b.remote
	for k, v := range b.header {
		if _, set := r.Header[k]; !set {
			r.Header[k] = v
		}
	}
	c := &call{b: b, rec: httptest.NewRecorder(), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		defer cancel()
		defer func() { c.broken = recover() }()
		b.m.ServeHTTP(c.rec, r)
	}()
	synctest.Wait()
	return c
}

// post starts a POST request with that body.
func (b *bench) post(body string) *call {
	return b.do(httptest.NewRequest(http.MethodPost, "/http-bind", strings.NewReader(body)))
}

// held checks that the request is not answered.
func (c *call) held() {
	c.b.t.Helper()
	synctest.Wait()
	select {
	case <-c.done:
		c.b.t.Fatalf("answered at once: %d %s", c.rec.Code, c.rec.Body)
	default:
	}
}

// drop closes the request's connection.
func (c *call) drop() {
	c.cancel()
	synctest.Wait()
}

// response waits until the request is answered and returns its text.
func (c *call) response() string {
	c.b.t.Helper()
	synctest.Wait()
	select {
	case <-c.done:
	default:
		c.b.t.Fatal("not answered")
	}
	return c.rec.Body.String()
}

// answer is response, read.
func (c *call) answer() answer {
	c.b.t.Helper()
	return readAnswer(c.b.t, c.response())
}

// expect checks the answer: its interesting attributes, then its payloads.
func (c *call) expect(want string) {
	c.b.t.Helper()
	if got := c.answer().String(); got != want {
		c.b.t.Fatalf("answered %q, want %q", got, want)
	}
}

// answer is a <body/> as clients see it.
type answer struct {
	attrs    map[string]string
	payloads []string // local names with ids
}

// String is what tests compare: attributes that say something, then payloads.
func (a answer) String() string {
	var parts []string
	for _, name := range []string{"type", "condition", "ack", "report"} {
		if v, ok := a.attrs[name]; ok {
			parts = append(parts, name+"="+v)
		}
	}
	return strings.Join(append(parts, a.payloads...), " ")
}

// readAnswer parses a body.
func readAnswer(t testing.TB, text string) answer {
	t.Helper()
	a := answer{attrs: map[string]string{}}
	dec := xml.NewDecoder(strings.NewReader(text))
	for depth := 0; ; {
		tok, err := dec.Token()
		if err == io.EOF {
			return a
		}
		if err != nil {
			t.Fatalf("answer %q: %v", text, err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				a.begin(t, tok)
			}
			if depth == 1 {
				a.payloads = append(a.payloads, named(tok))
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

func (a answer) begin(t testing.TB, e xml.StartElement) {
	t.Helper()
	if e.Name.Space != wire.NSHTTPBind || e.Name.Local != "body" {
		t.Fatalf("the answer is %v, not a body", e.Name)
	}
	for _, at := range e.Attr {
		key := at.Name.Local
		if at.Name.Space == wire.NSXBOSH {
			key = "xmpp:" + key
		}
		if at.Name.Space == "xmlns" {
			key = "xmlns:" + key
		}
		a.attrs[key] = at.Value
	}
}

func named(e xml.StartElement) string {
	for _, at := range e.Attr {
		if at.Name.Local == "id" {
			return at.Value
		}
	}
	return e.Name.Local
}

// page is a client with a session.
type page struct {
	*bench
	sid    string
	rid    uint64 // of the last request
	stream *fakeStream
	hello  answer // the creation response
	greet  *call
}

const firstRid = 1000

// creationOf returns a creation request; more replaces or adds attributes.
func creationOf(more string) string {
	attrs := map[string]string{"rid": fmt.Sprint(firstRid), "to": "chat.example.com", "wait": "60", "hold": "1", "ver": "1.6"}
	order := []string{"rid", "to", "wait", "hold", "ver"}
	text := ""
	for _, k := range order {
		if !strings.Contains(" "+more, " "+k+"=") {
			text += fmt.Sprintf(" %s='%s'", k, attrs[k])
		}
	}
	for _, k := range order {
		more = strings.ReplaceAll(" "+more, " "+k+"=-", "")
	}
	return "<body xmlns='" + wire.NSHTTPBind + "' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0'" + text + " " + more + "/>"
}

// open creates a session.
func (b *bench) open(more string) *page {
	b.t.Helper()
	c := b.post(creationOf(more))
	p := &page{bench: b, rid: firstRid, hello: c.answer(), greet: c}
	p.sid = p.hello.attrs["sid"]
	if p.sid == "" {
		b.t.Fatalf("no session: %s", c.rec.Body)
	}
	p.stream = b.streams.last()
	time.Sleep(3 * time.Second) // longer than polling
	return p
}

// bodyOf returns the body with that rid.
func (p *page) bodyOf(rid uint64, attrs, payloads string) string {
	return fmt.Sprintf("<body xmlns='%s' xmlns:xmpp='%s' sid='%s' rid='%d' %s>%s</body>",
		wire.NSHTTPBind, wire.NSXBOSH, p.sid, rid, attrs, payloads)
}

// send starts the next request; what is a payload, an attribute or nothing.
func (p *page) send(what ...string) *call {
	p.rid++
	return p.at(p.rid, what...)
}

// at starts a request with that rid.
func (p *page) at(rid uint64, what ...string) *call {
	var attrs, payloads string
	for _, w := range what {
		if strings.HasPrefix(w, "<") {
			payloads += w
		} else {
			attrs += " " + w
		}
	}
	return p.post(p.bodyOf(rid, attrs, payloads))
}

// beacon sends what a leaving page sends.
func (p *page) beacon() *call {
	p.rid++
	r := httptest.NewRequest(http.MethodPost, "/http-bind",
		strings.NewReader(p.bodyOf(p.rid, "", "<presence xmlns='jabber:client' type='unavailable'/>")))
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	return p.do(r)
}

func msg(id int) string {
	return fmt.Sprintf("<message xmlns='jabber:client' id='%d'/>", id)
}

func streamError(condition string) error { return &c2s.StreamError{Condition: condition} }
