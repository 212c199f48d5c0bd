//go:build integration

package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationClientLibraries lets stock libraries talk with an agent:
// directly, and through nginx as contrib/ configures it, with buffering off
// and on.
func TestIntegrationClientLibraries(t *testing.T) {
	installed := installClients(t)
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, nil)
		alice := s.hire("alice", 100)
		for _, way := range []struct{ name, addr string }{
			{"direct", s.desk.HTTPAddr},
			{"nginx", peers.Nginx(t, nginxFile, s.desk.HTTPAddr)},
			{"nginx with buffers", peers.Nginx(t, nginxFile, s.desk.HTTPAddr, "proxy_buffering off;", "proxy_buffering on;")},
		} {
			for _, lib := range []struct{ name, script, url string }{
				{"xmpp.js over WebSocket", "xmppjs", "ws://" + way.addr + "/xmpp-websocket"},
				{"stanza.js over WebSocket", "stanza", "ws://" + way.addr + "/xmpp-websocket"},
				{"stanza.js over BOSH", "stanza", "http://" + way.addr + "/http-bind"},
			} {
				t.Run(way.name+"/"+lib.name, func(t *testing.T) {
					start := func(t *testing.T) *library { return startLibrary(t, installed, lib.script, lib.url) }
					t.Run("anonymous", func(t *testing.T) { anonymous(t, alice, start(t)) })
					t.Run("comes back", func(t *testing.T) { comesBack(t, s, alice, start) })
				})
			}
			for _, over := range []string{"ws://" + way.addr + "/xmpp-websocket", "http://" + way.addr + "/http-bind"} {
				t.Run(way.name+"/strophe.js over "+over[:strings.Index(over, ":")], func(t *testing.T) {
					strophe(t, s, alice, "http://"+way.addr, over)
				})
			}
		}
	})
}

// anonymous: a conversation of a visitor whom nobody knows.
func anonymous(t *testing.T, alice *peers.Agent, page *library) {
	page.connect(t, "", "")
	me := page.expect(t, "online", "").JID
	converse(t, alice, page, me)
	page.order(map[string]string{"do": "leave"})
	alice.Expect(t, soon, "grey", peers.Showing(peers.Bare(me), "unavailable"))
}

// converse says something each way.
func converse(t *testing.T, alice *peers.Agent, page *library, me string) {
	t.Helper()
	hello, answer := "hello from "+me, "hello, "+me+" <&> ü"
	page.order(map[string]string{"do": "say", "to": support, "text": hello})
	alice.Expect(t, soon, "the visitor's words", peers.Saying(hello))
	alice.Say(peers.Bare(me), answer)
	page.expect(t, "message", answer)
}

// comesBack: a visitor with credentials, whose page dies and is opened again:
// the same visitor, the same chat, what was said meanwhile.
func comesBack(t *testing.T, s *stage, alice *peers.Agent, start func(*testing.T) *library) {
	token, err := peers.NewToken(t.Context(), s.desk.URL())
	if err != nil {
		t.Fatal(err)
	}
	user, _, _ := strings.Cut(token.JID, "@")
	first := start(t)
	first.connect(t, user, token.Password)
	if got := first.expect(t, "online", "").JID; peers.Bare(got) != token.JID {
		t.Fatalf("logged in as %s, not %s", got, token.JID)
	}
	converse(t, alice, first, token.JID)
	alice.Expect(t, soon, "available", peers.Showing(token.JID, "available"))
	first.kill() // perhaps between two BOSH requests: then silence tells
	alice.Expect(t, soon, "grey", peers.Showing(token.JID, "unavailable"))
	meanwhile := "are you there, " + token.JID
	alice.Say(token.JID, meanwhile)
	second := start(t)
	second.connect(t, user, token.Password)
	second.expect(t, "online", "")
	second.expect(t, "message", meanwhile)
	alice.Expect(t, soon, "back", peers.Showing(token.JID, "available"))
	var chats []string
	for _, row := range s.chats() {
		if row.Visitor == token.JID {
			chats = append(chats, row.State)
		}
	}
	if !slices.Equal(chats, []string{"active"}) {
		t.Errorf("the visitor's chats are %q", chats)
	}
	second.order(map[string]string{"do": "leave"})
}

// TestIntegrationClientsResume cuts the sockets of libraries that resume
// (XEP-0198): nobody sees it, and nothing is lost or doubled.
func TestIntegrationClientsResume(t *testing.T) {
	installed := installClients(t)
	server := peers.Prosody(t)
	s := set(t, server, map[string]string{"chat.offline_after": `"60s"`})
	alice := s.hire("alice", 10)
	for _, script := range []string{"xmppjs", "stanza"} {
		t.Run(script, func(t *testing.T) {
			page := startLibrary(t, installed, script, "ws://"+s.desk.HTTPAddr+"/xmpp-websocket")
			token, err := peers.NewToken(t.Context(), s.desk.URL())
			if err != nil {
				t.Fatal(err)
			}
			user, _, _ := strings.Cut(token.JID, "@")
			page.connect(t, user, token.Password)
			me := page.expect(t, "online", "").JID
			converse(t, alice, page, me)
			alice.Expect(t, soon, "available", peers.Showing(peers.Bare(me), "available"))
			var want []string
			for round := range 5 {
				page.order(map[string]string{"do": "cut"})
				for i := range 10 {
					text := fmt.Sprintf("%s %d %d", script, round, i)
					alice.Say(peers.Bare(me), text)
					want = append(want, text)
				}
				page.expect(t, "message", want[len(want)-1])
			}
			if got := page.all("message", script+" "); !slices.Equal(got, want) {
				t.Errorf("the page has %q\nwant %q", got, want)
			}
			if n := len(page.all("resumed", "")); n != 5 {
				t.Errorf("resumed %d times", n)
			}
			if found := alice.All(peers.Showing(peers.Bare(me), "unavailable")); len(found) > 0 {
				t.Errorf("the agent saw %v", found)
			}
		})
	}
}

// strophe is the same in a real browser, with the library that frontdesk
// serves itself.
func strophe(t *testing.T, s *stage, alice *peers.Agent, base, over string) {
	token, err := peers.NewToken(t.Context(), s.desk.URL())
	if err != nil {
		t.Fatal(err)
	}
	b := peers.Chromium(t)
	for round, login := range []string{
		`"` + peers.Domain + `", ""`, fmt.Sprintf("%q, %q", token.JID, token.Password),
		fmt.Sprintf("%q, %q", token.JID, token.Password),
	} {
		b.Open(base + "/healthz")
		b.Exec(`(() => { const s = document.createElement("script"); s.src = "/strophe.umd.min.js";
			s.onload = () => { window.ready = true }; document.head.append(s) })()`)
		b.True(soon, "window.ready")
		b.Exec(fmt.Sprintf(`(() => {
			window.texts = [];
			const S = Strophe, c = new S.Connection(%q);
			window.c = c;
			c.addHandler(m => { const b = m.getElementsByTagName("body")[0];
				if (b && m.getAttribute("type") !== "error") texts.push(b.textContent); return true }, null, "message");
			c.connect(%s, status => { if (status === S.Status.CONNECTED) {
				c.send($pres()); window.me = c.jid } });
		})()`, over, login))
		b.True(soon, "window.me")
		me := peers.Bare(peers.Eval[string](b, "window.me"))
		if round > 0 && me != token.JID {
			t.Fatalf("logged in as %s", me)
		}
		hello, answer := fmt.Sprintf("%s, round %d", me, round), fmt.Sprintf("hello %s, round %d", me, round)
		b.Exec(fmt.Sprintf(`c.send($msg({to: %q, type: "chat"}).c("body").t(%q))`, support, hello))
		alice.Expect(t, soon, "the visitor's words", peers.Saying(hello))
		alice.Say(me, answer)
		b.True(soon, fmt.Sprintf("texts.filter(t => t === %q).length === 1", answer))
	}
	b.Exec("c.disconnect()")
	// The page before may have left between two requests: then silence tells.
	alice.Expect(t, soon, "grey", peers.Showing(token.JID, "unavailable"))
}

// library is a client library in Node, run by clients/driver.mjs.
type library struct {
	url  string
	in   io.WriteCloser
	cmd  *exec.Cmd
	done chan struct{}

	mu    sync.Mutex
	lines []told
	taken map[int]bool // expected before
}

// told is one line of the driver's.
type told struct{ Kind, JID, From, Text string }

func startLibrary(t *testing.T, dir, script, url string) *library {
	t.Helper()
	l := &library{url: url, done: make(chan struct{}), taken: map[int]bool{}}
	l.cmd = exec.Command("node", "driver.mjs", script)
	l.cmd.Dir, l.cmd.Stderr = dir, os.Stderr
	l.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, errIn := l.cmd.StdinPipe()
	out, errOut := l.cmd.StdoutPipe()
	if errIn != nil || errOut != nil {
		t.Fatal(errIn, errOut)
	}
	l.in = in
	if err := l.cmd.Start(); err != nil {
		t.Fatalf("start node: %v; apt-get install nodejs npm", err)
	}
	go l.listen(out)
	t.Cleanup(l.kill)
	return l
}

func (l *library) listen(out io.Reader) {
	defer close(l.done)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var line told
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			line = told{Kind: "noise", Text: lines.Text()}
		}
		l.mu.Lock()
		l.lines = append(l.lines, line)
		l.mu.Unlock()
	}
}

// kill ends the program at once, as a crash of the browser does.
func (l *library) kill() {
	_ = l.cmd.Process.Kill()
	<-l.done
	_ = l.cmd.Wait()
}

func (l *library) order(o map[string]string) {
	line, _ := json.Marshal(o) //nolint:errchkjson // strings
	_, _ = l.in.Write(append(line, '\n'))
}

func (l *library) connect(t *testing.T, username, password string) {
	t.Helper()
	o := map[string]string{"do": "connect", "url": l.url, "domain": peers.Domain}
	if username != "" {
		o["username"], o["password"] = username, password
	}
	l.order(o)
}

// expect waits for the first line of a kind that it did not return before,
// with that text unless it is "".
func (l *library) expect(t *testing.T, kind, text string) told {
	t.Helper()
	var found told
	peers.Until(t, soon, kind+" "+text, func() error {
		l.mu.Lock()
		defer l.mu.Unlock()
		for i, line := range l.lines {
			if !l.taken[i] && line.Kind == kind && (text == "" || line.Text == text) {
				found, l.taken[i] = line, true
				return nil
			}
		}
		return fmt.Errorf("it told %+v", l.lines)
	})
	return found
}

// all is the texts of all lines of a kind so far that begin so.
func (l *library) all(kind, begin string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var texts []string
	for _, line := range l.lines {
		if line.Kind == kind && strings.HasPrefix(line.Text, begin) {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

// installClients fetches the libraries of clients/package-lock.json once, into
// the cache of the repository, and returns where they are.
func installClients(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", ".cache", "clients")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile(filepath.Join("clients", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(filepath.Join(dir, "installed.json"))
	files, _ := filepath.Glob("clients/*")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if string(old) == string(lock) {
		return dir
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v (apt-get install nodejs npm)\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "installed.json"), lock, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
