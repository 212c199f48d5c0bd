package command

import (
	"strings"

	"frontdesk/desk"
)

// prefix begins an agent's words to the desk; the visitor never sees them.
const prefix = "!"

// Read finds out what an agent's message orders: in a conversation when it
// begins with the prefix, and always in the desk's own. Whether she may is the
// desk's to decide, which knows whose chat it is.
func Read(says desk.AgentSays) desk.AgentSays {
	words, ordered := strings.CutPrefix(says.Message.Text, prefix)
	if !ordered && says.Visitor != "" || says.Message.Text == "" {
		return says
	}
	name, _, _ := strings.Cut(words, " ")
	for _, v := range talked() {
		if says.Visitor != "" && strings.EqualFold(strings.TrimSpace(name), v.Name) {
			return v.told(says)
		}
	}
	says.Reply = help()
	return says
}

// talked returns the verbs of conversations.
func talked() []Verb { return Open(Talk, ByAgent|BySupervisor) }

// told returns a message with what it orders by v, or with v's answer. The
// visitor is the one whose conversation it is.
func (v Verb) told(says desk.AgentSays) desk.AgentSays {
	in := Input{"visitor": string(says.Visitor)}
	switch does := v.Does.(type) {
	case order:
		what, err := does(in)
		if err != nil {
			says.Reply = err.Error()
			break
		}
		says.Order = what
	case say:
		says.Reply = does(in)
	}
	return says
}
