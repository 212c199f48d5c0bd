package desk

import "frontdesk/chat"

// service is a turn with what is done for chats: their life, seats, and what
// follows for both sides.
type service struct{ turn }

// close ends a chat; its seat goes to the next in line.
func (d *service) close(c *openChat, reason chat.Reason) {
	d.step(c, chat.Close{Reason: reason})
	d.serve(c.Queue)
}

// notice tells a visitor something in the desk's own words.
func (d *service) notice(c *openChat, text string, status *QueueStatus) {
	d.after(Delivered{Visitor: c.Visitor, Delivery: Delivery{
		Queue: c.Queue, Message: chat.Message{Text: text}, Status: status, Notice: true,
	}})
}

// signal brings what is not stored from an agent to her visitor.
func (d *service) signal(c *openChat, a *agent, m chat.Message) {
	if m != (chat.Message{}) {
		d.after(Delivered{Visitor: c.Visitor, Delivery: Delivery{Queue: c.Queue, AgentName: a.Name, Message: m}})
	}
}

// seatsChanged enters an agent's load where it counts.
func (d *service) seatsChanged(a *agent) {
	d.seats.changed(a, d.at)
	d.directory.stale = true
}
