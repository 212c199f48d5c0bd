package scenario

import (
	"fmt"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

// deskEdges do with the desk's effects what happens to them on their way to
// people.
type deskEdges struct {
	sights    []Sight
	answers   []desk.Event // that the edges post
	pages     []*deskPage
	agents    map[roster.AgentJID]*deskAgent
	texts     map[string]string // of messages, by the id that receipts name
	listed    []desk.QueueView
	dismissed uint64
}

// deskPage is a page of a visitor. Words for one that has lost the net wait.
type deskPage struct {
	name    string
	tab     desk.Tab
	live    bool
	due     time.Time // it counts as offline then; zero: no
	waiting []desk.Delivery
}

// deskAgent is an agent's account.
type deskAgent struct {
	show  roster.Show
	heard map[string]string // ids of visitors' words, by the text
}

func newDeskEdges() deskEdges {
	return deskEdges{agents: map[roster.AgentJID]*deskAgent{}, texts: map[string]string{}}
}

func (e *deskEdges) see(s Sight) { e.sights = append(e.sights, s) }

func (e *deskEdges) agent(jid roster.AgentJID) *deskAgent {
	if e.agents[jid] == nil {
		e.agents[jid] = &deskAgent{heard: map[string]string{}}
	}
	return e.agents[jid]
}

func (e *deskEdges) carryOut(effect desk.Effect) {
	switch x := effect.(type) {
	case desk.Answered:
		e.answered(x)
	case desk.Delivered:
		for _, p := range slices.Clone(e.pages) {
			if p.tab.Visitor == x.Visitor && (x.Delivery.Only == "" || x.Delivery.Only == p.tab.Stream) {
				e.deliver(p, x.Delivery)
			}
		}
	case desk.Listed:
		before := e.listed
		e.listed = x.Queues
		for _, p := range e.pages {
			e.show(p, before)
		}
	case desk.Dismissed:
		if !x.All {
			e.dismissed++
		}
		e.pages = slices.DeleteFunc(e.pages, func(p *deskPage) bool {
			return p.tab.Visitor == x.Visitor && (x.All || !p.live)
		})
	case desk.ToAgent:
		e.toAgent(x)
	}
}

func (e *deskEdges) answered(x desk.Answered) {
	to := ""
	for _, p := range e.pages {
		if p.tab == x.Tab {
			to = p.name
		}
	}
	switch {
	case x.Answer.Err != nil:
		e.see(Sight{To: to, Kind: Refusal, Text: x.Answer.Err.Condition})
	case x.Answer.Status != nil:
		e.see(Sight{To: to, Kind: Place, Text: fmt.Sprint(x.Answer.Status.Position)})
	}
}

// deliver brings something to a page, which confirms it. What is not kept is for
// pages alone that count as online.
func (e *deskEdges) deliver(p *deskPage, d desk.Delivery) {
	if !p.live {
		if d.Seq > 0 || !p.due.IsZero() {
			p.waiting = append(p.waiting, d)
		}
		return
	}
	if d.Seq > 0 {
		e.answers = append(e.answers, desk.TabSettled{Tab: p.tab, Seqs: []int64{d.Seq}})
	}
	m, from := d.Message, AgentCalled(d.AgentName)
	switch {
	case m.Text == "":
		e.signal(p.name, from, m)
	case d.Notice || d.Status != nil:
		e.see(Sight{To: p.name, Kind: Notice, Text: m.Text})
	default:
		e.see(Sight{To: p.name, Kind: Words, Of: from, Text: m.Text})
	}
}

// signal is a message without text.
func (e *deskEdges) signal(to, from string, m chat.Message) {
	if m.Receipt != "" {
		e.see(Sight{To: to, Kind: Receipt, Text: e.texts[m.Receipt]})
	}
	switch m.Typing {
	case chat.TypingComposing:
		e.see(Sight{To: to, Kind: Typing, Of: from})
	case chat.TypingPaused:
		e.see(Sight{To: to, Kind: Typing, Of: from, Text: "stop"})
	default:
	}
}

// show brings to a page what has changed in the list of queues.
func (e *deskEdges) show(p *deskPage, before []desk.QueueView) {
	if !p.live {
		return
	}
	was, is := shows(before), shows(e.listed)
	for name, show := range is {
		if old, ok := was[name]; !ok || old != show {
			e.see(Sight{To: p.name, Kind: Presence, Of: name, Text: show})
		}
	}
	for name := range was {
		if _, ok := is[name]; !ok {
			e.see(Sight{To: p.name, Kind: Presence, Of: name, Text: "offline"})
		}
	}
}

// shows are the queues and the agents in them by name.
func shows(queues []desk.QueueView) map[string]string {
	all := map[string]string{}
	for _, q := range queues {
		all[q.Name] = NameOfShow(q.Show)
		for _, a := range q.Agents {
			all[AgentCalled(a.Name)] = NameOfShow(a.Show)
		}
	}
	return all
}

// nameOf is what the play calls a visitor.
func (e *deskEdges) nameOf(v roster.VisitorJID) string { return v.Local()[len(visitorPrefix):] }

// toAgent is for an agent, or for her server.
func (e *deskEdges) toAgent(out desk.ToAgent) {
	switch x := out.(type) {
	case desk.Follow:
		if show := e.agent(x.Agent).show; show != roster.Unavailable {
			e.answers = append(e.answers, presenceOf(x.Agent, show))
		}
	case desk.AddContact:
		e.see(Sight{To: x.Contact.Agent.Local(), Kind: Contact, Of: e.nameOf(x.Contact.Visitor)})
	case desk.RemoveContact:
		e.see(Sight{To: x.Contact.Agent.Local(), Kind: Contact, Of: e.nameOf(x.Contact.Visitor), Text: "loses"})
		e.answers = append(e.answers, desk.LinkConfirmed{Numbers: []int64{x.Outbox}})
	case desk.ShowVisitor:
		e.see(Sight{To: x.Agent.Local(), Kind: Presence, Of: e.nameOf(x.Visitor), Text: NameOfShow(x.Show)})
	case desk.Words:
		e.words(x)
	case desk.Note:
		e.note(x)
	case desk.Refuse:
		e.see(Sight{To: x.Agent.Local(), Kind: Refusal, Text: x.Refusal.Condition})
	}
}

func (e *deskEdges) words(x desk.Words) {
	if x.Outbox > 0 {
		e.answers = append(e.answers, desk.LinkConfirmed{Numbers: []int64{x.Outbox}})
	}
	if x.Message.Text == "" {
		e.signal(x.Agent.Local(), e.nameOf(x.Visitor), x.Message)
		return
	}
	e.agent(x.Agent).heard[x.Message.Text] = x.Message.ID
	e.see(Sight{To: x.Agent.Local(), Kind: Words, Of: e.nameOf(x.Visitor), Text: x.Message.Text})
}

func (e *deskEdges) note(x desk.Note) {
	of := ""
	if x.Visitor != "" {
		of = e.nameOf(x.Visitor)
	}
	e.see(Sight{To: x.Agent.Local(), Kind: Notice, Of: of, Text: x.Text})
	if x.Gone {
		e.see(Sight{To: x.Agent.Local(), Kind: End, Of: of})
	}
}
