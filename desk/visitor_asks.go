package desk

import (
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// VisitorAsks is a request of a visitor. It is answered by exactly one
// [Answered] with the same Tab and Ref, after everything that had to be on disk
// for it is.
type VisitorAsks struct {
	Tab  Tab
	Ref  uint64
	What Ask
}

// Ask is the body of a visitor's request.
type Ask interface {
	ask(d *Desk, v *visitor) Answer
}

func (e VisitorAsks) happen(d *Desk) {
	v := d.visitors.of(e.Tab.Visitor)
	a := e.What.ask(d, v)
	if a.Err != nil {
		d.stats.Refused++
	}
	d.after(Answered{e.Tab, e.Ref, a})
	d.visitors.forget(v)
}

// Join is XEP-0142 join-queue: a chat whose first words are the question.
type Join struct {
	Queue                 string
	Name, Email, Question string
}

func (j Join) ask(d *Desk, v *visitor) Answer {
	if j.Email != "" {
		v.Email = j.Email
	}
	if j.Name != "" {
		d.rename(v, j.Name)
	}
	if v.chat == nil {
		if err := d.open(v, j.Queue, ""); err != nil {
			return Answer{Err: err}
		}
		if text := strings.TrimSpace(j.Question); text != "" {
			d.record(v, chat.Message{Text: text})
		}
		d.serve(v.chat.Queue)
	} else if j.Queue != "" && j.Queue != v.chat.Queue {
		return Answer{Err: refuse("conflict", "cancel", textOtherQueue(v.chat.Queue))}
	}
	return AskPosition{}.ask(d, v)
}

// Depart is XEP-0142 depart-queue; it ends the chat wherever it stands.
type Depart struct{ Queue string }

func (q Depart) ask(d *Desk, v *visitor) Answer {
	c := v.chat
	if c == nil || q.Queue != "" && q.Queue != c.Queue {
		return Answer{Err: refuse("item-not-found", "cancel", textNotWaiting)}
	}
	d.close(c, chat.VisitorEnded)
	return Answer{Ended: true}
}

// AskPosition asks for the queue status.
type AskPosition struct{}

func (AskPosition) ask(d *Desk, v *visitor) Answer {
	if v.chat == nil {
		return Answer{Err: refuse("item-not-found", "cancel", textNotWaiting)}
	}
	return Answer{Status: d.lines[v.chat.Queue].status(v.chat)}
}

// Browse tells where the visitor is (XEP-0195).
type Browse struct{ Page roster.Page }

func (b Browse) ask(d *Desk, v *visitor) Answer {
	if v.Page == b.Page {
		return Answer{}
	}
	v.Page = b.Page
	d.keepVisitor(v)
	if v.chat != nil && v.chat.State == chat.Active {
		d.show(v.chat, "")
	}
	return Answer{}
}

// Rename tells the visitor's name (XEP-0172).
type Rename struct{ Name string }

func (r Rename) ask(d *Desk, v *visitor) Answer {
	d.rename(v, r.Name)
	return Answer{}
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
