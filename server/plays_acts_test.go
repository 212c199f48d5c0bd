package server

import (
	"errors"
	"fmt"

	"frontdesk/internal/peers"
	"frontdesk/internal/scenario"
	"frontdesk/roster"
)

// stanzaShow is a presence as [agent.presence] sends it.
func stanzaShow(show roster.Show) string {
	if show == roster.Available {
		return ""
	}
	return show.String()
}

// agentDoes is what an agent's client or server does.
func (p *played) agentDoes(act scenario.Act) error {
	if x, ok := act.(scenario.Appears); ok {
		p.seen.shows[x.Agent] = scenario.ShowNamed(x.Show)
		if !p.cut {
			p.playing(x.Agent).presence(stanzaShow(p.seen.shows[x.Agent]))
		}
		return nil
	}
	if p.cut {
		return errors.New("there is no link for it")
	}
	switch x := act.(type) {
	case scenario.Answers:
		id := p.id("a")
		p.seen.texts[id] = x.Text
		p.playing(x.Agent).says(string(p.visitor(x.Visitor)), id, peers.Escape(x.Text))
	case scenario.AgentTypes:
		p.sends(x.Agent, x.Visitor, "<%s xmlns='http://jabber.org/protocol/chatstates'/>", chatState(x.Stops))
	case scenario.AgentGoes:
		p.sends(x.Agent, x.Visitor, "<gone xmlns='http://jabber.org/protocol/chatstates'/>")
	case scenario.Confirms:
		p.sends(x.Agent, x.Visitor, "<received xmlns='urn:xmpp:receipts' id='%s'/>", p.seen.heard[x.Agent+x.Text])
	case scenario.Blocks:
		p.link.Send(fmt.Sprintf("<message from='%s' to='%s' type='error' id='%s'><error type='cancel'>"+
			"<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
			scenario.AgentJID(x.Agent), p.visitor(x.Visitor), p.seen.heard[x.Agent+x.Text]))
	case scenario.Probes:
		p.link.Send(fmt.Sprintf("<presence from='%s/c' to='%s' type='probe'/>", scenario.AgentJID(x.Agent), p.visitor(x.Visitor)))
	}
	return nil
}

// sends sends a message without text to a visitor.
func (p *played) sends(agent, visitor, format string, args ...any) {
	p.link.Send(fmt.Sprintf("<message from='%s/c' to='%s' type='chat'>%s</message>",
		scenario.AgentJID(agent), p.visitor(visitor), fmt.Sprintf(format, args...)))
}

func chatState(stops bool) string {
	if stops {
		return "paused"
	}
	return "composing"
}

// visitorDoes is what a visitor's page does.
func (p *played) visitorDoes(act scenario.Act) error {
	switch x := act.(type) {
	case scenario.Opens:
		return p.opens(x)
	case scenario.Leaves:
		return p.onPage(x.Page, func(v *openPage) error {
			delete(p.seen.pages, x.Page)
			return v.Terminate(p.Context(), "")
		})
	case scenario.Loses:
		return p.onPage(x.Page, func(v *openPage) error { v.Hang(); return nil })
	case scenario.Finds:
		return p.onPage(x.Page, func(v *openPage) error { v.Poll(); return nil })
	case scenario.Says:
		return p.onPage(x.Page, func(v *openPage) error { p.visitorSays(v, x); return nil })
	case scenario.VisitorTypes:
		return p.onPage(x.Page, func(v *openPage) error { v.Typing(x.Queue+"@"+testDomain, chatState(x.Stops)); return nil })
	case scenario.Ends:
		if x.Gone {
			return p.onPage(x.Page, func(v *openPage) error { v.Typing(testDomain, "gone"); return nil })
		}
		return p.asks(x.Page, "set", testDomain, "depart-queue")
	case scenario.AsksPlace:
		return p.asks(x.Page, "get", x.Queue+"@"+testDomain, "queue-status")
	}
	return fmt.Errorf("this stage cannot do %T", act)
}

func (p *played) onPage(name string, f func(*openPage) error) error {
	if p.seen.pages[name] == nil {
		return fmt.Errorf("the page of %s is not open", name)
	}
	return f(p.seen.pages[name])
}

func (p *played) visitorSays(v *openPage, x scenario.Says) {
	to, id := x.Queue+"@"+testDomain, p.id("v")
	if x.Agent != "" {
		to += "/" + scenario.DisplayName(x.Agent)
	}
	p.seen.texts[id] = x.Text
	v.Send(fmt.Sprintf("<message xmlns='jabber:client' to='%s' type='chat' id='%s'><body>%s</body>"+
		"<request xmlns='urn:xmpp:receipts'/></message>", to, id, peers.Escape(x.Text)))
}

// asks is a request to a queue (XEP-0142 §4).
func (p *played) asks(name, kind, to, what string) error {
	return p.onPage(name, func(v *openPage) error {
		v.Send(fmt.Sprintf("<iq xmlns='jabber:client' type='%s' id='%s' to='%s'><%s xmlns='http://jabber.org/protocol/workgroup'/></iq>",
			kind, p.id("asks"), to, what))
		return nil
	})
}
