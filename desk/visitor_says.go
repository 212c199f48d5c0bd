package desk

import (
	"frontdesk/chat"
)

// Say is a message to a queue ("" for the default one), or to an agent of it
// by her display name (the resource). Messages without text (chat states,
// receipts, markers) are answered like any other. The first with text opens a
// chat.
type Say struct {
	Queue     string
	AgentName string
	Message   chat.Message
}

func (s Say) ask(d *Desk, v *visitor) Answer {
	if v.chat == nil {
		return s.first(d, v)
	}
	c, m := v.chat, s.Message
	if s.Queue != "" && s.Queue != c.Queue {
		return Answer{Err: refuse("conflict", "cancel", textOtherQueue(c.Queue))}
	}
	if m.Text != "" && c.bytes+len(m.Text) > maxChatBytes {
		return Answer{Err: refuse("policy-violation", "wait", textChatFull)}
	}
	if d.opts.Idle > 0 { // else it changes nothing
		d.step(c, chat.VisitorSpoke{})
	}
	answer := d.record(v, m)
	d.tellWho(c, s)
	if m.Typing == chat.TypingGone {
		d.close(c, chat.VisitorEnded)
		answer.Ended = true
	}
	return answer
}

// tellWho tells a visitor who wrote to one agent that another has the chat: the
// words went to her.
func (d *Desk) tellWho(c *openChat, s Say) {
	a := d.seats.agents[c.Agent]
	if s.Message.Text != "" && s.AgentName != "" && a != nil && c.HoldsSeat() && a.Name != s.AgentName {
		d.notice(c, textOtherAgent(s.AgentName, a.Name), nil)
	}
}

// first begins a chat with a message.
func (s Say) first(d *Desk, v *visitor) Answer {
	m := s.Message
	if m.Text == "" {
		return Answer{}
	}
	if err := d.open(v, s.Queue, s.AgentName); err != nil {
		return Answer{Err: err}
	}
	if m.Nick != "" && v.Name == "" {
		d.rename(v, m.Nick)
	}
	answer := d.record(v, m)
	d.serve(v.chat.Queue)
	return answer
}
