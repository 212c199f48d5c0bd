package server

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"frontdesk/config"
	"frontdesk/internal/peers"
)

func chatEffects() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"chat.grace": follows(func(c *config.Config, d time.Duration) { c.Chat.Grace = d }, 0, func(s *stage) time.Duration {
			return leaves(s, 0)
		}),
		"chat.grace_busy": follows(func(c *config.Config, d time.Duration) { c.Chat.GraceBusy = d }, 0, func(s *stage) time.Duration {
			return leaves(s, 1)
		}),
		"chat.offline_after": follows(func(c *config.Config, d time.Duration) { c.Chat.OfflineAfter = d }, 0, lostLink),
		"chat.agent_grace":   follows(func(c *config.Config, d time.Duration) { c.Chat.AgentGrace = d }, 0, agentVanishes),
		"chat.answer_within": follows(func(c *config.Config, d time.Duration) { c.Chat.AnswerWithin = d }, 0, agentIsSilent),
		"chat.idle":          follows(func(c *config.Config, d time.Duration) { c.Chat.Idle = d }, 0, visitorIsSilent),
		"chat.resume_ttl":    follows(func(c *config.Config, d time.Duration) { c.Chat.ResumeTTL = d }, 0, identityLasts),
		"chat.max_waiting":   plays("short-line", "nobody-can-take-it"),
		"chat.close_on_gone": plays("agent-closes-her-window", "agent-closes-her-window-and-the-chat"),
		// Nothing invites yet: the value is checked and kept.
		"chat.invite_expires": elsewhere("config", "TestEveryKeyReachesItsField"),
	}
}

// leaves is how long a chat outlives its visitor while others wait.
func leaves(s *stage, waiting int) time.Duration {
	alice := s.hire("alice", 1)
	v := alice.talks("hello")
	for range waiting {
		s.reaches(s.asks("me too"), "queued")
	}
	start := time.Now()
	if err := v.Terminate(s.Context(), ""); err != nil {
		s.Fatal(err)
	}
	alice.expect("<presence", v.Bare(), `type="unavailable"`)
	s.reaches(v.Bare(), "away")
	alice.expect("<gone ", v.Bare())
	s.reaches(v.Bare(), "closed")
	return time.Since(start)
}

// asks opens a visitor's page and a chat, and returns the visitor.
func (s *stage) asks(text string) string {
	s.Helper()
	v := s.visit()
	v.Say(support, text)
	return v.Bare()
}

// lostLink is how long a lost link stays a secret.
func lostLink(s *stage) time.Duration {
	alice := s.hire("alice", 1)
	v := alice.talks("hello")
	s.pass(time.Second) // until a request is held
	start := time.Now()
	v.Hang()
	alice.expect("<presence", v.Bare(), `type="unavailable"`)
	return time.Since(start)
}

// agentVanishes is how long her chat waits for her.
func agentVanishes(s *stage) time.Duration {
	alice := s.hire("alice", 1)
	v := alice.talks("hello")
	bob := s.hire("bob", 1)
	start := time.Now()
	alice.presence("unavailable")
	bob.expect("<body>hello</body>", v.Bare())
	return time.Since(start)
}

// agentIsSilent is how long a chat waits for her first word.
func agentIsSilent(s *stage) time.Duration {
	alice := s.hire("alice", 1)
	v := alice.talks("hello")
	start := time.Now()
	bob := s.hire("bob", 1)
	bob.expect("<body>hello</body>", v.Bare())
	return time.Since(start)
}

// visitorIsSilent is how long a chat waits for the visitor's next word.
func visitorIsSilent(s *stage) time.Duration {
	alice := s.hire("alice", 1)
	v := alice.talks("hello")
	start := time.Now()
	alice.expect("<gone ", v.Bare())
	s.reaches(v.Bare(), "closed")
	return time.Since(start)
}

// identityLasts is how long a visitor's password is said to be good; it is good
// so long and no longer.
func identityLasts(s *stage) time.Duration {
	token, unused := s.token(), s.token()
	lasts := time.Until(token.Expires).Round(time.Second)
	s.pass(lasts - time.Second)
	if err := s.login(token); err != nil {
		s.Errorf("refused before its end: %v", err)
	}
	s.pass(2 * time.Second)
	if s.login(unused) == nil {
		s.Error("let in after its end")
	}
	return lasts
}

func (s *stage) token() peers.Token {
	s.Helper()
	by := s.transport()
	defer by.CloseIdleConnections()
	resp, err := (&http.Client{Transport: by}).Post(s.url("/visitor"), "", nil)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	var token peers.Token
	if err := json.Unmarshal(text, &token); err != nil || resp.StatusCode != http.StatusCreated {
		s.Fatalf("POST /visitor: %s %s", resp.Status, text)
	}
	return token
}

// login opens a session with a token and ends it again.
func (s *stage) login(token peers.Token) error {
	by := s.transport()
	defer by.CloseIdleConnections()
	v, err := peers.OpenVisitBy(s.Context(), by, s.url("/http-bind"), testDomain, token.Plain())
	if err != nil {
		return err
	}
	v.Hang()
	return nil
}
