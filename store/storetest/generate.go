package storetest

import (
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"

	"pgregory.net/rapid"
)

// source makes values out of texts and instants. A wide one makes everything
// that can be stored, a narrow one values that often meet.
type source struct {
	text    *rapid.Generator[string]
	instant *rapid.Generator[time.Time]
}

func wide() source {
	hostile := rapid.SampledFrom([]string{
		"'; DROP TABLE chats; --", `"; DELETE FROM entries; --`, "\x1b]0;owned\a", "line\nlevel=ERROR msg=fake", "$1 ?1 :a @b", "nul\x00nul", "%s%n",
	})
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		n := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "nanos")
		if n == 0 || rapid.IntRange(0, 3).Draw(t, "none") == 0 {
			return time.Time{}
		}
		return time.Unix(0, n).UTC()
	})
	return source{rapid.OneOf(rapid.String(), rapid.String(), hostile), instant}
}

// narrowTexts are all texts of a narrow source.
func narrowTexts[T ~string]() []T { return []T{"a", "b", "c", ""} }

func narrow() source {
	return source{
		text: rapid.SampledFrom(narrowTexts[string]()),
		instant: rapid.Custom(func(t *rapid.T) time.Time {
			n := rapid.Int64Range(-1, 9).Draw(t, "second")
			if n < 0 {
				return time.Time{}
			}
			return Second(n)
		}),
	}
}

func (s source) agentJID(t *rapid.T) roster.AgentJID {
	return roster.AgentJID(s.text.Draw(t, "agent"))
}

func (s source) visitorJID(t *rapid.T) roster.VisitorJID {
	return roster.VisitorJID(s.text.Draw(t, "visitor"))
}

func (s source) chatID(t *rapid.T) chat.ID { return chat.ID(s.text.Draw(t, "chat")) }

// chat makes a chat in one of the states up to last.
func (s source) chat(t *rapid.T, last chat.State) chat.Chat {
	at := func(what string) time.Time { return s.instant.Draw(t, what) }
	return chat.Chat{
		ID:       s.chatID(t),
		Visitor:  s.visitorJID(t),
		Queue:    s.text.Draw(t, "queue"),
		State:    chat.State(rapid.IntRange(int(chat.Queued), int(last)).Draw(t, "state")),
		Agent:    s.agentJID(t),
		Wanted:   s.agentJID(t),
		Place:    rapid.Int64().Draw(t, "place"),
		Answered: rapid.Bool().Draw(t, "answered"),
		Opened:   at("opened"),
		Closed:   at("closed"),
		Reason:   chat.Reason(s.text.Draw(t, "reason")),
		Deadlines: chat.Deadlines{
			Grace: at("grace"), AgentGrace: at("agent grace"), Answer: at("answer"), Idle: at("idle"),
			IdleWarn: at("idle warn"), Invite: at("invite"), Wanted: at("wanted until"),
		},
	}
}

func (s source) entry(t *rapid.T, seq int64, id chat.ID) ledger.Entry {
	text := func(what string) string { return s.text.Draw(t, what) }
	return ledger.Entry{
		Seq: seq, Chat: id,
		Visitor:   s.visitorJID(t),
		Author:    ledger.Author(rapid.IntRange(0, 2).Draw(t, "author")),
		Agent:     s.agentJID(t),
		AgentName: text("name"), ID: text("id"), Ref: text("ref"), Text: text("text"), Lang: text("lang"), Replace: text("replace"),
		WantReceipt: rapid.Bool().Draw(t, "receipt"),
		At:          s.instant.Draw(t, "at"),
		Outbox:      rapid.Int64Min(0).Draw(t, "outbox"),
		Delivery:    ledger.Delivery(rapid.IntRange(0, 2).Draw(t, "delivery")),
	}
}

func (s source) queue(t *rapid.T) queue.Queue {
	return queue.Queue{
		Name: s.text.Draw(t, "queue"), Title: s.text.Draw(t, "title"),
		Strategy: queue.Strategy(s.text.Draw(t, "strategy")), Grace: time.Duration(rapid.Int64().Draw(t, "grace")),
		MaxWaiting: rapid.Int().Draw(t, "waiting"), Closed: rapid.Bool().Draw(t, "closed"),
	}
}

// agent makes an agent of other queues than "".
func (s source) agent(t *rapid.T, capacity *rapid.Generator[int]) roster.Agent {
	return roster.Agent{
		JID: s.agentJID(t), Name: s.text.Draw(t, "name"), Capacity: capacity.Draw(t, "capacity"),
		Queues: rapid.SliceOfN(rapid.StringMatching("[a-c]|support"), 0, 5).Draw(t, "queues"),
		Grace:  time.Duration(rapid.Int64().Draw(t, "own grace")),
	}
}

func (s source) visitor(t *rapid.T) roster.Visitor {
	return roster.Visitor{
		JID: s.visitorJID(t), Name: s.text.Draw(t, "name"), Email: s.text.Draw(t, "email"),
		Page: roster.Page{Title: s.text.Draw(t, "title"), URI: s.text.Draw(t, "uri")},
	}
}

func (s source) contact(t *rapid.T) roster.Contact {
	return roster.Contact{Agent: s.agentJID(t), Visitor: s.visitorJID(t)}
}

// change makes any change that there is; entries and their places are few.
func (s source) change(t *rapid.T) ledger.Change {
	seq := func() int64 { return rapid.Int64Range(1, 40).Draw(t, "seq") }
	outbox := func() int64 { return rapid.Int64Range(0, 20).Draw(t, "outbox") }
	switch rapid.IntRange(0, 15).Draw(t, "kind") {
	case 0, 1:
		return ledger.SaveChat{Chat: s.chat(t, chat.Closed)}
	case 2:
		return ledger.ClaimSeat{Chat: s.chatID(t), Agent: s.agentJID(t)}
	case 3, 4:
		e := s.entry(t, seq(), s.chatID(t))
		e.Outbox = outbox()
		return ledger.SaveEntry{Entry: e}
	case 5:
		return ledger.AddressEntry{Seq: seq(), Agent: s.agentJID(t), Outbox: outbox()}
	case 6:
		from := outbox()
		return ledger.ConfirmOutbox{From: from, UpTo: from + rapid.Int64Range(0, 3).Draw(t, "more")}
	case 7:
		return ledger.SeeEntry{Seq: seq()}
	case 8:
		return ledger.SettleEntries{Seqs: []int64{seq(), seq()}}
	case 9:
		return ledger.SaveVisitor{Visitor: s.visitor(t)}
	case 10:
		return ledger.SaveContact{Contact: s.contact(t)}
	case 11:
		return ledger.DropContact{Contact: s.contact(t)}
	case 12:
		return ledger.SaveQueue{Queue: s.queue(t)}
	case 13:
		return ledger.DropQueue{Name: s.text.Draw(t, "queue")}
	case 14:
		return ledger.SaveAgent{Agent: s.agent(t, rapid.IntRange(0, 2))}
	}
	return ledger.DropAgent{JID: s.agentJID(t)}
}
