package desk

import (
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// open begins a chat, or says why not. Nothing is opened and nothing is lost
// in silence.
func (d *Desk) open(v *visitor, name, agentName string) *Refusal {
	r, refusal := d.room(name)
	if refusal != nil {
		return refusal
	}
	if r.Closed || d.onlineIn(r) == 0 {
		return refuse("service-unavailable", "cancel", textNobody)
	}
	wanted := d.wanted(r, agentName)
	if limit := d.maxWaiting(r); limit > 0 && d.waitingIn(r) >= limit && !d.freeFor(r, wanted) {
		return refuse("resource-constraint", "wait", textLineFull)
	}
	if d.opts.OpenChats > 0 && len(d.state.chats) >= d.opts.OpenChats {
		return refuse("resource-constraint", "wait", textLineFull)
	}
	if limit := d.opts.ChatsPerAddress; limit > 0 && d.state.crowd[v.where] >= limit {
		return refuse("resource-constraint", "wait", textCrowded)
	}
	d.state.place++
	c := &openChat{index: -1, Chat: chat.Chat{
		ID: chatID(), Visitor: v.JID, Queue: r.Name, Place: d.state.place, Opened: d.now(),
	}}
	d.state.chats[c.ID] = c
	d.state.crowd.enter(c, v.where)
	v.chat = c
	d.stats.opened.Add(1)
	d.save(ledger.SaveVisitor{Visitor: v.Visitor}, ledger.SaveChat{Chat: c.Chat})
	d.step(c, chat.Opened{Wanted: wanted})
	if tabs, _ := v.online(); tabs == 0 {
		d.step(c, chat.VisitorGone{Busy: d.busy(c.Queue, c)})
	}
	d.after(tenured{visitor: v.JID})
	return nil
}

// room finds a queue by name; "" is the default one.
func (d *Desk) room(name string) (*room, *Refusal) {
	if name == "" {
		name = d.defaultQueue()
	}
	r, ok := d.state.queues[name]
	if !ok {
		return nil, refuse("item-not-found", "cancel", textNoQueue)
	}
	return r, nil
}

// defaultQueue is the configured one, else the first by name.
func (d *Desk) defaultQueue() string {
	if _, ok := d.state.queues[d.opts.DefaultQueue]; ok {
		return d.opts.DefaultQueue
	}
	first := ""
	for name := range d.state.queues {
		if first == "" || name < first {
			first = name
		}
	}
	return first
}

// wanted is the agent a visitor asks for by her display name, if she is online.
func (d *Desk) wanted(r *room, name string) roster.AgentJID {
	for _, a := range d.state.agents {
		if name != "" && a.Name == name && a.Serves(r.Name) && a.online() {
			return a.JID
		}
	}
	return ""
}

// freeFor tells whether the chat would not have to wait.
func (d *Desk) freeFor(r *room, wanted roster.AgentJID) bool {
	if wanted != "" {
		return r.pool.Has(wanted)
	}
	return r.pool.Size() > 0
}

func (d *Desk) maxWaiting(r *room) int {
	if r.MaxWaiting > 0 {
		return r.MaxWaiting
	}
	return d.opts.MaxWaiting
}

// waitingIn counts who waits without an agent being claimed for them.
func (d *Desk) waitingIn(r *room) int {
	n := 0
	for _, w := range r.line.All() {
		if c := d.state.chats[w.Chat]; c != nil && c.Pending == "" {
			n++
		}
	}
	return n
}

// busy tells whether others than one (nil: nobody) wait in a queue, whose
// visitors are there.
func (d *Desk) busy(name string, one *openChat) bool {
	r := d.state.queues[name]
	if r == nil {
		return false
	}
	for _, w := range r.line.All() {
		if c := d.state.chats[w.Chat]; c != nil && c != one && c.State == chat.Queued && c.Pending == "" {
			return true
		}
	}
	return false
}

func (d *Desk) onlineIn(r *room) int {
	n := 0
	for _, a := range d.state.agents {
		if (a.online() || d.now().Before(a.expected)) && a.Serves(r.Name) {
			n++
		}
	}
	return n
}

// join is XEP-0142 join-queue: a chat whose first words are the question.
func (d *Desk) join(v *visitor, j Join) Answer {
	if j.Email != "" {
		v.Email = j.Email
	}
	if j.Name != "" {
		d.rename(v, j.Name)
	}
	if v.chat == nil {
		if err := d.open(v, j.Queue, ""); err != nil {
			return Answer{Err: err}
		}
		if text := strings.TrimSpace(j.Question); text != "" {
			d.record(v, chat.Message{Text: text})
		}
		d.serve(v.chat.Queue)
	} else if j.Queue != "" && j.Queue != v.chat.Queue {
		return Answer{Err: refuse("conflict", "cancel", textOtherQueue(v.chat.Queue))}
	}
	return d.placeOf(v)
}

// depart is XEP-0142 depart-queue; it ends the chat wherever it stands.
func (d *Desk) depart(v *visitor, q Depart) Answer {
	c := v.chat
	if c == nil || q.Queue != "" && q.Queue != c.Queue {
		return Answer{Err: refuse("item-not-found", "cancel", textNotWaiting)}
	}
	d.close(c, chat.VisitorEnded)
	return Answer{Ended: true}
}

// placeOf is the visitor's place in the line.
func (d *Desk) placeOf(v *visitor) Answer {
	if v.chat == nil {
		return Answer{Err: refuse("item-not-found", "cancel", textNotWaiting)}
	}
	return Answer{Status: d.status(v.chat)}
}

func (d *Desk) status(c *openChat) *QueueStatus {
	r := d.state.queues[c.Queue]
	if r == nil || !c.Waits() {
		return nil
	}
	position := r.line.Position(c.ID)
	if position == 0 {
		return nil
	}
	return &QueueStatus{Position: position, Wait: r.estimate(position)}
}

// enter puts a chat into its line: at its place, or in front of everybody.
func (d *Desk) enter(c *openChat, head bool) {
	r := d.state.queues[c.Queue]
	if r == nil {
		return
	}
	if head {
		c.Place = r.line.Head()
	}
	r.line.Put(queue.Waiting[chat.ID]{Chat: c.ID, Place: c.Place})
}
