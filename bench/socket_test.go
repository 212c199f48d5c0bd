//go:build bench

package bench_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// socket is a page whose stream is a WebSocket (RFC 7395).
type socket struct {
	conn *websocket.Conn
	work sync.WaitGroup

	mu   sync.Mutex
	over bool
	err  error
}

// overSocket is an [opener].
func overSocket(ctx context.Context, t *target, n int, hear func(string)) (page, error) {
	source := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n/8000%200))}
	client := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{LocalAddr: source}).DialContext}}
	conn, resp, err := websocket.Dial(ctx, "ws://"+t.addr+"/xmpp-websocket", &websocket.DialOptions{
		HTTPClient: client, Subprotocols: []string{"xmpp"},
		HTTPHeader: http.Header{"Origin": {"http://shop.example.com"}},
	})
	if err != nil {
		return nil, err
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	s := &socket{conn: conn}
	if err := s.login(ctx, t.domain); err != nil {
		_ = conn.CloseNow()
		return nil, err
	}
	s.work.Go(func() { s.listen(hear) })
	return s, nil
}

func (s *socket) login(ctx context.Context, domain string) error {
	begin := fmt.Sprintf("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>", domain)
	steps := [][2]string{
		{begin, "features"},
		{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>", "<success"},
		{begin, "features"},
		{
			"<iq xmlns='jabber:client' type='set' id='bind'>" +
				"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<jid>",
		},
	}
	for _, step := range steps {
		if err := s.conn.Write(ctx, websocket.MessageText, []byte(step[0])); err != nil {
			return err
		}
		if err := s.await(ctx, step[1]); err != nil {
			return fmt.Errorf("%s: %w", step[1], err)
		}
	}
	return nil
}

// await reads until something has want in it.
func (s *socket) await(ctx context.Context, want string) error {
	for range 5 {
		_, text, err := s.conn.Read(ctx)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), want) {
			return nil
		}
	}
	return errors.New("nothing in five frames")
}

// listen reads until the socket ends.
func (s *socket) listen(hear func(string)) {
	for {
		_, text, err := s.conn.Read(context.Background())
		if err != nil {
			s.fail(err)
			return
		}
		hear(string(text))
	}
}

func (s *socket) send(payload string) {
	if err := s.conn.Write(context.Background(), websocket.MessageText, []byte(payload)); err != nil {
		s.fail(err)
	}
}

func (s *socket) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.over, s.err = true, err
	}
}

func (s *socket) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *socket) close() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	_ = s.conn.CloseNow()
	s.work.Wait()
}
