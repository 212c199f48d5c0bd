package command

import (
	"cmp"
	"context"
	"strings"
	"time"

	"frontdesk/desk"
	"frontdesk/roster"
)

// Agent is a row of the agents.
type Agent struct {
	JID      string   `json:"jid"`
	Name     string   `json:"name"`
	Queues   []string `json:"queues"`
	Capacity int      `json:"capacity"`
	Chats    int      `json:"chats"`    // seats taken
	Presence string   `json:"presence"` // best of her resources
}

func agentRow(a desk.AgentInfo) Agent {
	return Agent{
		JID:      string(a.Agent.JID),
		Name:     a.Agent.Name,
		Queues:   append([]string{}, a.Agent.Queues...),
		Capacity: a.Agent.Capacity,
		Chats:    a.Chats,
		Presence: a.Presence.String(),
	}
}

func agentColumns() []column[Agent] {
	return []column[Agent]{
		{"JID", func(a Agent) string { return a.JID }},
		{"NAME", func(a Agent) string { return a.Name }},
		{"QUEUES", func(a Agent) string { return strings.Join(a.Queues, ",") }},
		{"CAPACITY", func(a Agent) string { return count(a.Capacity) }},
		{"CHATS", func(a Agent) string { return count(a.Chats) }},
		{"PRESENCE", func(a Agent) string { return a.Presence }},
	}
}

func agentFlags(defaults roster.Agent) []Flag {
	return []Flag{
		{Name: "name", Default: defaults.Name, Help: "what visitors see; unless set the JID's localpart"},
		{Name: "queue", Field: "queues", Default: defaults.Queues, Help: "queue she serves; may be repeated"},
		{Name: "capacity", Default: defaults.Capacity, Help: "chats she takes at one time"},
		{Name: "grace", Default: defaults.Grace, Help: "how long her visitors may be gone; 0 is the queue's"},
	}
}

func agentPatch(in Input) roster.AgentPatch {
	return roster.AgentPatch{
		Name: given[string](in, "name"), Queues: given[[]string](in, "queue"),
		Capacity: given[int](in, "capacity"), Grace: given[time.Duration](in, "grace"),
	}
}

func agents() Group {
	jid := []Arg{{Name: "jid", Canonical: parseAgent}}
	return Group{Name: "agent", Short: "Agents: who answers visitors", Verbs: []Verb{
		{
			Name: "agent list", Short: "List the agents",
			Who: ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /agents",
			Does: list[Agent]{agentColumns(), func(ctx context.Context, d Desk, _ Input) (rows []Agent, err error) {
				err = d.Look(ctx, func(v View) { rows = each(v.Agents(), agentRow) })
				return rows, err
			}},
		},
		{
			Name: "agent add", Short: "Make an XMPP account an agent",
			Example: "frontdesk agent add alice@example.com --name Alice --queue support --capacity 3 --grace 2m",
			Args:    jid, Flags: agentFlags(roster.Agent{Queues: []string{"support"}, Capacity: 1}),
			Who: ByAdmin, Doors: CLI | HTTP, Route: "POST /agents",
			Does: order(func(in Input) (desk.Order, error) {
				a := agentPatch(in).Apply(roster.Agent{JID: agentOf(in)})
				a.Name = cmp.Or(a.Name, a.JID.Local())
				return desk.AddAgent{Agent: a}, checkName(a.Name)
			}),
		},
		{
			Name: "agent set", Short: "Change an agent; what is not named stays",
			Args: jid, Flags: agentFlags(roster.Agent{}), Patch: true,
			Who: ByAdmin, Doors: CLI | HTTP, Route: "PATCH /agents/{jid}",
			Does: order(func(in Input) (desk.Order, error) {
				return desk.SetAgent{JID: agentOf(in), Patch: agentPatch(in)}, checkName(in.text("name"))
			}),
		},
		{
			Name: "agent rm", Short: "Remove an agent; her chats go back to the line",
			Args: jid,
			Who:  ByAdmin, Doors: CLI | HTTP, Route: "DELETE /agents/{jid}",
			Does: order(func(in Input) (desk.Order, error) { return desk.RemoveAgent{JID: agentOf(in)}, nil }),
		},
	}}
}

func agentOf(in Input) roster.AgentJID { return roster.AgentJID(in.text("jid")) }
