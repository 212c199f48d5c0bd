package server

import (
	"maps"
	"slices"

	"frontdesk/internal/peers"
	"frontdesk/internal/scenario"
	"frontdesk/internal/xmpptest"
	"frontdesk/roster"
)

// sights are what has come to people as stanzas, in a play's words.
type sights struct {
	all     []scenario.Sight
	pages   map[string]*openPage   // that are open, by name
	names   map[string]string      // of visitors, by their bare addresses
	shows   map[string]roster.Show // of agents, as their server knows them
	texts   map[string]string      // of messages, by the id that receipts name
	heard   map[string]string      // ids of visitors' words, by agent and text
	reading *xmpptest.Peer         // that is read
	linked  int                    // stanzas of it that were read
}

// openPage is a visitor's page, and how much of what it has got was read.
type openPage struct {
	*peers.Visitor
	got int
}

func newSights() sights {
	return sights{
		pages: map[string]*openPage{}, names: map[string]string{}, shows: map[string]roster.Show{},
		texts: map[string]string{}, heard: map[string]string{},
	}
}

func (s *sights) see(one scenario.Sight) { s.all = append(s.all, one) }

func (s *sights) take() []scenario.Sight {
	all := s.all
	s.all = nil
	return all
}

// read reads what has come since the last time. It returns the agents who are
// online and whose presence the desk asks for.
func (s *sights) read(link *xmpptest.Peer) (probed []string) {
	if link != s.reading {
		s.reading, s.linked = link, 0
	}
	received := link.Received()
	for _, raw := range received[s.linked:] {
		e, err := peers.Parse(string(raw))
		if err != nil {
			continue
		}
		stanza := peers.Stanza{Element: e, Kind: e.Name.Local}
		if agent := roster.AgentJID(peers.Bare(e.Attr("to"))).Local(); stanza.Show() == "probe" {
			if s.shows[agent] != roster.Unavailable {
				probed = append(probed, agent)
			}
		} else {
			s.toAgent(agent, stanza)
		}
	}
	s.linked = len(received)
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		v := s.pages[name]
		got := v.All(func(peers.Stanza) bool { return true })
		for _, stanza := range got[v.got:] {
			s.toPage(name, v, stanza)
		}
		v.got = len(got)
	}
	return probed
}

// toAgent is a stanza of the desk to an agent.
func (s *sights) toAgent(agent string, got peers.Stanza) {
	of := s.names[got.FromBare()]
	switch {
	case got.Kind == "iq":
		s.contact(agent, got)
	case got.Kind == "presence" && of != "":
		s.see(scenario.Sight{To: agent, Kind: scenario.Presence, Of: of, Text: showSeen(got)})
	case got.Kind != "message" || got.Attr("type") == "headline":
	case got.Condition() != "":
		s.see(scenario.Sight{To: agent, Kind: scenario.Refusal, Text: got.Condition()})
	case got.Body() == "":
		s.signal(agent, of, got)
	case got.Child("urn:xmpp:hints", "no-store") != nil:
		s.see(scenario.Sight{To: agent, Kind: scenario.Notice, Of: of, Text: got.Body()})
		if got.State() == "gone" {
			s.see(scenario.Sight{To: agent, Kind: scenario.End, Of: of})
		}
	default:
		s.heard[agent+got.Body()] = got.Attr("id")
		s.see(scenario.Sight{To: agent, Kind: scenario.Words, Of: of, Text: got.Body()})
	}
}

// contact is a change of a contact list.
func (s *sights) contact(agent string, got peers.Stanza) {
	item := got.Child("jabber:iq:roster", "query").Child("", "item")
	of := s.names[item.Attr("jid")]
	switch {
	case of == "":
	case item.Attr("subscription") == "remove":
		s.see(scenario.Sight{To: agent, Kind: scenario.Contact, Of: of, Text: "loses"})
	default:
		s.see(scenario.Sight{To: agent, Kind: scenario.Contact, Of: of})
	}
}

// toPage is a stanza to a page.
func (s *sights) toPage(name string, v *openPage, got peers.Stanza) {
	display := peers.Resource(got.From())
	switch {
	case got.FromBare() == v.Bare():
	case got.Condition() != "":
		s.see(scenario.Sight{To: name, Kind: scenario.Refusal, Text: got.Condition()})
	case got.Kind == "iq":
		if position := got.Child("", "queue-status").ChildText("position"); position != "" {
			s.see(scenario.Sight{To: name, Kind: scenario.Place, Text: position})
		}
	case got.Kind == "presence":
		of := roster.VisitorJID(got.FromBare()).Local()
		if display != "" {
			of = scenario.AgentCalled(display)
		}
		s.see(scenario.Sight{To: name, Kind: scenario.Presence, Of: of, Text: showSeen(got)})
	case got.Kind != "message":
	case got.Body() == "":
		s.signal(name, scenario.AgentCalled(display), got)
	case display == "":
		s.see(scenario.Sight{To: name, Kind: scenario.Notice, Text: got.Body()})
	default:
		s.see(scenario.Sight{To: name, Kind: scenario.Words, Of: scenario.AgentCalled(display), Text: got.Body()})
	}
}

// signal is a message without text.
func (s *sights) signal(to, from string, got peers.Stanza) {
	if receipt := got.Child("urn:xmpp:receipts", "received"); receipt != nil {
		s.see(scenario.Sight{To: to, Kind: scenario.Receipt, Text: s.texts[receipt.Attr("id")]})
	}
	switch got.State() {
	case "composing":
		s.see(scenario.Sight{To: to, Kind: scenario.Typing, Of: from})
	case "paused":
		s.see(scenario.Sight{To: to, Kind: scenario.Typing, Of: from, Text: "stop"})
	}
}

// showSeen is a presence in a play's words.
func showSeen(got peers.Stanza) string {
	switch got.Show() {
	case "available", "chat":
		return "online"
	case "away", "xa":
		return "away"
	case "dnd":
		return "busy"
	}
	return "offline"
}
