//go:build integration

package e2e_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"frontdesk/internal/peers"
)

// noticed is when the agent has been told of a power cut at the latest.
const noticed = 45 * time.Second

// TestIntegrationPowerCut takes the visitors' network away while they chat:
// neither the end of a connection nor an acknowledgement comes from them any
// more. The agent sees them go, and each goes on over another network, in the
// same chat.
func TestIntegrationPowerCut(t *testing.T) {
	t.Parallel() // it mostly waits
	s := &stage{T: t, server: peers.Prosody(t)}
	cord := s.wire(nil)
	alice := s.hire("alice", 10)
	type dark struct {
		page

		what, chat string
		told       bool // the agent speaks to whom she does not know gone
	}
	var gone []dark
	for _, d := range []dark{
		{what: "WebSocket", page: page{over: overWebSocket()}},
		{what: "BOSH", page: page{over: overBOSH()}},
		{what: "WebSocket, told something", page: page{over: overWebSocket()}, told: true},
		{what: "BOSH, told something", page: page{over: overBOSH()}, told: true},
	} {
		by := &http.Transport{DialContext: cord.dial}
		t.Cleanup(by.CloseIdleConnections)
		d.page = s.comes(t, alice, d.over, by, "http://"+cord.addr)
		d.chat = s.only(d.token.JID).ID
		gone = append(gone, d)
	}

	cord.cut()
	cut, heard := time.Now(), cord.heard()
	for _, d := range gone {
		if d.told {
			alice.Say(d.token.JID, "are you there?")
		}
	}
	for _, d := range gone {
		at := alice.Expect(t, noticed+soon, d.what+": grey", peers.Showing(d.token.JID, "unavailable")).At
		t.Logf("%s: unavailable %v after the cut", d.what, at.Sub(cut).Round(time.Millisecond))
	}
	if now := cord.heard(); now != heard {
		t.Errorf("%d packets came through the cut", now-heard)
	}
	for _, d := range gone {
		back := d.over.open(t, http.DefaultTransport, s.desk.URL(), d.token)
		alice.Expect(t, soon, d.what+": back", peers.Showing(d.token.JID, "available"))
		if d.told {
			back.Expect(t, soon, "what was said meanwhile", peers.Saying("are you there?"))
		}
		back.talk(t, alice, "back")
		if row := s.only(d.token.JID); row.ID != d.chat || row.State != "active" || row.Agent != alice.JID {
			t.Errorf("%s: chat is %+v, was %s", d.what, row, d.chat)
		}
	}
}

// cord is the visitors' way to the desk, until it is cut.
type cord struct {
	addr  string
	dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	cut   func()
	heard func() int // packets that came from them
}

// wire starts the desk at one end of a cord, with the visitors in a network of
// their own; where none can be made, behind a relay that falls silent. A note
// says which.
func (s *stage) wire(settings map[string]string) cord {
	s.Helper()
	s.desk = peers.NewFrontdesk(s, s.server.ComponentAddr, settings)
	n, err := peers.NewNetwork(s)
	if err != nil {
		s.desk.Start()
		relay := peers.NewRelay(s, s.desk.HTTPAddr)
		peers.Note(s, "the cut is a relay's, whose kernel still acknowledges: %v", err)
		return cord{relay.Addr, (&net.Dialer{}).DialContext, relay.Cut, func() int { return 0 }}
	}
	peers.Note(s, "the cut is in a network of its own: nothing is acknowledged")
	_, port, _ := net.SplitHostPort(s.desk.HTTPAddr)
	s.desk.HTTPAddr = net.JoinHostPort(n.Host, port)
	s.desk.Configure(s.server.ComponentAddr, settings)
	s.desk.Start()
	return cord{s.desk.HTTPAddr, n.Dial, func() { s.must(n.Cut()) }, func() int {
		count, err := n.Heard()
		s.must(err)
		return count
	}}
}

func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}
