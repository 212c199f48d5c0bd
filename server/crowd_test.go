package server

import (
	"fmt"
	"sync"
	"testing"

	"frontdesk/config"
	"frontdesk/internal/peers"
	"frontdesk/roster"
)

// TestCrowd lets 200 visitors come at once to 20 seats: no agent ever has more
// than her capacity, everybody else waits, nobody is lost.
func TestCrowd(t *testing.T) {
	const visitors, agents, each = 200, 4, 5
	s := play(t, with(func(c *config.Config) { c.Chat.MaxWaiting = visitors }))
	for _, name := range []string{"alice", "bob", "carol", "dora"} {
		s.hire(name, each)
	}
	crowd := s.rush(visitors)
	s.fills(agents, each, visitors)

	// Half of the served end their chats, all at once; the seats are taken again.
	var leaving sync.WaitGroup
	ended := 0
	for jid, agent := range s.served() {
		if v := crowd[jid]; agent != "" && ended < agents*each/2 {
			ended++
			leaving.Go(func() { v.Typing(support, "gone") })
		}
	}
	leaving.Wait()
	s.fills(agents, each, visitors-ended)
	s.shownAtMost(each)
}

// rush opens n visitors' pages at once; each says one thing.
func (s *stage) rush(n int) map[string]*peers.Visitor {
	s.Helper()
	all := make([]*peers.Visitor, n)
	var arriving sync.WaitGroup
	for i := range n {
		arriving.Go(func() {
			v, err := peers.OpenVisit(s.Context(), s.url("/http-bind"), testDomain, "")
			if err != nil {
				s.Errorf("visitor %d: %v", i, err)
				return
			}
			all[i] = v
			v.Available()
			v.Say(support, fmt.Sprint("hello from ", i))
		})
	}
	arriving.Wait()
	byJID := map[string]*peers.Visitor{}
	for _, v := range all {
		if v == nil {
			s.FailNow()
		}
		s.Cleanup(v.Hang)
		byJID[v.Bare()] = v
	}
	return byJID
}

// served maps the visitors of open chats to their agents, "" while they wait.
func (s *stage) served() map[string]string {
	s.Helper()
	chats, err := s.server.desk.Chats(s.Context(), false)
	if err != nil {
		s.Fatal(err)
	}
	open := map[string]string{}
	for _, c := range chats {
		open[string(c.Visitor)] = string(c.Agent)
	}
	return open
}

// fills waits until every seat is taken and all others wait, and looks at the
// seats all the while.
func (s *stage) fills(agents, each, visitors int) {
	s.Helper()
	s.until("all seats taken", func() error {
		open, by := s.served(), map[string]int{}
		for _, agent := range open {
			by[agent]++
		}
		waiting := by[""]
		delete(by, "")
		for agent, n := range by {
			if n > each {
				s.Fatalf("%s has %d chats, more than %d", agent, n, each)
			}
		}
		return unless(len(open) == visitors && waiting == visitors-agents*each && len(by) == agents,
			"%d open, %d waiting, %v", len(open), waiting, by)
	})
	infos, err := s.agents()
	if err != nil {
		s.Fatal(err)
	}
	for _, info := range infos {
		if info.Chats != each || info.Presence != roster.Available {
			s.Errorf("agent %+v", info)
		}
	}
}

// shownAtMost reads the stanzas of the whole day: visitors whom an agent saw
// at one time are no more than her seats.
func (s *stage) shownAtMost(each int) {
	s.Helper()
	now := map[string]map[string]bool{}
	for _, stanza := range s.link.Received() {
		agent, visitor := stanza.Attr("to"), peers.Bare(stanza.Attr("from"))
		if !stanza.Has("<presence") || visitor == testDomain {
			continue
		}
		if now[agent] == nil {
			now[agent] = map[string]bool{}
		}
		switch stanza.Attr("type") {
		case "":
			now[agent][visitor] = true
		case "unavailable":
			delete(now[agent], visitor)
		}
		if len(now[agent]) > each {
			s.Fatalf("%s saw %d visitors at one time", agent, len(now[agent]))
		}
	}
	if len(now) == 0 {
		s.Error("nobody was shown to anybody")
	}
}
