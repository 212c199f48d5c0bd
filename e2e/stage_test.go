//go:build integration

// Package e2e_test plays whole days of a desk with the real programs: Prosody
// and ejabberd, agents with slixmpp, visitors over BOSH, strophe.js in
// Chromium, and the frontdesk binary as a child process.
package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk/internal/peers"
)

const (
	support = "support@" + peers.Domain
	soon    = peers.Patience
)

func TestMain(m *testing.M) { os.Exit(play(m)) }

// play builds the binary once for all tests, unless one is given.
func play(m *testing.M) int {
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if os.Getenv(peers.BinaryVariable) == "" {
		binary, err := peers.Build(dir, false)
		if err != nil {
			panic(err)
		}
		os.Setenv(peers.BinaryVariable, binary)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		panic(err)
	}
	return code
}

// stage is a server with a desk attached.
type stage struct {
	*testing.T

	server *peers.Server
	desk   *peers.Frontdesk
}

func set(t *testing.T, s *peers.Server, settings map[string]string) *stage {
	t.Helper()
	return &stage{T: t, server: s, desk: peers.StartFrontdesk(t, s, settings)}
}

// Rows of the command line's listings, as far as the plays look at them.
type (
	agentRow struct {
		JID, Name, Presence string
		Capacity, Chats     int
	}
	chatRow struct {
		ID, Visitor, Queue, Agent, State string
	}
	entryRow struct {
		Author, Text, Delivery string
	}
	statusRow struct {
		Link   bool
		LinkID string `json:"link_id"`
		Stats  struct{ Requeued int }
	}
)

func (s *stage) agents() (rows []agentRow) {
	s.Helper()
	s.desk.JSON(&rows, "agent", "list")
	return rows
}

func (s *stage) chats(flags ...string) (rows []chatRow) {
	s.Helper()
	s.desk.JSON(&rows, append([]string{"chat", "list"}, flags...)...)
	return rows
}

func (s *stage) status() (row statusRow) {
	s.Helper()
	s.desk.JSON(&row, "status")
	return row
}

func (s *stage) transcript(id string) (rows []entryRow) {
	s.Helper()
	s.desk.JSON(&rows, "transcript", "show", id)
	return rows
}

// hire makes an account an agent of the queue support, named as her account
// with a capital letter, and waits until the desk sees her.
func (s *stage) hire(name string, capacity int, flags ...string) *peers.Agent {
	s.Helper()
	a := s.server.Agent(s, name)
	s.desk.Do(append([]string{
		"agent", "add", a.JID, "--name", strings.ToUpper(name[:1]) + name[1:], "--capacity", fmt.Sprint(capacity),
	}, flags...)...)
	s.seen(a, "available")
	return a
}

// seen waits until the desk sees an agent's presence.
func (s *stage) seen(a *peers.Agent, presence string) {
	s.Helper()
	peers.Until(s, soon, a.JID+" is "+presence, func() error {
		for _, row := range s.agents() {
			if row.JID == a.JID && row.Presence == presence {
				return nil
			}
		}
		return fmt.Errorf("agents are %+v", s.agents())
	})
}

// visit opens a visitor's page.
func (s *stage) visit() *peers.Visitor {
	s.Helper()
	v := s.desk.Visit(s)
	v.Available()
	return v
}

// chatOf returns the visitor's latest chat, open or closed.
func (s *stage) chatOf(v *peers.Visitor) chatRow {
	s.Helper()
	var found chatRow
	for _, row := range s.chats("--all") {
		if row.Visitor == v.Bare() {
			found = row
		}
	}
	return found
}

// reaches waits until the visitor's latest chat is in a state, and returns it.
func (s *stage) reaches(v *peers.Visitor, within time.Duration, state string) chatRow {
	s.Helper()
	var row chatRow
	peers.Until(s, within, "chat of "+v.Bare()+" is "+state, func() error {
		if row = s.chatOf(v); row.State != state {
			return fmt.Errorf("it is %+v", row)
		}
		return nil
	})
	return row
}

// served waits until somebody talks with the visitor, and returns her JID.
func (s *stage) served(v *peers.Visitor) string {
	s.Helper()
	return s.reaches(v, soon, "active").Agent
}

// load returns how many seats each agent has taken.
func (s *stage) load() map[string]int {
	s.Helper()
	load := map[string]int{}
	for _, row := range s.agents() {
		load[row.JID] = row.Chats
	}
	return load
}

// talks opens a chat and waits until the agent has its first message.
func (s *stage) talks(a *peers.Agent, text string) *peers.Visitor {
	s.Helper()
	v := s.visit()
	v.Say(support, text)
	a.Expect(s, soon, text, peers.Saying(text))
	return v
}
