package desk

import (
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/roster"
)

// directoryPause is the least time between two tellings of the directory.
const directoryPause = 200 * time.Millisecond

// directory is what visitors were told of the queues.
type directory struct {
	stale bool      // it has to be told again
	told  time.Time // when it was told last
}

// next is when it has to be told.
func (l directory) next() time.Time {
	if !l.stale {
		return time.Time{}
	}
	return l.told.Add(directoryPause)
}

// QueueView is a queue as visitors see it.
type QueueView struct {
	Name    string
	Title   string
	Show    roster.Show // Available, Away or Unavailable
	Status  string
	Default bool
	Agents  []AgentView // the online ones
}

// AgentView is an agent as visitors see her: a resource of the queue.
type AgentView struct {
	Name string
	Show roster.Show
}

// tellDirectory tells the visitors' side how the queues are, when that changed.
func (d *Desk) tellDirectory() {
	if !d.directory.stale || d.at.Before(d.directory.told.Add(directoryPause)) {
		return
	}
	d.directory = directory{told: d.at}
	views := make([]QueueView, 0, len(d.lines))
	for _, name := range slices.Sorted(maps.Keys(d.lines)) {
		views = append(views, d.queueView(d.lines[name]))
	}
	d.after(Listed{views})
}

func (d *Desk) queueView(l *line) QueueView {
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
func (d *Desk) agentViews(name string) []AgentView {
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
