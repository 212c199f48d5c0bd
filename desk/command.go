package desk

import (
	"strings"

	"frontdesk/chat"
)

// commandPrefix begins an agent's words to the desk; the visitor never sees
// them.
const commandPrefix = "!"

// textCommand is a command that an agent writes into a conversation.
type textCommand struct {
	name string
	help string
	run  func(d *Desk, a *agent, v *visitor)
}

// textCommands is the one table of them.
func textCommands() []textCommand {
	return []textCommand{
		{"close", "end this chat now", func(d *Desk, _ *agent, v *visitor) { d.close(v.chat, chat.AgentEnded) }},
		{"help", "show this list", nil},
	}
}

// commands runs an agent's text command.
func (d *Desk) commands(a *agent, v *visitor, e AgentSays) {
	word, _, _ := strings.Cut(strings.TrimPrefix(e.Message.Text, commandPrefix), " ")
	for _, c := range textCommands() {
		if c.run != nil && strings.EqualFold(strings.TrimSpace(word), c.name) {
			c.run(d, a, v)
			return
		}
	}
	d.send(Note{Visitor: e.Visitor, Agent: a.JID, Resource: e.Resource, Text: helpText()})
}

// deskHears answers what an agent writes to the desk itself. Strangers get an
// error.
func (d *Desk) deskHears(a *agent, e AgentSays) {
	switch {
	case a == nil:
		d.decline(e, refuse("service-unavailable", "cancel", textStranger))
	case e.Message.Text != "":
		d.send(Note{Agent: a.JID, Resource: e.Resource, Text: helpText()})
	}
}

func helpText() string {
	var b strings.Builder
	b.WriteString("In a conversation with a visitor you can write:")
	for _, c := range textCommands() {
		b.WriteString("\n" + commandPrefix + c.name + " - " + c.help)
	}
	return b.String()
}

// close ends a chat; its seat goes to the next in line.
func (d *Desk) close(c *openChat, reason chat.Reason) {
	d.step(c, chat.Close{Reason: reason})
	d.serve(c.Queue)
}
