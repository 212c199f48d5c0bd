package desk

import (
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// exclusion is how long an agent who lost a chat is asked last.
const exclusion = time.Minute

// maxChatBytes bounds the text of one chat.
const maxChatBytes = 1 << 20

// state is what a desk knows.
type state struct {
	opts  Options
	at    time.Time // the instant of the present step
	stats Stats
	names names

	seats      seats
	lines      lines
	chats      chats
	visitors   visitors
	contacts   contacts
	due        deadlines
	networks   networks
	kept       kept
	outbox     outbox
	link       connection
	recounting []*agent // whose seats have to be read
	seq        int64    // last Entry.Seq
	outboxed   int64    // last number in the outbox
	place      int64    // last place in a line
	directory  directory
}

// connection is the component link as the desk knows it.
type connection struct {
	up       bool
	attached bool // what is carried out goes there
	number   int  // ups and downs so far
}

// Stats counts since the start.
type Stats struct {
	Opened      uint64 // chats opened
	Closed      uint64 // chats closed
	Requeued    uint64
	FromAgent   uint64 // messages with text
	FromVisitor uint64
	Refused     uint64 // requests answered with an error
	Outbox      int    // Words not confirmed
}

// directoryPause is the least time between two tellings of the directory.
const directoryPause = 200 * time.Millisecond

// directory is what visitors were told of the queues.
type directory struct {
	stale bool      // it has to be told again
	told  time.Time // when it was told last
	until time.Time // who may be back after a lost link counts as online; zero: nobody
}

// next is when it has to be told.
func (l directory) next() time.Time {
	if !l.stale {
		return l.until
	}
	return l.told.Add(directoryPause)
}

// due tells whether it has to be told now.
func (l directory) due(now time.Time) bool {
	next := l.next()
	return !next.IsZero() && !now.Before(next)
}

// Next is when a [Tick] is due; the zero time when none is.
func (d *state) Next() time.Time {
	next := earlier(d.due.next(), d.kept.next())
	for _, a := range d.recounting {
		next = earlier(next, a.recount.due)
	}
	return earlier(next, d.directory.next())
}

// rules are those of one chat: the agent's own grace before the queue's before
// the desk's.
func (d *state) rules(c *openChat) chat.Rules {
	rules := chat.Rules{
		Grace: d.opts.Grace, GraceBusy: d.opts.GraceBusy, AgentGrace: d.opts.AgentGrace,
		Answer: d.opts.AnswerWithin, Idle: d.opts.Idle, Wanted: d.opts.WantedFor, Exclusion: exclusion,
	}
	if l := d.lines[c.Queue]; l != nil && l.Grace > 0 {
		rules.Grace = l.Grace
	}
	if a := d.seats.agents[c.Agent]; a != nil && a.Grace > 0 {
		rules.Grace = a.Grace
	}
	return rules
}

// keep has a visitor's messages kept until an instant.
func (d *state) keep(v *visitor, until time.Time) {
	v.until = until
	d.kept.add(v.JID, until)
}

// linger is how long a visitor's sessions outlive a lost link.
func (d *state) linger(jid roster.VisitorJID) time.Duration {
	v := d.visitors[jid]
	if v == nil || v.chat == nil {
		return 0
	}
	return d.rules(v.chat).Grace + d.opts.OfflineAfter
}

// reaches tells whether words can go to the chat's agent now: she has it and
// some client of hers is there. Otherwise they would vanish into her server's
// offline storage without a word.
func (d *state) reaches(c *openChat) bool {
	a := d.seats.agents[c.Agent]
	return c.HoldsSeat() && a != nil && a.online()
}

// nextOutbox is a number in the outbox.
func (d *state) nextOutbox() int64 {
	d.outboxed++
	return d.outboxed
}

// queueOf is the queue an entry was written in.
func (d *state) queueOf(e ledger.Entry) string {
	if c := d.chats[e.Chat]; c != nil {
		return c.Queue
	}
	return d.mainQueue()
}

// mainQueue is the queue for those who name none.
func (d *state) mainQueue() string { return d.lines.main(d.opts.DefaultQueue) }
