//go:build bench

package bench_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// session is an anonymous BOSH session (XEP-0124, XEP-0206) as a web client
// has it: at most two requests at a time, one of them held.
type session struct {
	domain string
	hear   func(answer string) // every answer after bind; nil: nobody

	dial func() (*line, error)
	work sync.WaitGroup

	mu     sync.Mutex
	sid    string
	rid    int64
	lines  []*line // not in use
	all    []*line
	flying int
	queue  []string
	over   bool
	err    error // what ended it early
}

// open creates a session, logs it in and binds.
func open(ctx context.Context, t *target, n int, hear func(string)) (*session, error) {
	s := &session{domain: t.domain, hear: hear, rid: rand.Int64N(1 << 40)}
	s.dial = func() (*line, error) { return dial(ctx, t.addr, n) }
	l, err := s.line()
	if err != nil {
		return nil, err
	}
	if err := s.login(l); err != nil {
		_ = l.conn.Close()
		return nil, err
	}
	s.lines = append(s.lines, l)
	return s, nil
}

func (s *session) login(l *line) error {
	created, err := s.ask(l, fmt.Sprintf(" to='%s' wait='50' hold='1' ver='1.6' content='text/xml; charset=utf-8'"+
		" xml:lang='en' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'", s.domain), "", "sid=")
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	s.sid = attribute(created, "sid")
	if !strings.Contains(created, "features") {
		if _, err := s.ask(l, "", "", "features"); err != nil {
			return fmt.Errorf("features: %w", err)
		}
	}
	steps := [][3]string{
		{"", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>", "<success"},
		{fmt.Sprintf(" to='%s' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'", s.domain), "", "features"},
		{
			"", "<iq xmlns='jabber:client' type='set' id='bind'>" +
				"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "<jid>",
		},
	}
	for _, step := range steps {
		if _, err := s.ask(l, step[0], step[1], step[2]); err != nil {
			return fmt.Errorf("%s: %w", step[2], err)
		}
	}
	return nil
}

// body writes the next request.
func (s *session) body(attrs, payload string) string {
	s.rid++
	if s.sid != "" {
		attrs = " sid='" + s.sid + "'" + attrs
	}
	return fmt.Sprintf("<body xmlns='http://jabber.org/protocol/httpbind' rid='%d'%s>%s</body>", s.rid, attrs, payload)
}

// ask sends a request, and empty ones after it until an answer has want in it.
func (s *session) ask(l *line, attrs, payload, want string) (string, error) {
	for range 5 {
		answer, err := l.post(s.body(attrs, payload))
		switch {
		case err != nil:
			return "", err
		case strings.Contains(answer, want):
			return answer, nil
		case terminated(answer) || strings.Contains(answer, "<failure"):
			return "", errors.New(answer)
		}
		attrs, payload = "", ""
	}
	return "", errors.New("nothing in five answers")
}

// terminate ends the session on its only line and hangs up.
func (s *session) terminate() error {
	_, err := s.lines[0].post(s.body(" type='terminate'", ""))
	s.close()
	return err
}

// send sends a payload, "" being a request to be held; from the first one on
// a request is always held.
func (s *session) send(payload string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, payload)
	s.fly()
}

// fly sends what can be sent; mu is held.
func (s *session) fly() {
	for !s.over && s.flying < 2 && (len(s.queue) > 0 || s.flying == 0) {
		l, err := s.line()
		if err != nil {
			s.fail(err)
			return
		}
		text := s.body("", strings.Join(s.queue, ""))
		s.queue = nil
		s.flying++
		s.work.Go(func() { s.exchange(l, text) })
	}
}

// line takes a free connection, or a new one; mu is held.
func (s *session) line() (*line, error) {
	if n := len(s.lines); n > 0 {
		l := s.lines[n-1]
		s.lines = s.lines[:n-1]
		return l, nil
	}
	l, err := s.dial()
	if err == nil {
		s.all = append(s.all, l)
	}
	return l, err
}

func (s *session) exchange(l *line, text string) {
	answer, err := l.post(text)
	if err == nil && terminated(answer) {
		err = errors.New(answer)
	}
	if err == nil && s.hear != nil {
		s.hear(answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying--
	s.lines = append(s.lines, l)
	if err != nil {
		s.fail(err)
		return
	}
	s.fly()
}

// fail ends the session; mu is held.
func (s *session) fail(err error) {
	if !s.over {
		s.over, s.err = true, err
	}
}

// failed returns what ended the session early, if anything did.
func (s *session) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// close hangs up.
func (s *session) close() {
	s.mu.Lock()
	s.over = true
	for _, l := range s.all {
		_ = l.conn.Close()
	}
	s.mu.Unlock()
	s.work.Wait()
}

func terminated(answer string) bool {
	start, _, _ := strings.Cut(answer, ">")
	return strings.Contains(start, "terminate")
}

// attribute returns the value of an attribute of the first element.
func attribute(text, name string) string {
	_, rest, found := strings.Cut(text, name+"=")
	if !found || rest == "" {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], rest[:1])
	return value
}
