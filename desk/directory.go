package desk

import (
	"maps"
	"slices"
	"strings"

	"frontdesk/roster"
)

// tellDirectory tells the visitors' side how the queues are, when that changed,
// and those who wait when nobody serves their queue any more.
func (d *Desk) tellDirectory() {
	if !d.directory.due(d.at) {
		return
	}
	d.directory.stale, d.directory.told = false, d.at
	d.directory.until = d.seats.nextExpected(d.at)
	d.checkLines()
	views := make([]QueueView, 0, len(d.lines))
	for _, name := range slices.Sorted(maps.Keys(d.lines)) {
		views = append(views, d.queueView(d.lines[name]))
	}
	d.after(Listed{views})
}

func (d *state) queueView(l *line) QueueView {
	view := QueueView{Name: l.Name, Title: l.Title, Default: l.Name == d.mainQueue()}
	if view.Title == "" {
		view.Title = l.Name
	}
	if l.Closed || !d.link.up {
		view.Status = textQueueClosed
		return view
	}
	view.Agents = d.agentViews(l.Name)
	switch {
	case d.seats.free(l.Name) > 0:
		view.Show = roster.Available
	case len(view.Agents) > 0:
		view.Show, view.Status = roster.Away, textQueueBusy
	default:
		view.Status = textQueueClosed
	}
	return view
}

// agentViews are the agents of a queue who are online, by name.
func (d *state) agentViews(name string) []AgentView {
	var views []AgentView
	for _, a := range d.seats.agents {
		if !a.online() || !a.Serves(name) {
			continue
		}
		show := a.show
		if show < roster.Available {
			show = roster.Away
		} else if !a.seats().Free() {
			show = roster.DND
		}
		views = append(views, AgentView{a.Name, show})
	}
	slices.SortFunc(views, func(a, b AgentView) int { return strings.Compare(a.Name, b.Name) })
	return views
}
