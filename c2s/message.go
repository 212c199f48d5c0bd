package c2s

import (
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/wire"
)

// message takes what a visitor says.
func (in inbound) message(e *Element) error {
	m, err := wire.ReadMessage(e)
	if err != nil {
		return in.unreadable("message", m.Header, err)
	}
	if m.Type == "error" {
		in.settled()
		return nil
	}
	in.touch()
	to := in.core.resolve(in.visitor.jid, m.To)
	if refused := in.check(&m, to); refused != nil {
		in.fail("message", m.Header, refused)
		in.settled()
		return nil
	}
	if to.kind == toSelf || says(&m.Message) == "" {
		in.settled()
		return nil
	}
	if name, fresh := in.visitor.renames(m.Nick); fresh {
		in.ask(desk.Rename{Name: name}, nothing, func() {})
	}
	in.say(m, to)
	return nil
}

// check returns why the message goes nowhere; nil when it may go.
func (in inbound) check(m *wire.Message, to target) *wire.StanzaError {
	switch pace := in.visitor.pace; {
	case to.kind == nowhere:
		return notFound()
	case m.Type == "groupchat" || m.Type == "headline" || to.kind == toSelf && m.Text != "":
		return unavailable()
	case len(m.Text) > maxText:
		return notAcceptable("The message is too long.")
	case m.Text != "" && !pace.message(time.Now()):
		return tooFast()
	case m.Text == "" && !pace.other(time.Now()):
		m.Message = chat.Message{} // lost, as it says nothing
	}
	return nil
}

// says tells what kind of message it is; "" says nothing.
func says(m *chat.Message) string {
	switch {
	case m.Text != "":
		return "text"
	case m.Typing == chat.TypingGone:
		return "gone"
	case m.Typing != chat.NoTyping:
		return "typing"
	case m.Receipt != "" || m.Displayed != "":
		return "receipt"
	}
	return ""
}

// say brings the message to the desk and answers an error, if it has one.
func (in inbound) say(m wire.Message, to target) {
	words := m.Message
	words.Nick = ""
	header := m.Header
	t := in.tab
	t.ask(desk.Say{Queue: to.queue, AgentName: to.agent, Message: words}, func(a desk.Answer) {
		switch {
		case a.Err == nil:
			in.copySent(m, a.ID)
			t.core.endIdentity(t.visitor.jid, a)
		case words.Text != "":
			t.fail("message", header, refusal(a.Err))
		}
	}, in.settled)
}
