package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/queue"
	"frontdesk/roster"
)

// visitorPrefix begins the addresses of visitors.
const visitorPrefix = "visitor-"

const (
	resource = "c"            // of every agent's one client
	network  = "192.0.2.1/32" // of every visitor
)

func visitorJID(name string) roster.VisitorJID {
	return roster.VisitorJID(visitorPrefix + name + "@" + Domain)
}

var errLink = errors.New("there is no link for it")

// Do implements [Stage].
func (s *deskStage) Do(act Act) error {
	switch x := act.(type) {
	case Hires:
		return s.hires(x)
	case AddsQueue:
		return s.order(desk.AddQueue{Queue: queue.Queue{Name: x.Queue}})
	case AdminCloses:
		return s.order(desk.CloseChat{Visitor: visitorJID(x.Visitor), Reason: chat.AdminEnded})
	case AdminLooks:
		s.adminLooks()
	case Link:
		s.link(x.Up)
	case Restarts:
		s.restart()
	case Store:
		s.does = x.Does
		s.settle()
	case Appears, Answers, AgentTypes, AgentGoes, Confirms, Blocks, Probes:
		return s.agentDoes(act)
	default:
		return s.visitorDoes(act)
	}
	return nil
}

func (s *deskStage) hires(x Hires) error {
	jid := AgentJID(x.Agent)
	if _, known := s.agents[jid]; known {
		return s.order(desk.SetAgent{JID: jid, Patch: roster.AgentPatch{Queues: &x.Queues, Capacity: &x.Seats}})
	}
	s.agent(jid)
	return s.order(desk.AddAgent{Agent: roster.Agent{
		JID: jid, Name: DisplayName(x.Agent), Queues: x.Queues, Capacity: x.Seats,
	}})
}

func presenceOf(agent roster.AgentJID, show roster.Show) desk.AgentPresence {
	return desk.AgentPresence{Agent: agent, Resource: resource, Presence: roster.Presence{Show: show}}
}

// agentDoes is what an agent does. Without a link only her own server knows of
// it.
func (s *deskStage) agentDoes(act Act) error {
	if x, ok := act.(Appears); ok {
		s.agent(AgentJID(x.Agent)).show = ShowNamed(x.Show)
	} else if !s.up {
		return errLink
	}
	if !s.up {
		return nil
	}
	switch x := act.(type) {
	case Appears:
		s.post(presenceOf(AgentJID(x.Agent), ShowNamed(x.Show)))
	case Answers:
		id := fmt.Sprintf("a-%d", len(s.texts))
		s.texts[id] = x.Text
		s.agentSays(x.Agent, x.Visitor, chat.Message{ID: id, Text: x.Text, WantReceipt: true})
	case AgentTypes:
		s.agentSays(x.Agent, x.Visitor, chat.Message{Typing: typing(x.Stops)})
	case AgentGoes:
		s.agentSays(x.Agent, x.Visitor, chat.Message{Typing: chat.TypingGone})
	case Confirms:
		s.agentSays(x.Agent, x.Visitor, chat.Message{Receipt: s.agent(AgentJID(x.Agent)).heard[x.Text]})
	case Blocks:
		s.post(desk.AgentBounced{
			Agent: AgentJID(x.Agent), Visitor: visitorJID(x.Visitor),
			ID: s.agent(AgentJID(x.Agent)).heard[x.Text], Condition: "service-unavailable",
		})
	case Probes:
		s.post(desk.AgentProbes{Agent: AgentJID(x.Agent), Resource: resource, Visitor: visitorJID(x.Visitor)})
	}
	return nil
}

func (s *deskStage) agentSays(agent, visitor string, m chat.Message) {
	s.post(command.Read(desk.AgentSays{
		Agent: AgentJID(agent), Resource: resource, Visitor: visitorJID(visitor), Message: m,
	}))
}

func typing(stops bool) chat.Typing {
	if stops {
		return chat.TypingPaused
	}
	return chat.TypingComposing
}

// visitorDoes is what a visitor's page does.
func (s *deskStage) visitorDoes(act Act) error {
	switch x := act.(type) {
	case Opens:
		return s.opens(x)
	case Leaves:
		return s.leaves(x.Page)
	case Loses:
		return s.net(x.Page, false)
	case Finds:
		return s.net(x.Page, true)
	case Says:
		id := fmt.Sprintf("v-%d", len(s.texts))
		s.texts[id] = x.Text
		agent := ""
		if x.Agent != "" {
			agent = DisplayName(x.Agent)
		}
		return s.ask(x.Page, desk.Say{
			Queue: x.Queue, AgentName: agent, Message: chat.Message{ID: id, Text: x.Text, WantReceipt: true},
		})
	case VisitorTypes:
		return s.ask(x.Page, desk.Say{Queue: x.Queue, Message: chat.Message{Typing: typing(x.Stops)}})
	case Ends:
		if x.Gone {
			return s.ask(x.Page, desk.Say{Message: chat.Message{Typing: chat.TypingGone}})
		}
		return s.ask(x.Page, desk.Depart{})
	case AsksPlace:
		return s.ask(x.Page, desk.AskPosition{})
	}
	return fmt.Errorf("this stage cannot do %T", act)
}

func (s *deskStage) page(name string) (*deskPage, error) {
	i := slices.IndexFunc(s.pages, func(p *deskPage) bool { return p.name == name })
	if i < 0 {
		return nil, fmt.Errorf("the page of %s is not open", name)
	}
	return s.pages[i], nil
}

func (s *deskStage) opens(x Opens) error {
	if _, err := s.page(x.Page); err == nil {
		return fmt.Errorf("the page of %s is open already", x.Page)
	}
	s.refs++
	p := &deskPage{name: x.Page, tab: desk.Tab{Visitor: visitorJID(x.Visitor), Stream: fmt.Sprintf("%s-%d", x.Page, s.refs)}}
	s.pages = append(s.pages, p)
	s.online(p)
	s.show(p, nil)
	return nil
}

func (s *deskStage) online(p *deskPage) {
	p.live, p.due = true, time.Time{}
	s.post(desk.TabOnline{Tab: p.tab, Network: network, Returning: true})
}

func (s *deskStage) leaves(page string) error {
	p, err := s.page(page)
	if err != nil {
		return err
	}
	s.pages = slices.DeleteFunc(s.pages, func(other *deskPage) bool { return other == p })
	s.post(desk.TabOffline{Tab: p.tab, Ended: true})
	return nil
}

// net takes the net from a page, which counts as offline a little later, or
// gives it back.
func (s *deskStage) net(page string, found bool) error {
	p, err := s.page(page)
	if err != nil {
		return err
	}
	if !found {
		p.live, p.due = false, s.now.Add(s.options.OfflineAfter)
		return nil
	}
	s.online(p)
	waiting := p.waiting
	p.waiting = nil
	for _, d := range waiting {
		s.deliver(p, d)
	}
	s.settle()
	return nil
}

// offlineNext is when the next page counts as offline.
func (s *deskStage) offlineNext() (next time.Time) {
	for _, p := range s.pages {
		next = earliest(next, p.due)
	}
	return next
}

// expire makes pages offline whose time has come.
func (s *deskStage) expire(now time.Time) {
	for _, p := range slices.Clone(s.pages) {
		if !p.due.IsZero() && !p.due.After(now) {
			p.due = time.Time{}
			s.step(desk.TabOffline{Tab: p.tab})
		}
	}
}
