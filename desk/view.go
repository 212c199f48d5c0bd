package desk

import (
	"maps"
	"slices"

	"frontdesk/chat"
	"frontdesk/queue"
	"frontdesk/roster"
)

// AgentInfo is an agent with what she is doing.
type AgentInfo struct {
	Agent    roster.Agent
	Chats    int         // seats taken
	Presence roster.Show // best of her resources
}

// QueueInfo is a queue with its line.
type QueueInfo struct {
	Queue   queue.Queue
	Waiting int
	Agents  int // who serve it
	Online  int // of these
}

// VisitorInfo is a visitor who is online or has an open chat.
type VisitorInfo struct {
	Visitor roster.Visitor
	Online  bool
	Tabs    int
	Chat    chat.ID // "" without an open chat
}

// Status is the desk in numbers.
type Status struct {
	Link     bool // the component link is up
	Agents   int
	Online   int // agents online
	Queues   int
	Visitors int // online
	Waiting  int
	Active   int
	Away     int
}

// Stats returns the counters.
func (d *state) Stats() Stats { return d.stats }

// Status returns the whole desk in numbers.
func (d *state) Status() Status {
	s := Status{Link: d.link.up, Agents: len(d.seats.agents), Queues: len(d.lines)}
	for _, a := range d.seats.agents {
		if a.online() {
			s.Online++
		}
	}
	for _, v := range d.visitors {
		if live, _ := v.tabs.online(); live > 0 {
			s.Visitors++
		}
	}
	for _, c := range d.chats {
		switch {
		case c.State == chat.Away:
			s.Away++
		case c.Waits():
			s.Waiting++
		default:
			s.Active++
		}
	}
	return s
}

// Agents returns the agents by address.
func (d *state) Agents() []AgentInfo {
	out := []AgentInfo{}
	for _, a := range d.seats.sorted() {
		info := AgentInfo{Agent: a.Agent, Chats: a.taken, Presence: a.show}
		info.Agent.Queues = slices.Clone(a.Queues)
		out = append(out, info)
	}
	return out
}

// Queues returns the queues by name.
func (d *state) Queues() []QueueInfo {
	out := []QueueInfo{}
	for _, name := range slices.Sorted(maps.Keys(d.lines)) {
		l := d.lines[name]
		info := QueueInfo{Queue: l.Queue, Waiting: l.waiting.Len(), Online: d.seats.online(name, d.at)}
		for _, a := range d.seats.agents {
			if a.Serves(name) {
				info.Agents++
			}
		}
		out = append(out, info)
	}
	return out
}

// Visitors returns who is online or has an open chat, by address.
func (d *state) Visitors() []VisitorInfo {
	out := []VisitorInfo{}
	for _, jid := range slices.Sorted(maps.Keys(d.visitors)) {
		v := d.visitors[jid]
		live, _ := v.tabs.online()
		info := VisitorInfo{Visitor: v.Visitor, Online: live > 0, Tabs: live}
		if v.chat != nil {
			info.Chat = v.chat.ID
		}
		if info.Online || v.chat != nil {
			out = append(out, info)
		}
	}
	return out
}

// Chats returns the open chats, oldest first.
func (d *state) Chats() []chat.Chat {
	out := []chat.Chat{}
	for _, c := range d.chats.sorted() {
		out = append(out, c.Chat)
	}
	slices.SortStableFunc(out, func(a, b chat.Chat) int { return a.Opened.Compare(b.Opened) })
	return out
}

// Chat returns an open chat, false when there is none with that id.
func (d *state) Chat(id chat.ID) (chat.Chat, bool) {
	if c := d.chats[id]; c != nil {
		return c.Chat, true
	}
	return chat.Chat{}, false
}
