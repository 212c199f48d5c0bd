package peers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"text/template"
)

// Server is a running XMPP server with the host "localhost" for accounts, the
// component domain "chat.localhost" and BOSH for the anonymous host
// "anon.localhost". Its methods belong to the test's goroutine.
type Server struct {
	Name          string // "prosody" or "ejabberd"
	Version       string
	Privilege     bool   // roster privilege is granted (XEP-0356)
	RosterWorks   bool   // and privileged roster changes really work
	ComponentAddr string // XEP-0114, host:port
	C2SAddr       string // accounts, without TLS
	HTTPAddr      string // the server's own BOSH: http://HTTPAddr/http-bind

	t       testing.TB
	dir     string
	log     string
	command func() *exec.Cmd
	account func(name, password string) error
	version *regexp.Regexp
	proc    *process
}

// Option changes how a server is set up.
type Option func(*setup)

// setup is what the configuration templates see.
type setup struct {
	Dir, Host, Domain, AnonymousHost, Secret string
	ComponentPort, C2SPort, HTTPPort         string
	Privilege                                bool
}

// WithoutPrivilege sets the server up without roster privilege (XEP-0356).
func WithoutPrivilege(s *setup) { s.Privilege = false }

// BOSHURL is where the server's own BOSH is served.
func (s *Server) BOSHURL() string { return "http://" + s.HTTPAddr + "/http-bind" }

// AddAccount makes the account name@localhost.
func (s *Server) AddAccount(name, password string) {
	s.t.Helper()
	if err := s.account(name, password); err != nil {
		s.t.Fatalf("add account %s: %v", name, err)
	}
}

// Stop ends the server as an admin would.
func (s *Server) Stop() { s.proc.stop() }

// Kill ends the server at once (SIGKILL).
func (s *Server) Kill() { s.proc.kill() }

// Start starts a stopped server again, on the same ports and with its accounts,
// and returns when it takes connections.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatalf("%s: %v\n%s", s.Name, err, s.Log())
	}
}

// Restart stops and starts the server.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.Start()
}

// Pause makes the server stand still with all its connections open (SIGSTOP).
func (s *Server) Pause() { _ = s.proc.signal(syscall.SIGSTOP) }

// Resume undoes Pause.
func (s *Server) Resume() { _ = s.proc.signal(syscall.SIGCONT) }

// Log returns what the server has logged so far.
func (s *Server) Log() string { return readFile(s.log) }

func newServer(t testing.TB, name string, options []Option) (*Server, setup) {
	t.Helper()
	dir, err := os.MkdirTemp("", "peers-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	c := setup{Dir: dir, Host: Host, Domain: Domain, AnonymousHost: AnonymousHost, Secret: Secret, Privilege: true}
	for _, option := range options {
		option(&c)
	}
	addrs := freeAddrs(t, 3)
	s := &Server{
		Name: name, Privilege: c.Privilege, t: t, dir: dir, log: filepath.Join(dir, "log"),
		ComponentAddr: addrs[0], C2SAddr: addrs[1], HTTPAddr: addrs[2],
	}
	c.ComponentPort, c.C2SPort, c.HTTPPort = port(s.ComponentAddr), port(s.C2SAddr), port(s.HTTPAddr)
	t.Cleanup(func() {
		if s.proc != nil {
			s.proc.kill()
		}
		_ = os.RemoveAll(dir)
	})
	return s, c
}

// configure writes a configuration file from its template.
func (s *Server) configure(file, text string, c setup) string {
	s.t.Helper()
	var b strings.Builder
	if err := template.Must(template.New(file).Parse(text)).Execute(&b, c); err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.dir, file)
	writeFile(s.t, path, b.String())
	return path
}

// start runs the command and waits until all three ports take connections and
// the version is in the log.
func (s *Server) start() error {
	p, err := startProcess(s.command(), s.log)
	if err != nil {
		return err
	}
	s.proc = p
	ctx, cancel := context.WithTimeout(context.Background(), 2*Patience)
	defer cancel()
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	err = poll(ctx, s.ready)
	if err != nil {
		p.kill()
	}
	return err
}

func (s *Server) ready() error {
	if s.proc.ended() {
		return errors.New("ended at start")
	}
	for _, addr := range []string{s.ComponentAddr, s.C2SAddr, s.HTTPAddr} {
		if err := listening(addr); err != nil {
			return err
		}
	}
	m := s.version.FindStringSubmatch(s.Log())
	if m == nil {
		return fmt.Errorf("no version in its log")
	}
	if s.Version == "" {
		s.Version = m[1]
		s.t.Logf("%s %s", s.Name, s.Version)
	}
	return nil
}

func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }
