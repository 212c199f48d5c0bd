package server

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk/config"
)

// effects has, for every key of the configuration, a test that changes it and
// sees the effect.
func effects() map[string]func(*testing.T) {
	all := map[string]func(*testing.T){
		"xmpp.secret_file": elsewhere("config", "TestT35_SecretSources"),
		"log.level":        elsewhere("cmd", "TestLogLevelAndFormat"),
		"log.format":       elsewhere("cmd", "TestLogLevelAndFormat"),
	}
	for _, part := range []map[string]func(*testing.T){
		linkEffects(), httpEffects(), adminEffects(), chatEffects(), boshEffects(), socketEffects(), limitEffects(),
	} {
		maps.Copy(all, part)
	}
	return all
}

func TestEveryKeyHasAnEffect(t *testing.T) {
	tested := effects()
	for _, key := range documentedKeys(t) {
		f, ok := tested[key]
		if !ok {
			t.Errorf("no test changes %s and sees the effect: add one to effects", key)
			continue
		}
		delete(tested, key)
		t.Run(key, f)
	}
	for key := range tested {
		t.Errorf("%s is tested and is no key", key)
	}
}

// documentedKeys are all keys; config's own tests see to it that they are all
// documented.
func documentedKeys(t *testing.T) []string {
	t.Helper()
	var keys []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(config.Doc(), -1) {
		keys = append(keys, m[1])
	}
	if len(keys) < 30 {
		t.Fatalf("only %d keys in\n%s", len(keys), config.Doc())
	}
	return keys
}

// elsewhere points at the test of another package that shows the effect.
func elsewhere(dir, name string) func(*testing.T) {
	return func(t *testing.T) {
		files, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T) {") {
				return
			}
		}
		t.Errorf("there is no test %s in %s", name, dir)
	}
}

// follows plays a day for two values of a duration and wants run to take so
// long, plus extra and less than a second.
func follows(set func(*config.Config, time.Duration), extra time.Duration, run func(*stage) time.Duration) func(*testing.T) {
	return func(t *testing.T) {
		for _, d := range []time.Duration{7 * time.Second, 50 * time.Second} {
			t.Run(d.String(), func(t *testing.T) {
				bubble(t, func(s *stage) {
					if took := run(s); took < d+extra || took >= d+extra+time.Second {
						s.Errorf("took %s, want %s", took, d+extra)
					}
				}, with(func(c *config.Config) { set(c, d) }))
			})
		}
	}
}

// get fetches a path of the visitors' side.
func (s *stage) get(path string) (status int, body string) {
	s.Helper()
	status, body, err := fetch(http.DefaultClient, s.url(path))
	if err != nil {
		s.Fatal(err)
	}
	return status, body
}

func fetch(by *http.Client, url string) (status int, body string, err error) {
	resp, err := by.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// state is that of the visitor's latest chat and its agent, "" for none.
func (s *stage) state(visitor string) (state, agent string) {
	s.Helper()
	chats, err := s.server.desk.Chats(s.Context(), true)
	if err != nil {
		s.Fatal(err)
	}
	for _, c := range chats {
		if string(c.Visitor) == visitor {
			state, agent = c.State.String(), string(c.Agent)
		}
	}
	return state, agent
}

// reaches waits until the visitor's latest chat is in a state.
func (s *stage) reaches(visitor, want string) {
	s.Helper()
	s.until("chat is "+want, func() error {
		state, agent := s.state(visitor)
		return unless(state == want, "it is %s with %s", state, agent)
	})
}
