package desk

import (
	"fmt"
	"slices"
)

// edges write down what the desk sends both ways, as lines to read.
type edges struct {
	web, link []string
	words     []Words
	replies   []Replied
	directory []QueueView
	names     map[string]bool // every name that agents are shown
}

func (e *edges) onWeb(format string, args ...any) {
	e.web = append(e.web, fmt.Sprintf(format, args...))
}

func (e *edges) onLink(format string, args ...any) {
	e.link = append(e.link, fmt.Sprintf(format, args...))
}

func (e *edges) carryOut(effect Effect) {
	switch x := effect.(type) {
	case Answered:
		e.answer(x)
	case Delivered:
		e.deliver(x)
	case Listed:
		e.directory = x.Queues
	case Dismissed:
		e.onWeb("%s dismissed %t", x.Visitor.Local(), x.All)
	case Replied:
		e.replies = append(e.replies, x)
	case ToAgent:
		e.send(x)
	}
}

func (e *edges) answer(x Answered) {
	switch {
	case x.Answer.Err != nil:
		e.onWeb("%s/%d refused %s", x.Tab.Visitor.Local(), x.Ref, x.Answer.Err.Condition)
	case x.Answer.Status != nil:
		e.onWeb("%s/%d position %d", x.Tab.Visitor.Local(), x.Ref, x.Answer.Status.Position)
	default:
		e.onWeb("%s/%d done", x.Tab.Visitor.Local(), x.Ref)
	}
}

func (e *edges) deliver(x Delivered) {
	d := x.Delivery
	from := d.Queue
	if d.AgentName != "" {
		from += "/" + d.AgentName
	}
	what := d.Message.Text
	switch {
	case what == "" && d.Message.Receipt != "":
		what = "receipt " + d.Message.Receipt
	case what == "":
		what = fmt.Sprintf("typing %d", d.Message.Typing)
	}
	e.onWeb("%s gets %q from %s", x.Visitor.Local()+d.Only, what, from)
}

func (e *edges) send(out ToAgent) {
	switch x := out.(type) {
	case AddContact:
		e.show(x.Name)
		e.onLink("%s + %s", x.Contact.Agent.Local(), x.Contact.Visitor.Local())
	case RemoveContact:
		e.onLink("%s - %s", x.Contact.Agent.Local(), x.Contact.Visitor.Local())
	case ShowVisitor:
		e.show(x.Name)
		e.onLink("%s sees %s %s", x.Agent.Local()+x.Resource, x.Visitor.Local(), x.Show)
	case Words:
		e.show(x.Message.Nick)
		e.words = append(e.words, x)
		if x.Message.Text == "" {
			e.onLink("%s gets receipt %q typing %d from %s", x.Agent.Local(), x.Message.Receipt, x.Message.Typing, x.Visitor.Local())
		} else {
			e.onLink("%s gets %q from %s", x.Agent.Local(), x.Message.Text, x.Visitor.Local())
		}
	case Note:
		e.onLink("%s told %q gone %t", x.Agent.Local(), x.Text, x.Gone)
	case Refuse:
		e.onLink("%s refused %s", x.Agent.Local(), x.Refusal.Condition)
	case Follow:
		e.onLink("follow %s %t", x.Agent.Local(), x.New)
	case Card:
		e.show(x.Visitor.Name)
		e.onLink("card %t %s", x.Known, x.Visitor.Name)
	}
}

func (e *edges) show(name string) {
	if e.names == nil {
		e.names = map[string]bool{}
	}
	e.names[name] = true
}

// take returns the lines so far, the visitors' side first, and begins anew.
func (e *edges) take() []string {
	out := slices.Concat(e.web, e.link)
	e.web, e.link = nil, nil
	return out
}
