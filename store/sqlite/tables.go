package sqlite

import (
	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// tables are all tables that keep one value in a row.
type tables struct {
	agents   *table[roster.Agent]
	queues   *table[queue.Queue]
	visitors *table[roster.Visitor]
	chats    *table[chat.Chat]
	entries  *table[ledger.Entry]
}

func newTables() *tables {
	t := &tables{
		agents:   newTable("agents", "a", agentFields),
		queues:   newTable("queues", "q", queueFields),
		visitors: newTable("visitors", "v", visitorFields),
		chats:    newTable("chats", "c", chatFields),
		entries:  newTable("entries", "e", entryFields, entryChat()),
	}
	t.chats.save += closedIsFinal
	return t
}
