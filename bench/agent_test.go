//go:build bench

package bench_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// agent is an account that answers every message with its own text. It is
// written by hand so that the load generator's core is not spent on it.
type agent struct {
	conn net.Conn
	in   *xml.Decoder
	done chan struct{}
	hint string // ends every answer
}

// noStore asks the server not to keep a message (XEP-0334).
const noStore = "<no-store xmlns='urn:xmpp:hints'/>"

// login makes the account, logs it in and lets it echo until t ends.
func login(t *testing.T, s *peers.Server, hint string) *agent {
	t.Helper()
	s.AddAccount(agentName, "pw")
	conn, err := net.Dial("tcp", s.C2SAddr)
	if err != nil {
		t.Error(err)
		return nil
	}
	a := &agent{conn, xml.NewDecoder(conn), make(chan struct{}), hint}
	if err := a.enter(); err != nil {
		t.Errorf("log the agent in: %v", err)
		return nil
	}
	go a.echo()
	t.Cleanup(func() {
		_ = conn.Close()
		<-a.done
	})
	return a
}

const streamStart = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'" +
	" version='1.0' to='" + peers.Host + "'>"

// enter logs in, binds, keeps its messages out of the server's archive and is
// available.
func (a *agent) enter() error {
	_ = a.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	password := base64.StdEncoding.EncodeToString([]byte("\x00" + agentName + "\x00pw"))
	steps := [][2]string{
		{streamStart, "features"},
		{"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + password + "</auth>", "success"},
		{streamStart, "features"},
		{"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>", "iq"},
		{"<iq type='set' id='m'><prefs xmlns='urn:xmpp:mam:2' default='never'><always/><never/></prefs></iq>", "iq"},
		{"<presence><priority>5</priority></presence>", "presence"},
	}
	for _, step := range steps {
		if _, err := a.conn.Write([]byte(step[0])); err != nil {
			return err
		}
		if step[0] == streamStart {
			a.in = xml.NewDecoder(a.conn)
		}
		if err := a.await(step[1]); err != nil {
			return fmt.Errorf("await %s: %w", step[1], err)
		}
	}
	return a.conn.SetReadDeadline(time.Time{})
}

// stanza is what the agent looks at.
type stanza struct {
	From string `xml:"from,attr"`
	Type string `xml:"type,attr"`
	ID   string `xml:"id,attr"`
	Body string `xml:"body"`
}

// next reads the next element of the stream.
func (a *agent) next() (string, stanza, error) {
	for {
		token, err := a.in.Token()
		if err != nil {
			return "", stanza{}, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local == "stream" {
			continue
		}
		var s stanza
		err = a.in.DecodeElement(&s, &start)
		return start.Name.Local, s, err
	}
}

func (a *agent) await(name string) error {
	for {
		got, s, err := a.next()
		switch {
		case err != nil:
			return err
		case got == "failure" || got == name && name == "iq" && s.Type == "error" && s.ID == "b":
			return fmt.Errorf("refused")
		case got == name:
			return nil
		}
	}
}

// echo answers until the connection is closed.
func (a *agent) echo() {
	defer close(a.done)
	for {
		name, s, err := a.next()
		if err != nil {
			return
		}
		switch {
		case name == "presence" && s.Type == "subscribe":
			a.write("<presence type='subscribed' to='%s'/>", s.From)
		case name == "message" && s.Body != "" && s.Type != "error":
			a.write("<message type='chat' to='%s'><body>%s</body>"+a.hint+"</message>", s.From, s.Body)
		case name == "iq" && (s.Type == "get" || s.Type == "set"):
			a.write("<iq type='error' to='%s' id='%s'><error type='cancel'>"+
				"<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", s.From, s.ID)
		}
	}
}

func (a *agent) write(format string, args ...any) {
	for i, arg := range args {
		args[i] = peers.Escape(arg.(string))
	}
	_, _ = fmt.Fprintf(a.conn, format, args...)
}
