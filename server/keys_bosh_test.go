package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"frontdesk/config"
	"frontdesk/internal/peers"
)

func boshEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"bosh.wait": longestHold,
		"bosh.silent_after": follows(func(c *config.Config, d time.Duration) { c.BOSH.SilentAfter = d },
			config.Defaults().Chat.OfflineAfter, silence),
		"bosh.inactivity": follows(func(c *config.Config, d time.Duration) { c.BOSH.Inactivity = d }, 0, abandoned),
	}
}

// longestHold: the session's wait is the key's, and an empty request is held
// so long.
func longestHold(t *testing.T) {
	for _, wait := range []time.Duration{5 * time.Second, 40 * time.Second} {
		bubble(t, func(s *stage) {
			by := s.transport()
			defer by.CloseIdleConnections()
			post := func(body string) string {
				resp, err := (&http.Client{Transport: by}).Post(s.url("/http-bind"), "text/xml", strings.NewReader(body))
				if err != nil {
					s.Fatal(err)
				}
				defer func() { _ = resp.Body.Close() }()
				var text strings.Builder
				_ = resp.Write(&text)
				return text.String()
			}
			created := post("<body xmlns='http://jabber.org/protocol/httpbind' rid='1' to='" + testDomain + "' wait='50' hold='1'" +
				" ver='1.6' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'/>")
			if !strings.Contains(created, fmt.Sprintf(`wait="%d"`, int(wait.Seconds()))) &&
				!strings.Contains(created, fmt.Sprintf(`wait='%d'`, int(wait.Seconds()))) {
				s.Errorf("created with another wait than %s: %s", wait, created)
			}
			_, rest, _ := strings.Cut(created, " sid=")
			sid := rest[1 : 1+strings.IndexAny(rest[1:], `"'`)]
			start := time.Now()
			post("<body xmlns='http://jabber.org/protocol/httpbind' rid='2' sid='" + sid + "'/>")
			// A stream that has not logged in is ended after half a minute.
			if held := time.Since(start); wait < 30*time.Second && (held < wait || held > wait+time.Second) {
				s.Errorf("held for %s, want %s", held, wait)
			}
		}, with(func(c *config.Config) { c.BOSH.Wait = wait }))
	}
}

// silence is how long after an answer a page that asks no more is offline.
func silence(s *stage) time.Duration {
	alice := s.hire("alice", 1)
	v, page := s.visitBy()
	v.Say(support, "hello")
	alice.expect("<body>hello</body>", v.Bare())
	s.pass(time.Second)
	page.shut()
	defer page.reopen()
	start := time.Now()
	alice.says(v.Bare(), "a1", "answer")
	v.Expect(s, soon, "answer", peers.Saying("answer"))
	alice.expect("<presence", v.Bare(), `type="unavailable"`)
	return time.Since(start)
}

// abandoned is how long a session without a chat outlives its last request.
func abandoned(s *stage) time.Duration {
	v := s.visit()
	s.pass(time.Second)
	v.Hang()
	start := time.Now()
	s.until("session ended", func() error {
		return unless(s.server.bosh.Stats().Sessions == 0, "it lives")
	})
	return time.Since(start)
}
