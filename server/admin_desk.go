package server

import (
	"context"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/link"
	"frontdesk/queue"
	"frontdesk/roster"
)

// adminDesk is the desk as the admin's door knows it, with what the link knows
// of itself.
type adminDesk struct {
	*engine.Engine
	link *link.Link
}

func (s *Server) adminDesk() adminDesk { return adminDesk{s.desk, s.link} }

// Status adds the link's identity to the desk's numbers.
func (a adminDesk) Status(ctx context.Context) (engine.Status, error) {
	status, err := a.Engine.Status(ctx)
	now := a.link.Stats()
	status.Link, status.LinkID, status.Trouble = now.Up, now.LinkID, now.Trouble
	return status, err
}

func (a adminDesk) Agents(ctx context.Context) (out []desk.AgentInfo, err error) {
	err = a.Look(ctx, func(d *desk.Desk) { out = d.Agents() })
	return out, err
}

func (a adminDesk) AddAgent(ctx context.Context, agent roster.Agent) error {
	return a.Order(ctx, desk.AddAgent{Agent: agent})
}

func (a adminDesk) SetAgent(ctx context.Context, jid roster.AgentJID, p roster.AgentPatch) error {
	return a.Order(ctx, desk.SetAgent{JID: jid, Patch: p})
}

func (a adminDesk) RemoveAgent(ctx context.Context, jid roster.AgentJID) error {
	return a.Order(ctx, desk.RemoveAgent{JID: jid})
}

func (a adminDesk) Queues(ctx context.Context) (out []desk.QueueInfo, err error) {
	err = a.Look(ctx, func(d *desk.Desk) { out = d.Queues() })
	return out, err
}

func (a adminDesk) AddQueue(ctx context.Context, q queue.Queue) error {
	return a.Order(ctx, desk.AddQueue{Queue: q})
}

func (a adminDesk) SetQueue(ctx context.Context, name string, p queue.Patch) error {
	return a.Order(ctx, desk.SetQueue{Name: name, Patch: p})
}

func (a adminDesk) RemoveQueue(ctx context.Context, name string) error {
	return a.Order(ctx, desk.RemoveQueue{Name: name})
}

func (a adminDesk) Visitors(ctx context.Context) (out []desk.VisitorInfo, err error) {
	err = a.Look(ctx, func(d *desk.Desk) { out = d.Visitors() })
	return out, err
}

func (a adminDesk) KickVisitor(ctx context.Context, jid roster.VisitorJID) error {
	return a.Order(ctx, desk.KickVisitor{JID: jid})
}

func (a adminDesk) CloseChat(ctx context.Context, id chat.ID) error {
	return a.Order(ctx, desk.CloseChat{ID: id, Reason: chat.AdminEnded})
}
