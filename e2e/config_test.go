//go:build integration

package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationCheck looks at real servers before the daemon runs, and
// beside it.
func TestIntegrationCheck(t *testing.T) {
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		desk := peers.NewFrontdesk(t, server.ComponentAddr, nil)
		checked(t, desk, 0, `ok +xmpp\.server: `, `ok +xmpp\.secret: `, `ok +xmpp\.domain: no other process`,
			`ok +privileges of localhost: roster both`, `(?i)ok +version of localhost: (warning: )?`+server.Name, `ok +second link: `)
		for problem, settings := range map[string]map[string]string{
			`xmpp\.secret: stream error not-authorized`:                {"xmpp.secret": `"wrong"`},
			`xmpp\.secret: stream error (host-unknown|not-authorized)`: {"xmpp.domain": `"x.localhost"`},
			`http\.listen: .*in use`:                                   {"http.listen": `"` + server.HTTPAddr + `"`},
		} {
			desk.Configure(server.ComponentAddr, settings)
			checked(t, desk, 4, "PROBLEM "+problem)
		}
		desk.Configure(peers.FreeAddr(t), nil)
		checked(t, desk, 4, `PROBLEM xmpp\.server: .*refused`)

		desk.Configure(server.ComponentAddr, nil)
		desk.Start()
		s := &stage{T: t, server: server, desk: desk}
		s.hire("alice", 1)
		before := s.status()
		checked(t, desk, 0, `ok +xmpp\.server: .*not tried beside it`, `ok +agent alice@localhost: available`)
		if after := s.status(); !after.Link || after.LinkID != before.LinkID {
			t.Errorf("the check moved the link from %+v to %+v", before, after)
		}

		// A second frontdesk on the domain sees that it is one, and leaves it alone.
		second := peers.NewFrontdesk(t, server.ComponentAddr, nil)
		checked(t, second, 4, `PROBLEM xmpp\.domain: `)
		if after := s.status(); !after.Link || after.LinkID != before.LinkID {
			t.Errorf("the second one's check moved the link from %+v to %+v", before, after)
		}
	})
}

// checked runs `frontdesk check` and looks for lines.
func checked(t *testing.T, desk *peers.Frontdesk, want int, lines ...string) {
	t.Helper()
	out, problems, code := desk.Run("check")
	if code != want {
		t.Errorf("exit code %d, want %d\n%s%s", code, want, out, problems)
	}
	if strings.Contains(out+problems, peers.Secret) {
		t.Errorf("the secret is shown:\n%s%s", out, problems)
	}
	for _, line := range lines {
		if !regexp.MustCompile(`(?m)^` + line).MatchString(out) {
			t.Errorf("no line %q in\n%s", line, out)
		}
	}
}
