// Package peers starts the programs that frontdesk meets in real life, for
// tests: XMPP servers (Prosody, ejabberd), agents (slixmpp), a browser
// (Chromium), reverse proxies (nginx, Caddy), visitors who speak BOSH
// (XEP-0124) or WebSocket (RFC 7395), links that break ([Relay], [Network]) and
// frontdesk itself as a child process.
//
// Everything runs in a temporary directory on free loopback ports and is
// killed when the test ends. A program that is not installed fails the test
// with the command that installs it; nothing is ever skipped.
package peers

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os/exec"
	"testing"
	"time"
)

// Names that every server of this package uses.
const (
	Host          = "localhost"      // where the accounts are
	Domain        = "chat.localhost" // the component's
	AnonymousHost = "anon.localhost" // SASL ANONYMOUS on the server's own BOSH
	Secret        = "component-secret"
)

// Patience is how long tests wait for what is only a matter of computing. It is
// no statement about how long that takes: a machine may be slow and busy.
const Patience = time.Minute

// Each runs test once for every kind of server, as a subtest with its name.
func Each(t *testing.T, test func(t *testing.T, s *Server), options ...Option) {
	t.Helper()
	t.Run("prosody", func(t *testing.T) { test(t, Prosody(t, options...)) })
	t.Run("ejabberd", func(t *testing.T) { test(t, Ejabberd(t, options...)) })
}

// Until calls try until it returns nil; when it has not within the time given
// the test fails with its last error.
func Until(t testing.TB, within time.Duration, what string, try func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := poll(ctx, try); err != nil {
		t.Fatalf("%s: not within %v: %v", what, within, err)
	}
}

// poll calls try every 20 ms until it returns nil or ctx ends; the error is
// the last one of try.
func poll(ctx context.Context, try func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// FreeAddr returns a loopback address nobody listens on, outside the range
// that outgoing connections take their ports from.
func FreeAddr(t testing.TB) string {
	t.Helper()
	return freeAddrs(t, 1)[0]
}

// freeAddrs returns n different addresses like [FreeAddr].
func freeAddrs(t testing.TB, n int) (addrs []string) {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 15000+rand.IntN(17000))
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		defer l.Close() // taken until all are found
		if addrs = append(addrs, addr); len(addrs) == n {
			return addrs
		}
	}
	t.Fatal("no free port found")
	return nil
}

// find returns the path of a program or fails the test with the remedy.
func find(t testing.TB, program, packages string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is not installed: apt-get install %s", program, packages)
	}
	return path
}

// listening returns nil when addr takes connections.
func listening(addr string) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return err
	}
	return conn.Close()
}
