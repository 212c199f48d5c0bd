package server

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"frontdesk/chat"
	"frontdesk/config"
	"frontdesk/desk"
	"frontdesk/roster"
)

// withMetrics serves metrics on any free port.
func withMetrics() option {
	return with(func(c *config.Config) { c.Admin.Metrics = "127.0.0.1:0" })
}

func (s *stage) metrics() string {
	s.Helper()
	_, text, err := fetch(http.DefaultClient, "http://"+s.server.MetricsAddr()+"/metrics")
	if err != nil {
		s.Fatal(err)
	}
	return text
}

// What visitors write is no part of any metric: 100,000 names later there are
// the same series.
func TestT40_NamesAreNoMetrics(t *testing.T) {
	s := play(t, withMetrics())
	s.hire("alice", 1).talks("hello")
	_, _ = s.get("/unknown")
	series := regexp.MustCompile(`(?m)^(\S+|# .*) \S+$`)
	before := series.ReplaceAllString(s.metrics(), "$1")
	for i := range 100_000 {
		name := fmt.Sprintf("name%06d", i)
		tab := desk.Tab{Visitor: roster.VisitorJID(name + "@" + testDomain), Stream: name}
		s.server.desk.Post(desk.VisitorAsks{Tab: tab, What: desk.Say{Queue: name, AgentName: name, Message: chat.Message{ID: name, Text: name, Nick: name}}})
		s.server.desk.Post(desk.VisitorAsks{Tab: tab, What: desk.Rename{Name: name}})
	}
	for i := range 100 {
		_, _ = s.get(fmt.Sprintf("/name%06d?name%06d", i, i))
	}
	refused := s.server.desk.Stats().Refused
	s.until("all names are handled", func() error {
		stats := s.server.desk.Stats()
		refused = stats.Refused
		return unless(refused >= 100_000, "%+v", stats)
	})
	after := s.metrics()
	if got := series.ReplaceAllString(after, "$1"); got != before {
		t.Errorf("series before:\n%s\nand after:\n%s", before, got)
	}
	if strings.Contains(after, "name0") {
		t.Errorf("a name in\n%s", after)
	}
	if !strings.Contains(after, fmt.Sprintf("frontdesk_requests_refused_total %d\n", refused)) {
		t.Errorf("the refusals are not counted in\n%s", after)
	}
}

// Ready is: the link is up and the store takes changes; alive is: the process
// answers.
func TestHealthAndReadiness(t *testing.T) {
	var full atomic.Bool
	s := play(t, func(s *stage) {
		s.server.seams.beforeCommit = func() error {
			if full.Load() {
				return errors.New("the disk is full")
			}
			return nil
		}
	})
	s.answers("ready", http.StatusOK, "ok")

	full.Store(true)
	s.answers("store takes nothing", http.StatusServiceUnavailable, "the store takes no changes")
	full.Store(false)
	s.answers("store takes changes again", http.StatusOK, "ok")

	s.xmpp.Down(true)
	s.link.Close()
	s.answers("link down", http.StatusServiceUnavailable, "link to the XMPP server is down")
	s.xmpp.Down(false)
	s.connect()
	s.answers("link up again", http.StatusOK, "ok")

	s.server.ready.Store(false)
	s.answers("stopping", http.StatusServiceUnavailable, "starting or stopping")
	s.server.ready.Store(true)
}

// answers waits for an answer of /readyz; /healthz is well all the time.
func (s *stage) answers(what string, want int, text string) {
	s.Helper()
	s.until(what, func() error {
		status, body := s.get("/readyz")
		return unless(status == want && strings.Contains(body, text), "%d %s", status, body)
	})
	if status, body := s.get("/healthz"); status != http.StatusOK || body != "ok\n" {
		s.Errorf("%s: /healthz says %d %s", what, status, body)
	}
}
