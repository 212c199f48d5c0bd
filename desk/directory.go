package desk

import (
	"slices"
	"strings"
	"time"

	"frontdesk/roster"
)

// directoryPause is the least time between two tellings of the directory.
const directoryPause = 200 * time.Millisecond

// tellDirectory tells the visitors' side how the queues are, when that changed.
func (d *Desk) tellDirectory() {
	now := d.now()
	if !d.stale || now.Before(d.told.Add(directoryPause)) {
		return
	}
	d.stale, d.told = false, now
	d.after(listed{queues: d.directory()})
}

// Directory returns the queues as visitors were told last; it never blocks. It
// is not to be changed.
func (d *Desk) Directory() []QueueView {
	if told := d.listing.Load(); told != nil {
		return *told
	}
	return nil
}

// directory is the queues as visitors see them.
func (d *Desk) directory() []QueueView {
	views := make([]QueueView, 0, len(d.state.queues))
	for _, r := range d.state.queues {
		views = append(views, d.view(r))
	}
	slices.SortFunc(views, func(a, b QueueView) int { return strings.Compare(a.Name, b.Name) })
	return views
}

func (d *Desk) view(r *room) QueueView {
	view := QueueView{Name: r.Name, Title: r.Title, Default: r.Name == d.defaultQueue()}
	if view.Title == "" {
		view.Title = r.Name
	}
	if r.Closed || !d.link {
		view.Status = textQueueClosed
		return view
	}
	for _, a := range d.state.agents {
		if !a.online() || !a.Serves(r.Name) {
			continue
		}
		show := a.show
		if show < roster.Available {
			show = roster.Away
		} else if !a.seats().Free() {
			show = roster.DND
		}
		view.Agents = append(view.Agents, AgentView{a.Name, show})
	}
	slices.SortFunc(view.Agents, func(a, b AgentView) int { return strings.Compare(a.Name, b.Name) })
	switch {
	case r.pool.Size() > 0:
		view.Show = roster.Available
	case len(view.Agents) > 0:
		view.Show, view.Status = roster.Away, textQueueBusy
	default:
		view.Status = textQueueClosed
	}
	return view
}
