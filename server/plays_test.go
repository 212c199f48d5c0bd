package server

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/config"
	"frontdesk/desk"
	"frontdesk/internal/peers"
	"frontdesk/internal/scenario"
	"frontdesk/internal/xmpptest"
	"frontdesk/queue"
	"frontdesk/roster"
)

// The plays of package scenario, each with a whole server. Package desk plays
// them with the desk alone.
func TestPlays(t *testing.T) {
	all, err := scenario.Plays(scenario.ServerStage)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		t.Run(p.Name, func(t *testing.T) { onServer(t, p) })
	}
}

// plays plays some of them.
func plays(names ...string) func(*testing.T) {
	return func(t *testing.T) {
		for _, name := range names {
			p, err := scenario.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			onServer(t, p)
		}
	}
}

func onServer(t *testing.T, p scenario.Play) {
	t.Helper()
	commits := &commitGate{}
	rules := with(func(c *config.Config) { c.Chat, c.Limits = p.Rules.Chat, p.Rules.Limits })
	bubble(t, func(s *stage) {
		defer commits.open(nil) // before the stage stops
		if err := p.On(newPlayed(s, commits)); err != nil {
			t.Errorf("%v\n%s", err, s.log)
		}
	}, gated(commits), rules, privileged)
}

// privileged lets the desk write contact lists (XEP-0356), which take all that
// is written.
func privileged(s *stage) {
	s.xmpp.Greeting = xmpptest.Privileges(scenario.Host, testDomain, "2")
	s.xmpp.Answer = func(stanza string) string {
		iq := xmpptest.Stanza(stanza)
		if !iq.Has("<iq", "jabber:iq:roster") {
			return ""
		}
		return fmt.Sprintf("<iq type='result' id='%s' from='%s' to='%s'/>", iq.Attr("id"), iq.Attr("to"), iq.Attr("from"))
	}
}

// played is a stage in a bubble as plays know one; it implements
// [scenario.Stage].
type played struct {
	*stage

	commits *commitGate
	seen    sights
	tokens  map[string]peers.Token // of visitors, by name
	lastID  int
	cut     bool // the link is
}

func newPlayed(s *stage, commits *commitGate) *played {
	return &played{stage: s, commits: commits, seen: newSights(), tokens: map[string]peers.Token{}}
}

// See implements [scenario.Stage].
func (p *played) See() []scenario.Sight { return p.seen.take() }

// Pass implements [scenario.Stage].
func (p *played) Pass(d time.Duration) {
	time.Sleep(d)
	p.settle()
}

// settle waits until everybody is idle, and writes down what has come to them.
// The XMPP server answers probes for those who are online.
func (p *played) settle() {
	for {
		synctest.Wait()
		probed := p.seen.read(p.link)
		if len(probed) == 0 {
			return
		}
		for _, agent := range probed {
			p.playing(agent).presence(stanzaShow(p.seen.shows[agent]))
		}
	}
}

// playing is an agent of the play.
func (p *played) playing(name string) *agent { return &agent{p.stage, name + "@" + scenario.Host} }

// Do implements [scenario.Stage].
func (p *played) Do(act scenario.Act) error {
	err := p.does(act)
	p.settle()
	return err
}

func (p *played) does(act scenario.Act) error {
	orders := p.server.desk
	switch x := act.(type) {
	case scenario.Hires:
		return p.hires(x)
	case scenario.AddsQueue:
		return orders.Order(p.Context(), desk.AddQueue{Queue: queue.Queue{Name: x.Queue}})
	case scenario.AdminCloses:
		return orders.Order(p.Context(), desk.CloseChat{Visitor: p.visitor(x.Visitor), Reason: chat.AdminEnded})
	case scenario.AdminLooks:
		return p.adminLooks()
	case scenario.Link:
		p.linkIs(x.Up)
	case scenario.Restarts:
		for _, page := range p.seen.pages {
			page.Hang()
		}
		clear(p.seen.pages)
		p.restart()
	case scenario.Store:
		p.storeDoes(x.Does)
	case scenario.Appears, scenario.Answers, scenario.AgentTypes, scenario.AgentGoes,
		scenario.Confirms, scenario.Blocks, scenario.Probes:
		return p.agentDoes(act)
	default:
		return p.visitorDoes(act)
	}
	return nil
}

func (p *played) hires(x scenario.Hires) error {
	jid := scenario.AgentJID(x.Agent)
	if _, known := p.seen.shows[x.Agent]; known {
		return p.server.desk.Order(p.Context(), desk.SetAgent{JID: jid, Patch: roster.AgentPatch{Queues: &x.Queues, Capacity: &x.Seats}})
	}
	p.seen.shows[x.Agent] = roster.Unavailable
	return p.server.desk.Order(p.Context(), desk.AddAgent{Agent: roster.Agent{
		JID: jid, Name: scenario.DisplayName(x.Agent), Queues: x.Queues, Capacity: x.Seats,
	}})
}

func (p *played) adminLooks() error {
	return p.server.desk.Look(p.Context(), func(d *desk.Desk) {
		for _, a := range d.Agents() {
			p.seen.see(scenario.Sight{To: scenario.Admin, Kind: scenario.Seats, Of: a.Agent.JID.Local(), Text: fmt.Sprint(a.Chats)})
		}
		for _, c := range d.Chats() {
			p.seen.see(scenario.SeenChat(c, p.seen.names[string(c.Visitor)]))
		}
	})
}

func (p *played) linkIs(up bool) {
	p.cut = !up
	p.xmpp.Down(!up)
	if up {
		p.connect()
	} else {
		p.link.Close()
	}
}

func (p *played) storeDoes(what scenario.StoreDoes) {
	switch what {
	case scenario.Holds:
		p.commits.hold()
	case scenario.Writes:
		p.commits.open(nil)
	case scenario.Fails:
		p.commits.open(errors.New("the disk is full"))
	}
}

// id is one that was not used.
func (p *played) id(of string) string {
	p.lastID++
	return fmt.Sprintf("%s-%d", of, p.lastID)
}

// visitor is the address of a visitor.
func (p *played) visitor(name string) roster.VisitorJID { return roster.VisitorJID(p.tokens[name].JID) }

// opens opens a page as a visitor who was here before does: with a token.
func (p *played) opens(x scenario.Opens) error {
	if _, known := p.tokens[x.Visitor]; !known {
		p.tokens[x.Visitor] = p.token()
		p.seen.names[p.tokens[x.Visitor].JID] = x.Visitor
	}
	transport := p.transport()
	v, err := peers.OpenVisitBy(p.Context(), transport, p.url("/http-bind"), testDomain, p.tokens[x.Visitor].Plain())
	if err != nil {
		return err
	}
	p.Cleanup(func() { hang(v, transport) })
	p.seen.pages[x.Page] = &openPage{Visitor: v}
	v.Available()
	return nil
}

func hang(v *peers.Visitor, by *http.Transport) {
	v.Hang()
	by.CloseIdleConnections()
}
