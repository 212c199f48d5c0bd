//go:build integration

package e2e_test

import (
	"fmt"
	"sync"
	"testing"

	"frontdesk/internal/peers"
)

// TestIntegrationCrowd lets 200 visitors come at once to 20 seats.
func TestIntegrationCrowd(t *testing.T) {
	const visitors, seats, each = 200, 20, 5
	peers.Each(t, func(t *testing.T, server *peers.Server) {
		s := set(t, server, map[string]string{"chat.max_waiting": "200"})
		var agents []*peers.Agent
		for _, name := range []string{"alice", "bob", "carol", "dora"} {
			agents = append(agents, s.hire(name, each))
		}
		crowd := s.rush(visitors)
		defer func() { crowd.leave() }()

		peers.Until(t, 3*soon, "all have a chat", func() error {
			active, queued := s.within(each, seats)
			if active != seats || queued != visitors-seats {
				return fmt.Errorf("%d active and %d queued", active, queued)
			}
			return nil
		})
		for _, a := range agents {
			peers.Until(t, soon, a.JID+" is shown her visitors", func() error {
				if n := len(shown(a)); n != each {
					return fmt.Errorf("she is shown %d", n)
				}
				return nil
			})
		}

		// Half of the served end their chats at once; the seats are taken again.
		ended := 0
		for _, row := range s.chats() {
			if v := crowd.find(row.Visitor); row.State == "active" && ended < seats/2 && v != nil {
				v.Typing(support, "gone")
				ended++
			}
		}
		peers.Until(t, soon, "seats are taken again", func() error {
			active, queued := s.within(each, seats)
			if active != seats || queued != visitors-seats-ended {
				return fmt.Errorf("%d active and %d queued after %d ended", active, queued, ended)
			}
			return nil
		})
	})
}

// shown returns the visitors whose presence an agent has been shown.
func shown(a *peers.Agent) map[string]bool {
	visitors := map[string]bool{}
	for _, e := range a.All(func(e peers.Stanza) bool { return e.Kind == "presence" && e.Show() == "available" }) {
		if localOf(e.From()) != "" && e.FromBare() != a.JID {
			visitors[e.FromBare()] = true
		}
	}
	return visitors
}

// within counts the open chats and fails when more seats are taken than there are.
func (s *stage) within(each, seats int) (active, queued int) {
	s.Helper()
	by := map[string]int{}
	for _, row := range s.chats() {
		switch row.State {
		case "active":
			active++
			by[row.Agent]++
		case "queued":
			queued++
		default:
			s.Errorf("chat %+v", row)
		}
	}
	for _, row := range s.agents() {
		if row.Chats > each || by[row.JID] > each || active > seats {
			s.Fatalf("more than capacity: %+v, chats %v", row, by)
		}
	}
	return active, queued
}

// crowd is many visitors.
type crowd struct {
	mu  sync.Mutex
	all []*peers.Visitor
}

// rush opens n visitors' pages at once; each says one thing.
func (s *stage) rush(n int) *crowd {
	s.Helper()
	var c crowd
	var arriving sync.WaitGroup
	for i := range n {
		arriving.Go(func() {
			v, err := peers.OpenVisit(s.Context(), s.desk.BOSHURL(), peers.Domain, "")
			if err != nil {
				s.Errorf("visitor %d: %v", i, err)
				return
			}
			v.Available()
			v.Say(support, fmt.Sprint("hello from ", i))
			c.mu.Lock()
			defer c.mu.Unlock()
			c.all = append(c.all, v)
		})
	}
	arriving.Wait()
	return &c
}

func (c *crowd) find(bare string) *peers.Visitor {
	for _, v := range c.all {
		if v.Bare() == bare {
			return v
		}
	}
	return nil
}

func (c *crowd) leave() {
	for _, v := range c.all {
		v.Hang()
	}
}

// localOf is the localpart of an address, "" for a domain.
func localOf(address string) string {
	for i, r := range address {
		if r == '@' {
			return address[:i]
		}
	}
	return ""
}
