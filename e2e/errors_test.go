//go:build integration

package e2e_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationErrorsForVisitors is the table of what a visitor is told when
// a message cannot be taken, or has to wait.
func TestIntegrationErrorsForVisitors(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(s *stage) (to, text string)
		want    string // condition and type of the error; "" when the chat waits in line
	}{
		{"no agent at all", func(*stage) (string, string) { return support, "hello" }, "service-unavailable cancel"},
		{"agent offline", func(s *stage) (string, string) {
			alice := s.hire("alice", 1)
			alice.Quit()
			s.seen(alice, "unavailable")
			return support, "hello"
		}, "service-unavailable cancel"},
		{"agent away", func(s *stage) (string, string) {
			alice := s.hire("alice", 1)
			alice.Show("away")
			s.seen(alice, "away")
			return support, "hello"
		}, ""},
		{"agent full", func(s *stage) (string, string) {
			s.talks(s.hire("alice", 1), "first")
			return support, "hello"
		}, ""},
		{"line full", func(s *stage) (string, string) {
			s.talks(s.hire("alice", 1), "first")
			second := s.visit()
			second.Say(support, "second")
			second.Expect(s, soon, "place in line", atPosition("1"))
			return support, "hello"
		}, "resource-constraint wait"},
		{"text over 8 KiB", func(s *stage) (string, string) {
			s.hire("alice", 1)
			return support, strings.Repeat("x", 8<<10+1)
		}, "not-acceptable modify"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := set(t, peers.Prosody(t), map[string]string{"chat.max_waiting": "1"})
			to, text := test.prepare(s)
			v := s.visit()
			id := v.Say(to, text)
			if test.want == "" {
				v.Expect(t, soon, "place in line", atPosition("1"))
				return
			}
			got := v.Expect(t, soon, "error", peers.Refusing(id, ""))
			if is := got.Condition() + " " + got.Child("", "error").Attr("type"); is != test.want {
				t.Errorf("got %q, want %q", is, test.want)
			}
			if got.ErrorText() == "" {
				t.Errorf("no text for people in %v", got)
			}
			if open := s.chatOf(v); open.ID != "" {
				t.Errorf("a chat was opened: %+v", open)
			}
			v.Send("<iq xmlns='jabber:client' id='alive' type='get'><ping xmlns='urn:xmpp:ping'/></iq>")
			v.Expect(t, soon, "the session lives", peers.Answering("alive"))
		})
	}
}

// TestIntegrationSecondQueue refuses a second queue while a chat is open.
func TestIntegrationSecondQueue(t *testing.T) {
	s := set(t, peers.Prosody(t), nil)
	s.desk.Do("queue", "add", "sales")
	alice := s.hire("alice", 2, "--queue", "support", "--queue", "sales")
	v := s.talks(alice, "hello")
	id := v.Say("sales@"+peers.Domain, "and this")
	got := v.Expect(t, soon, "error", peers.Refusing(id, "conflict"))
	if got.ErrorText() == "" {
		t.Errorf("no text for people in %v", got)
	}
	if open := s.chats(); len(open) != 1 || open[0].Queue != "support" {
		t.Errorf("open chats: %+v", open)
	}
}

// TestIntegrationErrorsForAdmins is the table of what an admin is told when
// something is wrong with the link: the daemon runs and says it, it is not
// ready, and `check` finds it.
func TestIntegrationErrorsForAdmins(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		tests := []struct {
			name, addr string
			settings   map[string]string
			log        []string // at least one of these words is in the log
		}{
			{"wrong secret", server.ComponentAddr, map[string]string{"xmpp.secret": `"wrong-secret"`}, []string{"secret"}},
			{"unknown domain", server.ComponentAddr, map[string]string{"xmpp.domain": `"other.localhost"`}, []string{"other.localhost"}},
			{"component port closed", peers.FreeAddr(t), nil, []string{"connection refused"}},
			{"a port that is no component's", server.HTTPAddr, nil, []string{"component"}},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				desk := peers.NewFrontdesk(t, test.addr, test.settings)
				desk.Launch()
				peers.Until(t, soon, "the log says why", func() error {
					for _, word := range test.log {
						for line := range strings.Lines(desk.Log()) {
							if strings.Contains(line, word) && strings.Contains(line, "link is down") {
								return nil
							}
						}
					}
					return fmt.Errorf("it says %q", desk.Log())
				})
				if err := desk.Ready(); err == nil {
					t.Error("it says it is ready")
				}
				if strings.Contains(desk.Log(), "wrong-secret") || strings.Contains(desk.Log(), peers.Secret) {
					t.Error("the secret is in the log")
				}
				out, problems, code := desk.Run("check")
				if code != 4 || !strings.Contains(out, "PROBLEM") {
					t.Errorf("check: exit code %d, %s%s", code, out, problems)
				}
				desk.Stop()
			})
		}
	})
}

// TestIntegrationServeRefusals is the table of what keeps serve from starting.
func TestIntegrationServeRefusals(t *testing.T) {
	server := peers.Prosody(t)
	running := peers.StartFrontdesk(t, server, nil)
	dir := t.TempDir()
	file := filepath.Join(dir, "taken")
	if err := os.WriteFile(file, []byte("not a socket"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", peers.FreeAddr(t))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	tests := []struct {
		name     string
		settings map[string]string
		want     []string // all of these words are in what it writes
	}{
		{"HTTP port taken", map[string]string{"http.listen": fmt.Sprintf("%q", taken.Addr())}, []string{"http.listen", taken.Addr().String()}},
		{"socket of a running daemon", map[string]string{"admin.socket": fmt.Sprintf("%q", running.Dir+"/admin.sock")}, []string{"admin.sock"}},
		{"socket path is a file", map[string]string{"admin.socket": fmt.Sprintf("%q", file)}, []string{file}},
		{"database of a running daemon", map[string]string{"store.url": fmt.Sprintf("%q", "sqlite://"+running.Dir+"/frontdesk.db")}, []string{"frontdesk.db"}},
		{"typo in a key", map[string]string{"chat.grase": `"3s"`}, []string{"frontdesk.toml", "chat.grase", "chat.grace"}},
		{"wrong type", map[string]string{"chat.max_waiting": `"many"`}, []string{"frontdesk.toml", "chat.max_waiting"}},
		{"impossible value", map[string]string{"chat.grace": `"-3s"`}, []string{"chat.grace"}},
		{"no secret", map[string]string{"xmpp.secret": `""`}, []string{"secret"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			desk := peers.NewFrontdesk(t, server.ComponentAddr, test.settings)
			out, problems, code := desk.Run("serve")
			if code != 1 && code != 2 {
				t.Errorf("exit code %d", code)
			}
			for _, word := range test.want {
				if !strings.Contains(out+problems, word) {
					t.Errorf("%q is not in %q", word, out+problems)
				}
			}
		})
	}
	if err := running.Ready(); err != nil {
		t.Errorf("the running daemon: %v", err)
	}
	if body, err := os.ReadFile(file); err != nil || string(body) != "not a socket" {
		t.Errorf("the file was touched: %q, %v", body, err)
	}
}

// TestIntegrationSecondFrontdesk starts a second frontdesk on the same domain:
// the younger gives way and says so, the first goes on.
func TestIntegrationSecondFrontdesk(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 2)
		v := s.talks(alice, "hello")
		second := peers.NewFrontdesk(t, server.ComponentAddr, nil)
		second.Launch()
		peers.Until(t, soon, "the second says what is wrong", func() error {
			for line := range strings.Lines(second.Log()) {
				if strings.Contains(line, "level=WARN") && strings.Contains(line, peers.Domain) &&
					(strings.Contains(line, "another") || strings.Contains(line, "other process")) {
					return nil
				}
			}
			return fmt.Errorf("it says %q", second.Log())
		})
		peers.Until(t, soon, "the second is not ready", func() error {
			if second.Ready() == nil {
				return fmt.Errorf("it is ready")
			}
			return nil
		})
		peers.Until(t, soon, "the first is ready", s.desk.Ready)
		alice.Say(v.Bare(), "still here?")
		v.Expect(t, soon, "words", peers.Saying("still here?"))
		v.Say(support, "yes")
		alice.Expect(t, soon, "words", peers.Saying("yes"))

		// With the first gone the second takes over.
		s.desk.Stop()
		peers.Until(t, soon, "the second is ready", second.Ready)
	})
}
