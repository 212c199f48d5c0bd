//go:build integration

package link

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
)

const soon = 15 * time.Second

// live is a link at a real server.
type live struct {
	*testing.T
	link    *Link
	handler *recorder
	log     *xmpptest.Log
}

// attach starts a link and waits for it.
func attach(t *testing.T, s *peers.Server) *live {
	t.Helper()
	l := start(t, s)
	l.hears(up{1})
	return l
}

func start(t *testing.T, s *peers.Server) *live {
	t.Helper()
	l := &live{T: t, handler: &recorder{}, log: &xmpptest.Log{}}
	var err error
	l.link, err = New(Options{
		Server: s.ComponentAddr, Domain: peers.Domain, Secret: peers.Secret,
		Log: slog.New(slog.NewTextHandler(l.log, nil)),
	}, l.handler)
	if err != nil {
		t.Fatal(err)
	}
	l.link.Start()
	t.Cleanup(l.link.Stop)
	return l
}

// hears waits for what the handler is told.
func (l *live) hears(want any) {
	l.Helper()
	peers.Until(l, soon, fmt.Sprintf("%#v", want), func() error {
		l.handler.mu.Lock()
		defer l.handler.mu.Unlock()
		if i := slices.Index(l.handler.told, want); i >= 0 {
			l.handler.told = l.handler.told[i+1:]
			return nil
		}
		return fmt.Errorf("heard %#v\n%s", l.handler.told, l.log)
	})
}

// What the server has taken is confirmed, and comes out in order; the link stays
// the same one.
func TestIntegrationConfirms(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		a := s.Agent(t, "alice")
		l := attach(t, s)
		id := l.link.Stats().LinkID
		for n := range int64(20) {
			l.handler.latest().Send([]Item{text(n+1, fmt.Sprint("text ", n))})
		}
		peers.Until(t, soon, "the last is confirmed", func() error {
			l.handler.mu.Lock()
			defer l.handler.mu.Unlock()
			for _, e := range l.handler.told {
				if c, ok := e.(confirmed); ok && slices.Contains(strings.Fields(c.numbers), "20") {
					return nil
				}
			}
			return fmt.Errorf("heard %#v\n%s", l.handler.told, l.log)
		})
		for n := range 20 {
			a.Expect(t, soon, "text", peers.Saying(fmt.Sprint("text ", n)))
		}
		if now := l.link.Stats().LinkID; now != id {
			t.Errorf("link %s became %s\n%s", id, now, l.log)
		}
	})
}

// T37: a second process on the domain never comes up, and takes over when the
// first is gone.
func TestIntegrationT37SecondProcess(t *testing.T) {
	peers.Each(t, func(t *testing.T, s *peers.Server) {
		older := attach(t, s)
		id := older.link.Stats().LinkID
		younger := start(t, s)
		peers.Until(t, soon, "the younger's alarm", func() error {
			if !younger.link.Stats().Rival {
				return fmt.Errorf("%+v", younger.link.Stats())
			}
			return nil
		})
		if st := older.link.Stats(); !st.Up || st.LinkID != id {
			t.Errorf("the older lost its link: %+v\n%s", st, older.log)
		}
		for _, e := range younger.handler.take() {
			// ejabberd announces privileges to every link.
			if got, ok := e.(received); !ok || got.kind != "message" {
				t.Errorf("the younger told its handler %#v", e)
			}
		}
		older.link.Stop()
		younger.hears(up{1})
	})
}
