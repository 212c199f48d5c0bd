package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

// Status returns the whole desk in numbers.
func (d *Desk) Status(ctx context.Context) (Status, error) {
	var s Status
	err := d.do(ctx, func() error {
		s = Status{Started: d.started, Link: d.link, Agents: len(d.state.agents), Queues: len(d.state.queues)}
		for _, a := range d.state.agents {
			if a.online() {
				s.Online++
			}
		}
		for _, v := range d.state.visitors {
			if tabs, _ := v.online(); tabs > 0 {
				s.Visitors++
			}
		}
		for _, c := range d.state.chats {
			switch {
			case c.State == chat.Away:
				s.Away++
			case c.Waits():
				s.Waiting++
			default:
				s.Active++
			}
		}
		return nil
	})
	s.Stats = d.Stats()
	return s, err
}

// Stats returns the counters; it never blocks.
func (d *Desk) Stats() Stats {
	c := &d.stats
	return Stats{
		Events: c.events.Load(), Batches: c.batches.Load(), Failed: c.failed.Load(),
		Opened: c.opened.Load(), Closed: c.closed.Load(), Requeued: c.requeued.Load(),
		FromAgent: c.fromAgent.Load(), FromGuest: c.fromGuest.Load(), Refused: c.refused.Load(),
		Outbox: int(c.outbox.Load()), Backlog: d.inbox.backlog(),
	}
}

// Configure replaces the rules; the domain and the log stay.
func (d *Desk) Configure(ctx context.Context, o Options) error {
	return d.do(ctx, func() error {
		o.Domain, o.Log = d.opts.Domain, d.opts.Log
		d.opts = o
		d.stale = true
		for _, v := range d.state.visitors {
			if v.chat != nil {
				d.after(tenured{visitor: v.JID})
			}
		}
		return nil
	})
}

// Visitors returns who is online or has an open chat, by address.
func (d *Desk) Visitors(ctx context.Context) ([]VisitorInfo, error) {
	out := []VisitorInfo{}
	err := d.do(ctx, func() error {
		for _, v := range d.state.visitors {
			tabs, _ := v.online()
			info := VisitorInfo{Visitor: v.Visitor, Online: tabs > 0, Tabs: tabs}
			if v.chat != nil {
				info.Chat = v.chat.ID
			}
			if info.Online || v.chat != nil {
				out = append(out, info)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b VisitorInfo) int { return strings.Compare(string(a.Visitor.JID), string(b.Visitor.JID)) })
	return out, err
}

// KickVisitor ends a visitor's chat and streams: [ErrNotFound].
func (d *Desk) KickVisitor(ctx context.Context, jid roster.VisitorJID) error {
	return d.do(ctx, func() error {
		v := d.state.visitors[jid]
		if v == nil || v.chat == nil && len(v.tabs) == 0 {
			return fmt.Errorf("visitor %s: %w; see \"visitor list\"", jid, ErrNotFound)
		}
		if v.chat != nil {
			d.close(v.chat, chat.AdminEnded)
		}
		d.after(dismissed{visitor: jid, all: true})
		return nil
	})
}

// Chats returns the open chats, or with all the closed ones too, oldest first.
func (d *Desk) Chats(ctx context.Context, all bool) ([]chat.Chat, error) {
	if all {
		return d.store.Chats(ctx, true)
	}
	out := []chat.Chat{}
	err := d.do(ctx, func() error {
		for _, c := range d.sortedChats() {
			out = append(out, c.Chat)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b chat.Chat) int { return a.Opened.Compare(b.Opened) })
	return out, err
}

// Chat returns an open chat as it stands, or a closed one from the store:
// [ErrNotFound].
func (d *Desk) Chat(ctx context.Context, id chat.ID) (chat.Chat, error) {
	var one chat.Chat
	var found bool
	err := d.do(ctx, func() error {
		if c := d.state.chats[id]; c != nil {
			one, found = c.Chat, true
		}
		return nil
	})
	if err == nil && !found {
		one, found, err = d.store.Chat(ctx, id)
	}
	if err == nil && !found {
		err = fmt.Errorf("chat %s: %w; see \"chat list --all\"", id, ErrNotFound)
	}
	return one, err
}

// CloseChat ends an open chat: [ErrNotFound].
func (d *Desk) CloseChat(ctx context.Context, id chat.ID) error {
	return d.do(ctx, func() error {
		c := d.state.chats[id]
		if c == nil {
			return fmt.Errorf("open chat %s: %w; see \"chat list\"", id, ErrNotFound)
		}
		d.close(c, chat.AdminEnded)
		return nil
	})
}

// Transcript returns what was said in a chat, in order: [ErrNotFound].
func (d *Desk) Transcript(ctx context.Context, id chat.ID) ([]ledger.Entry, error) {
	if _, err := d.Chat(ctx, id); err != nil {
		return nil, err
	}
	return d.store.Transcript(ctx, id)
}
