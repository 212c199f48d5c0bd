package c2s

import (
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/wire"
)

// receiveMessage takes what a visitor says.
func (t *tab) receiveMessage(e *Element, settled func()) error {
	m, err := wire.ReadMessage(e)
	if err != nil {
		return t.unreadable("message", m.Header, err, settled)
	}
	if m.Type == "error" {
		settled()
		return nil
	}
	t.touch()
	to := t.hub.resolve(t.visitor.jid, m.To)
	if refused := t.refuse(&m, to); refused != nil {
		t.fail("message", m.Header, refused)
		settled()
		return nil
	}
	if to.place == toSelf || says(&m.Message) == "" {
		settled()
		return nil
	}
	t.rename(m.Nick)
	t.say(m, to, settled)
	return nil
}

// refuse returns why the message goes nowhere; nil when it may go.
func (t *tab) refuse(m *wire.Message, to target) *wire.StanzaError {
	switch {
	case to.place == nowhere:
		return notFound()
	case m.Type == "groupchat" || m.Type == "headline" || to.place == toSelf && m.Text != "":
		return unavailable()
	case len(m.Text) > maxText:
		return notAcceptable("The message is too long.")
	case m.Text != "" && !t.visitor.pace.message(time.Now()):
		return tooFast()
	case m.Text == "" && !t.visitor.pace.other(time.Now()):
		m.Message = chat.Message{} // lost, as it says nothing
	}
	return nil
}

func tooFast() *wire.StanzaError {
	return &wire.StanzaError{Type: "wait", Condition: "policy-violation", Text: "Too fast. Please wait a moment."}
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
func (t *tab) say(m wire.Message, to target, settled func()) {
	words := m.Message
	words.Nick = ""
	header := m.Header
	t.ask(desk.Say{Queue: to.queue, AgentName: to.agent, Message: words}, func(a desk.Answer) {
		switch {
		case a.Err == nil:
			t.copySent(m, a.ID)
			t.hub.ended(t.visitor.jid, a)
		case words.Text != "":
			t.fail("message", header, refusal(a.Err))
		}
	}, settled)
}
