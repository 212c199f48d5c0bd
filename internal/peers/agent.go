package peers

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

//go:embed agent.py
var agentProgram string

// Agent is an account logged in with slixmpp, an XMPP library that frontdesk
// shares no code with. The inbox holds every stanza it received. Sending may be
// done by one goroutine at a time.
type Agent struct {
	*Inbox

	JID string // bare

	t      testing.TB
	proc   *process
	in     io.WriteCloser
	log    string
	lastID atomic.Int64
}

// Login is how an account comes online.
type Login struct {
	JID       string `json:"jid"` // with a resource, if one is wanted
	Password  string `json:"password"`
	Address   string `json:"address"`
	Accept    bool   `json:"accept"`    // grant every request to see its presence
	Receipts  bool   `json:"receipts"`  // answer receipt requests (XEP-0184)
	Reconnect bool   `json:"reconnect"` // come back by itself
}

// Agent makes the account name@localhost and logs it in as an agent's client
// would be: it grants presence to who asks, answers receipt requests, comes
// back when the server does, fetches its roster and is available.
func (s *Server) Agent(t testing.TB, name string) *Agent {
	t.Helper()
	s.AddAccount(name, "pw-"+name)
	a := s.Login(t, s.LoginOf(name))
	a.Available()
	return a
}

// LoginOf is the login that [Server.Agent] uses for an account it has made.
func (s *Server) LoginOf(name string) Login {
	return Login{
		JID: name + "@" + Host + "/client", Password: "pw-" + name, Address: s.C2SAddr,
		Accept: true, Receipts: true, Reconnect: true,
	}
}

// Login logs an account in and returns when its session has begun; it has
// sent nothing.
func (s *Server) Login(t testing.TB, l Login) *Agent {
	t.Helper()
	dir, err := os.MkdirTemp("", "peers-agent-")
	if err != nil {
		t.Fatal(err)
	}
	a := &Agent{Inbox: newInbox(l.JID), JID: Bare(l.JID), t: t, log: filepath.Join(dir, "log")}
	script := filepath.Join(dir, "agent.py")
	writeFile(t, script, agentProgram)
	a.launch(script, l)
	t.Cleanup(func() {
		a.proc.kill()
		_ = os.RemoveAll(dir)
	})
	first := a.Expect(t, Patience, "login of "+l.JID, func(e Stanza) bool {
		return e.Kind == KindOnline || e.Kind == KindFailed
	})
	if first.Kind == KindFailed {
		t.Fatalf("login of %s refused; %s", l.JID, a.Log())
	}
	return a
}

// launch starts the program; it reads what it says until it ends.
func (a *Agent) launch(script string, l Login) {
	a.t.Helper()
	const python = "/usr/bin/python3" // Debian's, the one that has slixmpp
	if err := exec.Command(python, "-c", "import slixmpp").Run(); err != nil {
		a.t.Fatalf("slixmpp is not installed (%v): apt-get install python3-slixmpp", err)
	}
	cmd := exec.Command(python, script)
	in, err := cmd.StdinPipe()
	if err != nil {
		a.t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		a.t.Fatal(err)
	}
	cmd.Stdout = w
	a.in = in
	a.proc, err = startProcess(cmd, a.log)
	_ = w.Close()
	if err != nil {
		a.t.Fatal(err)
	}
	go a.listen(r)
	a.order(l)
}

// listen fills the inbox until the program's end closes the pipe.
func (a *Agent) listen(r *os.File) {
	defer r.Close()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct{ Kind, XML string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			continue
		}
		e, err := Parse(line.XML)
		if err != nil {
			e = &Element{Text: err.Error()}
		}
		a.put(Stanza{Element: e, Kind: line.Kind, At: time.Now()})
	}
}

func (a *Agent) order(o any) {
	line, err := json.Marshal(o)
	if err != nil {
		a.t.Errorf("%s: %v", a.JID, err)
		return
	}
	if _, err := a.in.Write(append(line, '\n')); err != nil {
		a.t.Errorf("%s: %v; %s", a.JID, err, a.Log())
	}
}

// Log returns what the program has written besides.
func (a *Agent) Log() string { return readFile(a.log) }

// Raw sends XML as it is.
func (a *Agent) Raw(xml string) { a.order(map[string]string{"do": "raw", "xml": xml}) }

// Available fetches the roster and sends presence with priority 5.
func (a *Agent) Available() {
	a.Raw("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
	a.Show("")
}

// Show sends presence: "" or "available", chat, away, xa, dnd.
func (a *Agent) Show(show string) {
	if show != "" && show != "available" {
		a.Raw(fmt.Sprintf("<presence><show>%s</show><priority>5</priority></presence>", show))
		return
	}
	a.Raw("<presence><priority>5</priority></presence>")
}

// Unavailable sends unavailable presence on a stream that stays open.
func (a *Agent) Unavailable() { a.Raw("<presence type='unavailable'/>") }

// Say sends a chat message to a bare or full address and returns its id.
func (a *Agent) Say(to, body string) string {
	id := a.NewID()
	a.Raw(fmt.Sprintf("<message to='%s' type='chat' id='%s'><body>%s</body>"+
		"<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/></message>",
		Escape(to), id, Escape(body)))
	return id
}

// Typing sends a chat state alone (XEP-0085).
func (a *Agent) Typing(to, state string) {
	a.Raw(fmt.Sprintf("<message to='%s' type='chat'><%s xmlns='http://jabber.org/protocol/chatstates'/></message>",
		Escape(to), state))
}

// Correct replaces an earlier message (XEP-0308) and returns the new id.
func (a *Agent) Correct(to, old, body string) string {
	id := a.NewID()
	a.Raw(fmt.Sprintf("<message to='%s' type='chat' id='%s'><body>%s</body>"+
		"<replace xmlns='urn:xmpp:message-correct:0' id='%s'/></message>", Escape(to), id, Escape(body), old))
	return id
}

// Roster asks for the contact list and returns its items by address.
func (a *Agent) Roster() map[string]*Element {
	a.t.Helper()
	id := a.NewID()
	a.Raw(fmt.Sprintf("<iq type='get' id='%s'><query xmlns='jabber:iq:roster'/></iq>", id))
	answer := a.Expect(a.t, Patience, "roster", Answering(id))
	items := map[string]*Element{}
	if query := answer.Child("jabber:iq:roster", "query"); query != nil {
		for _, item := range query.Children {
			items[item.Attr("jid")] = item
		}
	}
	return items
}

// Quit logs out and stays away.
func (a *Agent) Quit() { a.order(map[string]string{"do": "quit"}) }

// Kill ends the client's program at once, as a crash does.
func (a *Agent) Kill() { a.proc.kill() }

// NewID returns an id that this account has not used.
func (a *Agent) NewID() string { return fmt.Sprintf("%s-%d", a.JID[:1], a.lastID.Add(1)) }
