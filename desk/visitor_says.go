package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
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
	if m.Typing == chat.TypingGone {
		d.close(c, chat.VisitorEnded)
		answer.Ended = true
	}
	return answer
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

// record stores a message with text and sends it on; signals go on alone.
func (d *Desk) record(v *visitor, m chat.Message) Answer {
	c := v.chat
	if m.Text == "" {
		d.visitorSignals(c, m)
		return Answer{}
	}
	d.stats.FromVisitor++
	e := d.entryOf(c, ledger.FromVisitor, m)
	if d.reaches(c) {
		e.Agent, e.Outbox = c.Agent, d.nextOutbox()
		c.unanswered = append(c.unanswered, e)
		d.after(wordsFrom(v, e, m.Typing))
	} else {
		c.pending = append(c.pending, e)
	}
	d.save(ledger.SaveEntry{Entry: e})
	c.remember(e)
	return Answer{ID: e.ID}
}

// reaches tells whether words can go to the chat's agent now: she has it and
// some client of hers is there. Otherwise they would vanish into her server's
// offline storage without a word.
func (d *Desk) reaches(c *openChat) bool {
	a := d.seats.agents[c.Agent]
	return c.HoldsSeat() && a != nil && a.online()
}

// visitorSignals passes on typing and markers, which are not stored.
func (d *Desk) visitorSignals(c *openChat, m chat.Message) {
	if !d.reaches(c) {
		return
	}
	out := chat.Message{Typing: m.Typing}
	if m.Typing == chat.TypingGone {
		out.Typing = chat.NoTyping
	}
	if r, ok := c.byID(ledger.FromAgent, m.Displayed); ok {
		out.Displayed = r.ref
	}
	if out != (chat.Message{}) {
		d.after(Words{Visitor: c.Visitor, Agent: c.Agent, Message: out})
	}
}
