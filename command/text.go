// Package command is what can be ordered, and how it is read.
package command

import (
	"strings"

	"frontdesk/chat"
	"frontdesk/desk"
)

// prefix begins an agent's words to the desk; the visitor never sees them.
const prefix = "!"

// Read finds out what an agent's message orders: in a conversation when it
// begins with the prefix, and always in the desk's own.
func Read(says desk.AgentSays) desk.AgentSays {
	words, ordered := strings.CutPrefix(says.Message.Text, prefix)
	if !ordered && says.Visitor != "" || says.Message.Text == "" {
		return says
	}
	name, _, _ := strings.Cut(words, " ")
	for _, v := range verbs() {
		if says.Visitor != "" && v.order != nil && strings.EqualFold(strings.TrimSpace(name), v.name) {
			says.Order = v.order(says)
			return says
		}
	}
	says.Reply = help()
	return says
}

// verb is something that an agent can order.
type verb struct {
	name string
	help string
	// order is what the verb does in a conversation; nil: it only tells what there
	// is.
	order func(desk.AgentSays) desk.Order
}

// verbs is the one table of them.
func verbs() []verb {
	return []verb{
		{"close", "end this chat now", func(says desk.AgentSays) desk.Order {
			return desk.CloseChat{Visitor: says.Visitor, Reason: chat.AgentEnded}
		}},
		{"help", "show this list", nil},
	}
}

func help() string {
	var b strings.Builder
	b.WriteString("In a conversation with a visitor you can write:")
	for _, v := range verbs() {
		b.WriteString("\n" + prefix + v.name + " - " + v.help)
	}
	return b.String()
}
