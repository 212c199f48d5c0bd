package peers

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"
)

// A request whose connection breaks is repeated so often, so soon.
const (
	retryAfter = 100 * time.Millisecond
	tries      = int(Patience / retryAfter)
)

// ErrEnded is returned for requests of a BOSH session that is over.
var ErrEnded = errors.New("the session is over")

// BOSH is a client's session by XEP-0124 and XEP-0206, in the plain way: up to
// two requests under way, one of them held. All methods may be called at any
// time by anybody.
type BOSH struct {
	*Inbox

	url     string
	http    *http.Client
	work    sync.WaitGroup // exchanges under way
	leaving sync.WaitGroup // those whose request may still be here
	wait    int            // seconds that a request is held at most
	most    int            // requests under way

	mu       sync.Mutex
	sid      string
	rid      int64 // of the latest request
	answered int64 // every answer up to this rid has been read
	early    map[int64]*Element
	queue    []string // payloads that wait for a free request
	sure     []string // payloads of answered requests
	flying   int
	polling  bool // a request is kept held
	over     bool
	ctx      context.Context //nolint:containedctx // of the exchanges, ended by Hang
	hang     context.CancelFunc
}

func newBOSH(name, url string) *BOSH {
	b := &BOSH{
		Inbox: newInbox(name), url: url, wait: 30, most: 2, rid: rand.Int64N(1 << 40), early: map[int64]*Element{},
		http: &http.Client{Transport: newTransport()},
	}
	b.ctx, b.hang = context.WithCancel(context.Background())
	return b
}

func newTransport() *http.Transport {
	return &http.Transport{MaxConnsPerHost: 4, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext}
}

// SID is the session's id.
func (b *BOSH) SID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sid
}

// RID is the number of the latest request.
func (b *BOSH) RID() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rid
}

// Over says whether the session has ended.
func (b *BOSH) Over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.over
}

// Post sends one body as it is, outside the numbering, and returns the answer.
func (b *BOSH) Post(ctx context.Context, body string) (*Element, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	resp, err := b.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.200s", resp.Status, text)
	}
	return Parse(string(text))
}

// body writes a request's <body/>; attrs begins with a space or is empty.
func body(sid string, rid int64, attrs, payload string) string {
	if sid != "" {
		attrs = fmt.Sprintf(" sid='%s'", sid) + attrs
	}
	return fmt.Sprintf("<body xmlns='http://jabber.org/protocol/httpbind' rid='%d'%s>%s</body>", rid, attrs, payload)
}

// ask sends one numbered body and waits for its answer; for the time before
// the session polls.
func (b *BOSH) ask(ctx context.Context, attrs, payload string) (*Element, error) {
	b.mu.Lock()
	b.rid++
	rid, sid := b.rid, b.sid
	b.mu.Unlock()
	answer, err := b.Post(ctx, body(sid, rid, attrs, payload))
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.answered = rid
	b.mu.Unlock()
	if answer.Attr("type") == "terminate" {
		return nil, fmt.Errorf("%w: %s", ErrEnded, answer)
	}
	return answer, nil
}

// Send sends a payload in its turn.
func (b *BOSH) Send(payload string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, payload)
	b.fly()
}

// Answered returns the payloads of the requests that were answered; the server
// has taken them (XEP-0124 §9).
func (b *BOSH) Answered() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sure)
}

// Poll keeps a request held from now on.
func (b *BOSH) Poll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.polling = true
	b.fly()
}

// Hang closes the connections of all requests and sends no more, as the end of
// a browser does. [BOSH.Poll] goes on with the session, as the next page does:
// with the next rid. So every request leaves, or fails, before its connection
// is closed: a rid that the server never sees ends the session (XEP-0124 §14.2).
func (b *BOSH) Hang() {
	b.mu.Lock()
	b.polling = false
	b.mu.Unlock()
	b.leaving.Wait()
	b.mu.Lock()
	b.hang()
	b.mu.Unlock()
	b.work.Wait()
	b.http.CloseIdleConnections()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ctx, b.hang = context.WithCancel(context.Background())
	b.flying, b.early, b.answered = 0, map[int64]*Element{}, b.rid
}

// end is Hang for good.
func (b *BOSH) end() {
	b.mu.Lock()
	b.over = true
	b.mu.Unlock()
	b.Hang()
}

// flown returns nil when no payload waits and at most so many requests are
// under way.
func (b *BOSH) flown(most int) func() error {
	return func() error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.queue) > 0 || b.flying > most {
			return fmt.Errorf("%d requests are under way", b.flying)
		}
		return nil
	}
}

// fly sends what can be sent; mu is held.
func (b *BOSH) fly() {
	for !b.over && b.polling && b.flying < b.most && (len(b.queue) > 0 || b.flying == 0) {
		payload := strings.Join(b.queue, "")
		b.queue = nil
		b.rid++
		b.flying++
		b.leaving.Add(1)
		b.work.Go(b.exchange(b.ctx, b.sid, b.rid, payload))
	}
}

// exchange carries one request and its answer; a broken connection repeats the
// request with the same rid (XEP-0124 §14.3).
func (b *BOSH) exchange(ctx context.Context, sid string, rid int64, payload string) func() {
	left := sync.OnceFunc(b.leaving.Done)
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { left() },
	})
	return func() {
		for try := 0; ; try++ {
			answer, err := b.Post(traced, body(sid, rid, "", payload))
			left()
			if err == nil && answer.Attr("type") != "error" {
				b.take(ctx, rid, payload, answer)
				return
			}
			if ctx.Err() != nil {
				return
			}
			if try == tries {
				b.notice(KindOffline, fmt.Sprint(err))
				return
			}
			select {
			case <-ctx.Done():
			case <-time.After(retryAfter):
			}
		}
	}
}

// take reads answers in the order of their requests.
func (b *BOSH) take(ctx context.Context, rid int64, payload string, answer *Element) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	b.flying--
	if payload != "" {
		b.sure = append(b.sure, payload)
	}
	b.early[rid] = answer
	for next := b.early[b.answered+1]; next != nil; next = b.early[b.answered+1] {
		delete(b.early, b.answered+1)
		b.answered++
		b.read(next)
	}
	b.fly()
}

// read puts an answer's payloads into the inbox; mu is held.
func (b *BOSH) read(answer *Element) {
	for _, c := range answer.Children {
		b.put(Stanza{Element: c, Kind: c.Name.Local, At: time.Now()})
	}
	if answer.Attr("type") == "terminate" {
		b.over = true
		b.notice(KindOffline, answer.Attr("condition"))
	}
}

func (b *BOSH) notice(kind, text string) {
	e := &Element{Name: xml.Name{Local: kind}, Text: text}
	b.put(Stanza{Element: e, Kind: kind, At: time.Now()})
}
