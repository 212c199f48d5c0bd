package server

import (
	"fmt"
	"sync"

	"frontdesk/desk"
	"frontdesk/internal/peers"
)

// commitGate is where the store's commits pass just before they are on disk.
type commitGate struct {
	mu      sync.Mutex
	changed sync.Cond
	shut    bool
	fault   error // for the commit that waits
	waiting int
}

// gated puts a gate into a stage.
func gated(g *commitGate) option {
	g.changed.L = &g.mu
	return func(s *stage) { s.server.seams.beforeCommit = g.pass }
}

// pass is called by the store's writer.
func (g *commitGate) pass() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting++
	for g.shut {
		g.changed.Wait()
	}
	g.waiting--
	fault := g.fault
	g.fault = nil
	return fault
}

// hold lets no commit pass from now on.
func (g *commitGate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
}

// entered tells whether a commit waits at the gate.
func (g *commitGate) entered() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut && g.waiting > 0
}

// open lets the commits pass; the one that waits fails when fault is not nil.
func (g *commitGate) open(fault error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut, g.fault = false, fault
	g.changed.Broadcast()
}

// quiet waits until nothing is on its way to the store.
func (s *stage) quiet() {
	s.Helper()
	s.until("everything confirmed", func() error {
		st, err := s.server.desk.Status(s.Context())
		if err == nil && (st.Stats.Outbox > 0 || s.server.store.Stats().Queued > 0) {
			err = fmt.Errorf("%+v", st)
		}
		return err
	})
	if _, err := s.server.desk.Status(s.Context()); err != nil { // after the last commit
		s.Fatal(err)
	}
}

// handled waits until the desk has stepped everything that was posted so far
// and has given it to the store.
func (s *stage) handled() {
	s.Helper()
	for range 2 { // the second is taken in a later round than the first
		before := s.server.desk.Stats().Events
		s.server.desk.Post(desk.TabSettled{Tab: desk.Tab{Visitor: "nobody@" + testDomain}})
		s.until("the desk", func() error {
			return unless(s.server.desk.Stats().Events > before, "no event stepped")
		})
	}
}

// roundTrips proves that the desk, the link and the visitors' side have done
// what they can: each answers something that needs no commit.
func (s *stage) roundTrips(bystander *peers.Visitor) {
	s.Helper()
	s.handled()
	for range 3 {
		id := bystander.NewID()
		bystander.Send(ping(id))
		bystander.Expect(s, soon, "visitor's ping", peers.Answering(id))
	}
	s.link.Send("<iq type='get' id='trip' from='someone@localhost/x' to='" + testDomain + "'><ping xmlns='urn:xmpp:ping'/></iq>")
	s.until("agent's ping", func() error {
		for _, got := range s.link.Received() {
			if got.Has(`id="trip"`, `type="result"`) {
				return nil
			}
		}
		return fmt.Errorf("not answered; received %q", s.link.Received())
	})
}

// ping is a visitor's request that needs no commit (XEP-0199).
func ping(id string) string {
	return "<iq xmlns='jabber:client' type='get' id='" + id + "' to='" + testDomain + "'><ping xmlns='urn:xmpp:ping'/></iq>"
}
