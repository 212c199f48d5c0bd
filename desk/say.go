package desk

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// visitorAsks takes a visitor's request; every path answers it once.
func (d *Desk) visitorAsks(e VisitorAsks) {
	var a Answer
	v := d.state.visitor(e.Tab.Visitor)
	switch ask := e.What.(type) {
	case Say:
		a = d.say(v, ask)
	case Join:
		a = d.join(v, ask)
	case Depart:
		a = d.depart(v, ask)
	case Place:
		a = d.placeOf(v)
	case Browse:
		d.browse(v, ask.Page)
	case Rename:
		d.rename(v, ask.Name)
	}
	if a.Err != nil {
		d.stats.refused.Add(1)
	}
	d.after(answered{e.Tab, e.Ref, a})
	d.state.forget(v)
}

// say takes a visitor's message; the first with text opens a chat.
func (d *Desk) say(v *visitor, s Say) Answer {
	m := s.Message
	if v.chat == nil {
		if m.Text == "" {
			return Answer{}
		}
		if err := d.open(v, s.Queue, s.AgentName); err != nil {
			return Answer{Err: err}
		}
		d.listen(v, m)
		answer := d.record(v, m)
		d.serve(v.chat.Queue)
		return answer
	}
	c := v.chat
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

// listen takes the name a message carries.
func (d *Desk) listen(v *visitor, m chat.Message) {
	if m.Nick != "" && v.Name == "" {
		d.rename(v, m.Nick)
	}
}

// record stores a message with text and sends it on; signals go on alone.
func (d *Desk) record(v *visitor, m chat.Message) Answer {
	c := v.chat
	if m.Text == "" {
		d.signal(c, m)
		return Answer{}
	}
	d.stats.fromGuest.Add(1)
	e := d.entry(c, ledger.FromVisitor, m)
	if replaced, ok := c.byRef(ledger.FromVisitor, m.Replace); ok {
		e.Replace = replaced.id
	}
	if d.reaches(c) {
		e.Agent = c.Agent
		d.state.outboxed++
		e.Outbox = d.state.outboxed
		c.unanswered = append(c.unanswered, e)
		d.post(d.words(v, e, m.Typing))
	} else {
		c.pending = append(c.pending, e)
	}
	d.save(ledger.SaveEntry{Entry: e})
	c.remember(e)
	return Answer{ID: e.ID}
}

// entry makes a line of the transcript.
func (d *Desk) entry(c *openChat, from ledger.Author, m chat.Message) ledger.Entry {
	d.state.seq++
	return ledger.Entry{
		Seq: d.state.seq, Chat: c.ID, Visitor: c.Visitor, Author: from,
		ID: messageID(d.state.seq), Ref: m.ID, Text: m.Text, Lang: m.Lang,
		WantReceipt: m.WantReceipt, At: d.now(),
	}
}

// reaches tells whether words can go to the chat's agent now: she has it and
// some client of hers is there. Otherwise they would vanish into her server's
// offline storage without a word.
func (d *Desk) reaches(c *openChat) bool {
	a := d.state.agents[c.Agent]
	return c.HoldsSeat() && a != nil && a.online()
}

// signal passes on typing and markers, which are not stored.
func (d *Desk) signal(c *openChat, m chat.Message) {
	if !d.reaches(c) {
		return
	}
	out := chat.Message{Typing: m.Typing}
	if m.Typing == chat.TypingGone {
		out.Typing = chat.NoTyping
	}
	if l, ok := c.byID(ledger.FromAgent, m.Displayed); ok {
		out.Displayed = l.ref
	}
	if out != (chat.Message{}) {
		d.send(Words{Visitor: c.Visitor, Agent: c.Agent, Message: out})
	}
}

// post puts words into the outbox.
func (d *Desk) post(w Words) { d.after(spoken{words: posted{w.Outbox, w}}) }

// words is an entry on its way to its agent.
func (d *Desk) words(v *visitor, e ledger.Entry, typing chat.Typing) Words {
	w := toWords(e)
	w.Message.Typing = typing
	w.Message.Nick = displayName(v.Visitor)
	return w
}

func toWords(e ledger.Entry) Words {
	return Words{
		Outbox: e.Outbox, Visitor: e.Visitor, Agent: e.Agent,
		Message: chat.Message{
			ID: e.ID, Text: e.Text, Lang: e.Lang, Replace: e.Replace,
			WantReceipt: true, Markable: true,
		},
	}
}

// handOver sends the agent who has the chat everything that waits for her.
func (d *Desk) handOver(c *openChat, late bool) {
	v := d.state.visitor(c.Visitor)
	for _, e := range c.pending {
		d.state.outboxed++
		e.Agent, e.Outbox = c.Agent, d.state.outboxed
		d.save(ledger.AddressEntry{Seq: e.Seq, Agent: e.Agent, Outbox: e.Outbox})
		w := d.words(v, e, chat.TypingActive)
		if late {
			w.Sent = e.At
		}
		d.post(w)
		c.unanswered = append(c.unanswered, e)
	}
	c.pending = nil
}

func (d *Desk) browse(v *visitor, p roster.Page) {
	if v.Page == p {
		return
	}
	v.Page = p
	d.keepVisitor(v)
	if v.chat != nil && v.chat.State == chat.Active {
		d.show(v.chat, "")
	}
}

func (d *Desk) rename(v *visitor, name string) {
	if v.Name == name {
		return
	}
	v.Name = name
	d.keepVisitor(v)
	if c := v.chat; c != nil && c.HoldsSeat() {
		d.introduce(c)
	}
}

// keepVisitor stores what is known of a visitor who has a chat.
func (d *Desk) keepVisitor(v *visitor) {
	if v.chat != nil {
		d.save(ledger.SaveVisitor{Visitor: v.Visitor})
	}
}
