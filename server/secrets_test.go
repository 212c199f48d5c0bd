package server

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/command"
	"frontdesk/internal/peers"
)

// day is what a full run wrote, by where it wrote it.
type day struct {
	written map[string]string
	sids    []string
	tokens  []string
}

// fullDay plays everything that is logged at the most talkative level: chats,
// returns, refusals, a wrong login, a kick, a lost link, the end.
func fullDay(t *testing.T) *day {
	t.Helper()
	d := &day{written: map[string]string{}}
	s := newStage(t, withMetrics())
	if err := s.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	stopped := false
	defer func() {
		if !stopped {
			s.stop()
		}
	}()
	s.connect()
	alice := s.hire("alice", 1)
	sees := func(v *peers.Visitor) *peers.Visitor {
		d.sids = append(d.sids, v.SID())
		return v
	}
	v := sees(alice.talks("hello"))
	waits := sees(s.visit())
	waits.Say(support, "and me")
	s.reaches(waits.Bare(), "queued")
	alice.says(v.Bare(), "a1", "answer")
	v.Expect(t, soon, "answer", peers.Saying("answer"))

	token := s.token()
	d.tokens = append(d.tokens, token.Password)
	returned, err := peers.OpenVisit(t.Context(), s.url("/http-bind"), testDomain, plain(token.JID, token.Password))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sees(returned).Hang)
	if _, err := peers.OpenVisit(t.Context(), s.url("/http-bind"), testDomain, plain(token.JID, "wr0ng-w0rd")); err == nil {
		t.Error("a wrong password was let in")
	}
	d.tokens = append(d.tokens, "wr0ng-w0rd")

	broken := sees(s.visit())
	if _, err := broken.Inject(t.Context(), "<message><unclosed></message>"); err != nil {
		t.Log("broken XML:", err)
	}
	if err := s.order("visitor kick", command.Input{"jid": waits.Bare()}); err != nil {
		t.Error(err)
	}
	first := s.link
	s.link.Close()
	s.connect()
	s.quiet()

	d.written["metrics"] = s.metrics()
	_, d.written["/readyz"] = s.get("/readyz")
	status, err := s.status()
	if err != nil {
		t.Error(err)
	}
	d.written["status"] = fmt.Sprintf("%+v", status)
	d.written["goroutines"] = d.fetch(t, "http://"+s.server.MetricsAddr()+"/debug/pprof/goroutine?debug=2")
	s.stop()
	stopped = true
	for _, stanza := range append(first.Received(), s.link.Received()...) {
		d.written["link"] += string(stanza) + "\n"
	}
	d.written["log"] = s.log.String()
	d.files(t, filepath.Dir(strings.TrimPrefix(s.cfg.Store.URL, "sqlite://")))
	return d
}

func plain(jid, password string) string {
	local, _, _ := strings.Cut(jid, "@")
	return "\x00" + local + "\x00" + password
}

func (d *day) fetch(t *testing.T, url string) string {
	t.Helper()
	_, text, err := fetch(http.DefaultClient, url)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// files reads everything below a directory.
func (d *day) files(t *testing.T, dir string) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name.IsDir() {
			continue
		}
		text, err := root.ReadFile(name.Name())
		if err != nil {
			t.Fatal(err)
		}
		d.written[name.Name()] = string(text)
	}
}

// nowhere fails when a word was written anywhere.
func (d *day) nowhere(t *testing.T, what, word string) {
	t.Helper()
	if len(word) < 8 {
		t.Errorf("%s %q is no secret", what, word)
	}
	for where, text := range d.written {
		if i := strings.Index(text, word); i >= 0 {
			t.Errorf("%s is in %s: ...%q...", what, where, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

// What a full run writes has no sid, no token, no component secret, and the
// log no word that was said.
func TestT7_T35_SecretsAreWrittenNowhere(t *testing.T) {
	d := fullDay(t)
	for _, where := range []string{"log", "metrics", "link", "goroutines", "frontdesk.db", "status"} {
		if d.written[where] == "" {
			t.Errorf("nothing was written to %s", where)
		}
	}
	for _, part := range []string{"chat assigned", "chat closed", "link is down", "admin command done"} {
		if !strings.Contains(d.written["log"], part) {
			t.Errorf("%q is not in the log: no full day\n%s", part, d.written["log"])
		}
	}
	for _, sid := range d.sids {
		d.nowhere(t, "a sid", sid)
	}
	for _, token := range d.tokens {
		d.nowhere(t, "a password", token)
	}
	d.nowhere(t, "the component's secret", testSecret)
	for _, said := range []string{"hello", "and me", "answer"} {
		if strings.Contains(d.written["log"], said) {
			t.Errorf("%q is in the log:\n%s", said, d.written["log"])
		}
	}
}

// The secret is in no answer of the admin's door and in no error.
func TestT35_ErrorsHideTheSecret(t *testing.T) {
	cfg := testConfig(t)
	cfg.XMPP.Domain = "no domain"
	s := newStage(t)
	defer s.xmpp.Close()
	_, err := New(cfg, s.server.log, "test")
	if err == nil || strings.Contains(err.Error(), testSecret) {
		t.Errorf("error %v", err)
	}
	cfg = testConfig(t)
	cfg.XMPP.Server = peers.FreeAddr(t)
	for _, f := range Check(t.Context(), cfg) {
		if strings.Contains(f.Detail+f.Remedy, testSecret) {
			t.Errorf("finding %+v", f)
		}
	}
}
