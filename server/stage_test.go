package server

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/admin"
	"frontdesk/command"
	"frontdesk/config"
	"frontdesk/desk"
	"frontdesk/internal/peers"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

const (
	testDomain = "chat.localhost"
	testSecret = "n3ver-t0ld"
	support    = "support@" + testDomain
	soon       = 20 * time.Second
)

// stage is a whole server with a fake XMPP server behind it and visitors who
// speak real BOSH in front.
type stage struct {
	testing.TB

	cfg    config.Config
	server *Server
	xmpp   *xmpptest.Server
	link   *xmpptest.Peer // the server's end of the component link
	log    *lockedText

	patience time.Duration // for what is only a matter of computing
	pipes    *pipes        // of visitors, in a bubble
}

// option changes a stage before it starts.
type option func(*stage)

// with changes the configuration.
func with(change func(*config.Config)) option { return func(s *stage) { change(&s.cfg) } }

// newStage sets a stage that does not play yet.
func newStage(t testing.TB, options ...option) *stage {
	t.Helper()
	s := &stage{
		TB: t, cfg: testConfig(t), log: &lockedText{}, patience: peers.Patience,
		xmpp: &xmpptest.Server{Domain: testDomain, Secret: testSecret},
	}
	s.server = &Server{version: "test", log: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	s.server.seams.dial = s.xmpp.Dial
	for _, change := range options {
		change(s)
	}
	if err := s.cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	s.server.cfg = s.cfg
	return s
}

// testConfig is the default configuration, without limits on one address and
// with everything in a directory of its own.
func testConfig(t testing.TB) config.Config {
	t.Helper()
	dir, err := os.MkdirTemp("", "server-") //nolint:usetesting // short: a socket's path is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cfg := config.Defaults()
	cfg.XMPP.Domain, cfg.XMPP.Secret = testDomain, testSecret
	cfg.HTTP.Listen = "127.0.0.1:0"
	cfg.Store.URL = "sqlite://" + filepath.Join(dir, "frontdesk.db")
	cfg.Admin.Socket = filepath.Join(dir, "run", "admin.sock")
	cfg.Limits.SessionsPerAddress, cfg.Limits.CreationsPerSecond = 0, 0
	return cfg
}

// play starts a stage on the loopback interface and waits for its link.
func play(t testing.TB, options ...option) *stage {
	t.Helper()
	s := newStage(t, options...)
	if err := s.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	s.connect()
	return s
}

// connect waits until the link is up, and the desk knows.
func (s *stage) connect() {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), s.patience)
	defer cancel()
	link, err := s.xmpp.Accept(ctx)
	if err != nil {
		s.Fatalf("no link came: %v\n%s", err, s.log)
	}
	s.link = link
	s.until("link up", func() error {
		status, err := s.server.desk.Status(s.Context())
		if err == nil && !status.Link {
			err = fmt.Errorf("status %+v\n%s", status, s.log)
		}
		return err
	})
}

// stop ends the server, then its XMPP server.
func (s *stage) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	if err := s.server.Stop(ctx); err != nil {
		s.Errorf("stop: %v", err)
	}
	s.xmpp.Close()
}

func (s *stage) until(what string, try func() error) {
	s.Helper()
	peers.Until(s, s.patience, what, try)
}

// url is a path of the visitors' side.
func (s *stage) url(path string) string { return "http://" + s.server.Addr() + path }

// admin is a client of the admin socket.
func (s *stage) admin() *admin.Client { return admin.NewClient(s.cfg.Admin.Socket) }

// order gives an order over the admin socket.
func (s *stage) order(name string, in command.Input) error {
	v, err := command.Find(name)
	if err == nil {
		_, err = s.admin().Call(s.Context(), v, in)
	}
	return err
}

// status asks for the desk in numbers over the admin socket.
func (s *stage) status() (command.Status, error) {
	return admin.Ask[command.Status](s.Context(), s.admin(), "status", nil)
}

// hire makes an agent of the queue support who is online; the name is that of
// the address with a capital letter.
func (s *stage) hire(name string, capacity int) *agent {
	s.Helper()
	a := &agent{s, name + "@localhost"}
	err := s.server.desk.Order(s.Context(), desk.AddAgent{Agent: roster.Agent{
		JID: roster.AgentJID(a.jid), Name: strings.ToUpper(name[:1]) + name[1:],
		Queues: []string{"support"}, Capacity: capacity,
	}})
	if err != nil {
		s.Fatal(err)
	}
	a.presence("")
	s.seen(a, roster.Available)
	return a
}

// agents returns the agents as the desk has them.
func (s *stage) agents() (all []desk.AgentInfo, err error) {
	err = s.server.desk.Look(s.Context(), func(d *desk.Desk) { all = d.Agents() })
	return all, err
}

// seen waits until the desk sees an agent so.
func (s *stage) seen(a *agent, show roster.Show) {
	s.Helper()
	s.until(a.jid+" is "+show.String(), func() error {
		all, err := s.agents()
		for _, info := range all {
			if string(info.Agent.JID) == a.jid && info.Presence == show {
				return nil
			}
		}
		return fmt.Errorf("agents %+v: %w", all, err)
	})
}

// visit opens a visitor's page over BOSH.
func (s *stage) visit() *peers.Visitor {
	s.Helper()
	v, _ := s.visitBy()
	return v
}

// agent is an account with one client, played by the fake XMPP server.
type agent struct {
	*stage

	jid string
}

// presence sends presence with a show; "unavailable" is a type.
func (a *agent) presence(show string) {
	inside, kind := "", ""
	switch show {
	case "":
	case "unavailable":
		kind = " type='unavailable'"
	default:
		inside = "<show>" + show + "</show>"
	}
	a.link.Send(fmt.Sprintf("<presence from='%s/c' to='%s'%s>%s</presence>", a.jid, testDomain, kind, inside))
}

// says sends a message to a visitor and asks for a receipt.
func (a *agent) says(visitor, id, text string) {
	a.link.Send(fmt.Sprintf("<message from='%s/c' to='%s' type='chat' id='%s'><body>%s</body>"+
		"<request xmlns='urn:xmpp:receipts'/></message>", a.jid, visitor, id, text))
}

// expect waits for a stanza to the agent that has all parts; earlier ones are
// forgotten.
func (a *agent) expect(parts ...string) xmpptest.Stanza {
	a.Helper()
	ctx, cancel := context.WithTimeout(a.Context(), a.patience)
	defer cancel()
	got, err := a.link.Expect(ctx, append(parts, ` to="`+a.jid)...)
	if err != nil {
		a.Fatalf("%s: %v\n%s", a.jid, err, a.log)
	}
	return got
}

// talks opens a chat that the agent gets.
func (a *agent) talks(text string) *peers.Visitor {
	a.Helper()
	v := a.visit()
	v.Say(support, text)
	a.expect("<body>"+text+"</body>", v.Bare())
	return v
}

// lockedText is a log that several goroutines write and the test reads.
type lockedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// xmppPort serves a fake XMPP server on a loopback port and returns it.
func xmppPort(t testing.TB, x *xmpptest.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			x.Serve(c)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		accepting.Wait()
		x.Close()
	})
	return l.Addr().String()
}

// unless is an error with this text, nil when ok.
func unless(ok bool, text string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(text, args...)
}
