package c2s

import (
	"frontdesk/desk"
	"frontdesk/wire"
)

// call is a visitor's request by iq. Its handler ends it exactly once: by
// result, fail or ask.
type call struct {
	wire.IQ
	tab     *tab
	to      target
	settled func()
}

// result ends the call well.
func (c *call) result(payload *Element) {
	c.sendResult(payload)
	c.settled()
}

func (c *call) sendResult(payload *Element) {
	c.tab.mu.Lock()
	defer c.tab.mu.Unlock()
	c.tab.sendIQ(&wire.IQ{
		Header:  wire.Header{From: c.To, To: c.tab.jid, ID: c.ID, Type: "result"},
		Payload: payload,
	})
}

// fail ends the call with an error.
func (c *call) fail(e *wire.StanzaError) {
	c.tab.fail("iq", c.Header, e)
	c.settled()
}

// ask ends the call when the desk has answered: with its error, or with what
// payload makes of the answer.
func (c *call) ask(what desk.Ask, payload func(desk.Answer) *Element) {
	c.tab.ask(what, func(a desk.Answer) {
		if a.Err != nil {
			c.tab.fail("iq", c.Header, refusal(a.Err))
			return
		}
		c.sendResult(payload(a))
	}, c.settled)
}
