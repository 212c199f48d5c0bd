package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// turn is one batch: changes for the store, and what follows once they are on
// disk.
type turn struct {
	changes []ledger.Change
	since   time.Time // when the first of them was saved for later
	urgent  bool      // somebody waits for it
	claims  []claim
	effects []effect
}

// claim is a ClaimSeat under way.
type claim struct {
	chat  chat.ID
	agent roster.AgentJID
}

// effect is carried out after the commit, or told that its batch was dropped.
type effect interface {
	carryOut(d *Desk)
	failed(d *Desk)
}

// laterTime is how long what nobody waits for may wait for company.
const laterTime = 20 * time.Millisecond

func (d *Desk) save(c ...ledger.Change) {
	d.turn.changes = append(d.turn.changes, c...)
	d.turn.urgent = d.turn.urgent || len(c) > 0
}

// saveLater is for what only keeps a message from coming twice after a crash: it
// shares the commit of the next change that somebody waits for.
func (d *Desk) saveLater(c ledger.Change) {
	d.turn.changes = append(d.turn.changes, c)
	if d.turn.since.IsZero() {
		d.turn.since = d.now()
	}
}

func (d *Desk) after(e effect) {
	d.turn.effects = append(d.turn.effects, e)
	d.turn.urgent = true
}

func (d *Desk) send(out ToAgent) { d.after(sent{out}) }

// due is when a turn that nobody waits for is submitted; zero for others.
func (t *turn) due() time.Time {
	if t.urgent || len(t.changes) == 0 {
		return time.Time{}
	}
	return t.since.Add(laterTime)
}

func (d *Desk) carryOut(t *turn) {
	for _, e := range t.effects {
		e.carryOut(d)
	}
	d.flush()
}

// lasting is embedded by effects that have nobody to tell of a failure.
type lasting struct{}

func (lasting) failed(*Desk) {}

type (
	// replied ends a command.
	replied struct{ done chan error }
	// answered ends a visitor's request.
	answered struct {
		tab Tab
		ref uint64
		a   Answer
	}
	// delivered shows something to a visitor.
	delivered struct {
		lasting
		visitor  roster.VisitorJID
		delivery Delivery
	}
	// sent goes to the link.
	sent struct{ out ToAgent }
	// spoken goes to the link and is kept until the server has taken it.
	spoken struct {
		lasting
		words posted
	}
	// heard is an agent's message that is on disk; nothing is left to do. If it
	// is not, she has to know.
	heard struct{ says AgentSays }
	// tenured tells how long sessions outlive a lost link.
	tenured struct {
		lasting
		visitor roster.VisitorJID
	}
	// dismissed ends a visitor's streams.
	dismissed struct {
		lasting
		visitor roster.VisitorJID
		all     bool
	}
	// linked tells the visitors' side how the link is.
	linked struct{ up bool }
	// joined lets a tab have what is delivered to all, and before that what is
	// unsettled.
	joined struct{ tab Tab }
	// retracted takes words from the outbox that somebody else gets now.
	retracted struct {
		lasting
		contact roster.Contact
	}
	// listed tells the directory.
	listed struct {
		lasting
		queues []QueueView
	}
)

func (e replied) carryOut(*Desk) { e.done <- nil }
func (e replied) failed(*Desk)   { e.done <- ErrStore }

func (e answered) carryOut(d *Desk) { d.visitors.Answer(e.tab, e.ref, e.a) }

func (e answered) failed(d *Desk) {
	d.stats.refused.Add(1)
	d.visitors.Answer(e.tab, e.ref, Answer{Err: refuse("resource-constraint", "wait", textStoreFailed)})
}

func (e delivered) carryOut(d *Desk) { d.visitors.Deliver(e.visitor, e.delivery) }

func (e sent) carryOut(d *Desk) {
	if d.wired {
		d.batch = append(d.batch, e.out)
	}
}

func (e sent) failed(d *Desk) {
	if _, ok := e.out.(Card); ok {
		e.carryOut(d)
	}
}

func (e spoken) carryOut(d *Desk) {
	d.outbox.add(e.words)
	if d.wired {
		d.batch = d.outbox.next(d.batch)
	}
}

func (heard) carryOut(*Desk) {}

func (e heard) failed(d *Desk) {
	sent{refusal(e.says, "resource-constraint", "wait", textStoreFailed)}.carryOut(d)
}

func (e tenured) carryOut(d *Desk)   { d.visitors.Tenure(e.visitor, d.linger(e.visitor)) }
func (e dismissed) carryOut(d *Desk) { d.visitors.Dismiss(e.visitor, e.all) }
func (e linked) carryOut(d *Desk)    { d.visitors.Link(e.up) }
func (e linked) failed(d *Desk)      { e.carryOut(d) }
func (e joined) carryOut(d *Desk)    { d.visitors.Join(e.tab) }
func (e retracted) carryOut(d *Desk) { d.outbox.retract(e.contact) }

// failed: the tab is there all the same.
func (e joined) failed(d *Desk) {
	if v, ok := d.state.visitors[e.tab.Visitor]; ok {
		d.welcome(v, e.tab.Stream)
	}
}

func (e listed) carryOut(d *Desk) {
	d.listing.Store(&e.queues)
	d.visitors.Directory(e.queues)
}

// flush gives the link what was carried out.
func (d *Desk) flush() {
	if d.wired {
		d.batch = d.outbox.next(d.batch)
	}
	d.stats.outbox.Store(int64(d.outbox.len()))
	if len(d.batch) == 0 {
		return
	}
	d.agents.Send(d.batch)
	d.batch = nil
}
