package command

import (
	"strings"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

func talk() Group {
	return Group{Short: "What an agent writes in a conversation", Verbs: []Verb{
		{
			Name: "close", Short: "end this chat now", Args: []Arg{{Name: "visitor"}},
			Who: ByAgent | BySupervisor, Doors: Talk,
			Does: order(func(in Input) (desk.Order, error) {
				return desk.CloseChat{Visitor: roster.VisitorJID(in.text("visitor")), Reason: chat.AgentEnded}, nil
			}),
		},
		{
			Name: "help", Short: "show this list",
			Who: ByAgent | BySupervisor, Doors: Talk,
			Does: say(func(Input) string { return help() }),
		},
	}}
}

// help tells what can be written.
func help() string {
	var b strings.Builder
	b.WriteString("In a conversation with a visitor you can write:")
	for _, v := range talked() {
		b.WriteString("\n" + prefix + v.Name + " - " + v.Short)
	}
	return b.String()
}
