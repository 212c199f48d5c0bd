package command

import (
	"cmp"
	"context"
	"time"

	"frontdesk/desk"
	"frontdesk/queue"
)

// Queue is a row of the queues.
type Queue struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Strategy   string   `json:"strategy"`
	Grace      Duration `json:"grace"`
	MaxWaiting int      `json:"max_waiting"`
	Closed     bool     `json:"closed"` // takes no new chats
	Waiting    int      `json:"waiting"`
	Agents     int      `json:"agents"` // who serve it
	Online     int      `json:"online"` // of these
}

func queueRow(q desk.QueueInfo) Queue {
	return Queue{
		Name: q.Queue.Name, Title: q.Queue.Title, Strategy: string(cmp.Or(q.Queue.Strategy, queue.LeastLoaded)),
		Grace: Duration(q.Queue.Grace), MaxWaiting: q.Queue.MaxWaiting, Closed: q.Queue.Closed,
		Waiting: q.Waiting, Agents: q.Agents, Online: q.Online,
	}
}

func queueColumns() []column[Queue] {
	return []column[Queue]{
		{"QUEUE", func(q Queue) string { return q.Name }},
		{"TITLE", func(q Queue) string { return q.Title }},
		{"STRATEGY", func(q Queue) string { return q.Strategy }},
		{"GRACE", func(q Queue) string { return orDefault(q.Grace != 0, time.Duration(q.Grace).String()) }},
		{"MAX", func(q Queue) string { return orDefault(q.MaxWaiting != 0, count(q.MaxWaiting)) }},
		{"CLOSED", func(q Queue) string { return yesNo(q.Closed) }},
		{"WAITING", func(q Queue) string { return count(q.Waiting) }},
		{"ONLINE", func(q Queue) string { return count(q.Online) }},
		{"AGENTS", func(q Queue) string { return count(q.Agents) }},
	}
}

func queueFlags() []Flag {
	return []Flag{
		{Name: "title", Default: "", Help: "what people read; unless set the queue's name"},
		{Name: "strategy", Default: "", Help: "who is next: least_loaded (unless set) or round_robin"},
		{Name: "grace", Default: time.Duration(0), Help: "how long visitors may be gone; 0 is the configuration's"},
		{Name: "max-waiting", Field: "max_waiting", Default: 0, Help: "how many chats may wait; 0 is the configuration's"},
		{Name: "closed", Default: false, Help: "take no new chats"},
	}
}

func queuePatch(in Input) queue.Patch {
	return queue.Patch{
		Title: given[string](in, "title"), Strategy: (*queue.Strategy)(given[string](in, "strategy")),
		Grace: given[time.Duration](in, "grace"), MaxWaiting: given[int](in, "max-waiting"), Closed: given[bool](in, "closed"),
	}
}

func queues() Group {
	name := []Arg{{Name: "queue", Field: "name"}}
	return Group{Name: "queue", Short: "Queues: what visitors write to", Verbs: []Verb{
		{
			Name: "queue list", Short: "List the queues",
			Who: ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /queues",
			Does: list[Queue]{queueColumns(), func(ctx context.Context, d Desk, _ Input) (rows []Queue, err error) {
				err = d.Look(ctx, func(v View) { rows = each(v.Queues(), queueRow) })
				return rows, err
			}},
		},
		{
			Name: "queue add", Short: "Make a queue",
			Example: "frontdesk queue add sales --title Sales --max-waiting 20",
			Args:    []Arg{{Name: "queue", Field: "name", Canonical: parseQueue}}, Flags: queueFlags(),
			Who: ByAdmin, Doors: CLI | HTTP, Route: "POST /queues",
			Does: order(func(in Input) (desk.Order, error) {
				q := queuePatch(in).Apply(queue.Queue{Name: in.text("queue")})
				return desk.AddQueue{Queue: q}, checkName(q.Title)
			}),
		},
		{
			Name: "queue set", Short: "Change a queue; what is not named stays",
			Example: "frontdesk queue set sales --closed\nfrontdesk queue set sales --closed=false",
			Args:    name, Flags: queueFlags(), Patch: true,
			Who: ByAdmin, Doors: CLI | HTTP, Route: "PATCH /queues/{name}",
			Does: order(func(in Input) (desk.Order, error) {
				return desk.SetQueue{Name: in.text("queue"), Patch: queuePatch(in)}, checkName(in.text("title"))
			}),
		},
		{
			Name: "queue rm", Short: "Remove a queue without open chats",
			Args: name,
			Who:  ByAdmin, Doors: CLI | HTTP, Route: "DELETE /queues/{name}",
			Does: order(func(in Input) (desk.Order, error) { return desk.RemoveQueue{Name: in.text("queue")}, nil }),
		},
	}}
}
