package engine

import (
	"context"
	"log/slog"

	"frontdesk/desk"
)

// carryOut does what follows from steps, in order. What is for the link is
// collected, and given to it by flush.
func (e *Engine) carryOut(effects []desk.Effect) {
	for _, effect := range effects {
		switch x := effect.(type) {
		case desk.ToAgent:
			e.toLink = append(e.toLink, x)
		case desk.Answered:
			e.visitors.Answer(x.Tab, x.Ref, x.Answer)
		case desk.Delivered:
			e.visitors.Deliver(x.Visitor, x.Delivery)
		case desk.Joined:
			e.visitors.Join(x.Tab)
		case desk.Tenured:
			e.visitors.Tenure(x.Visitor, x.Linger)
		case desk.Dismissed:
			e.visitors.Dismiss(x.Visitor, x.All)
		case desk.LinkChanged:
			e.visitors.Link(x.Up)
		case desk.Listed:
			e.queues.Store(&x.Queues)
			e.visitors.Directory(x.Queues)
		case desk.Replied:
			e.orders.reply(x)
		case desk.Recall:
			e.recall.visitor(x.Visitor)
		case desk.ReadSeats:
			e.recall.seats(x.Agent)
		case desk.Logged:
			e.write(x)
		}
	}
}

// flush gives the link what was carried out, and others the counters.
func (e *Engine) flush() {
	e.publish()
	if len(e.toLink) == 0 {
		return
	}
	e.agents.Send(e.toLink)
	e.toLink = nil
}

// write writes a line of the log.
func (e *Engine) write(x desk.Logged) {
	level := slog.LevelInfo
	if x.Warning {
		level = slog.LevelWarn
	}
	var with []slog.Attr
	for _, a := range []slog.Attr{
		slog.String("chat", string(x.Chat)), slog.String("visitor", string(x.Visitor)),
		slog.String("agent", string(x.Agent)), slog.String("detail", x.Detail),
	} {
		if a.Value.String() != "" {
			with = append(with, a)
		}
	}
	e.log.LogAttrs(context.Background(), level, x.Text, with...) //nolint:sloglint // the desk has no log: its lines are constants there
}
