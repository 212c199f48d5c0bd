package c2s

import (
	"time"

	"frontdesk/desk"
	"frontdesk/wire"
)

// workgroup is a visitor's way into a line and out of it (XEP-0142 §4).
func (c *call) workgroup() {
	queue := c.to.queue // "" is the default one
	switch {
	case c.to.kind == toSelf || c.to.kind == toAgent:
		c.fail(unavailable())
	case !c.tab.visitor.pace.other(time.Now()):
		c.fail(tooFast())
	case c.Type == "set" && c.Payload.Name.Local == "join-queue":
		c.join(queue)
	case c.Type == "set" && c.Payload.Name.Local == "depart-queue":
		c.ask(desk.Depart{Queue: queue}, func(a desk.Answer) *Element {
			c.tab.core.endIdentity(c.tab.visitor.jid, a)
			return nil
		})
	case c.Type == "get" && c.Payload.Name.Local == "queue-status":
		c.ask(desk.AskPosition{}, func(a desk.Answer) *Element { return queueStatus(a.Status) })
	default:
		c.fail(unavailable())
	}
}

func (c *call) join(queue string) {
	form, err := wire.ReadJoin(c.Payload)
	if err != nil {
		c.fail(badRequest())
		return
	}
	join := desk.Join{
		Queue:    queue,
		Name:     cleanName(printable(form.Name)),
		Email:    cleanLine(printable(form.Email), maxEmail),
		Question: printable(form.Question),
	}
	if len(join.Question) > maxText {
		c.fail(notAcceptable("The question is too long."))
		return
	}
	c.ask(join, func(a desk.Answer) *Element {
		if a.Status == nil {
			return nil
		}
		return queueStatus(a.Status)
	})
}

const maxEmail = 254 // RFC 5321 §4.5.3.1.3
