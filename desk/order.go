package desk

import (
	"errors"
	"fmt"

	"frontdesk/chat"
	"frontdesk/roster"
)

// Errors of orders; test with errors.Is. Their wrapping text names the thing
// and the remedy and is fit for people.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("exists already")
	ErrInvalid  = errors.New("not possible")
	ErrStore    = errors.New("the store did not take it")
)

// Ordered is an order of the admin. It is answered by exactly one [Replied]
// with the same Ref: with its error, after which nothing has changed, or once
// everything up to it is written. With no What it waits for that alone.
type Ordered struct {
	Ref  uint64
	What Order
}

// Order is something that somebody wants done.
type Order interface{ order(d *Desk) error }

func (e Ordered) happen(d *Desk) {
	if e.What != nil {
		if err := e.What.order(d); err != nil {
			d.emit(Replied{e.Ref, err})
			return
		}
	}
	d.after(Replied{Ref: e.Ref})
}

// Configure replaces the rules; the domain and the seed stay.
type Configure struct{ Options Options }

func (o Configure) order(d *Desk) error {
	o.Options.Domain, o.Options.Seed = d.opts.Domain, d.opts.Seed
	d.opts = o.Options
	d.directory.stale = true
	for _, c := range d.chats.sorted() {
		d.after(tenure{c.Visitor})
	}
	return nil
}

// CloseChat ends an open chat, named by its id or, when that is "", by its
// visitor: [ErrNotFound].
type CloseChat struct {
	ID      chat.ID
	Visitor roster.VisitorJID
	Reason  chat.Reason
}

func (o CloseChat) order(d *Desk) error {
	c := d.chats[o.ID]
	if v := d.visitors[o.Visitor]; o.ID == "" && v != nil {
		c = v.chat
	}
	if c == nil {
		return fmt.Errorf("open chat %s%s: %w; see \"chat list\"", o.ID, o.Visitor, ErrNotFound)
	}
	d.close(c, o.Reason)
	return nil
}

// KickVisitor ends a visitor's chat and streams: [ErrNotFound].
type KickVisitor struct{ JID roster.VisitorJID }

func (o KickVisitor) order(d *Desk) error {
	v := d.visitors[o.JID]
	if v == nil || v.chat == nil && len(v.tabs) == 0 {
		return fmt.Errorf("visitor %s: %w; see \"visitor list\"", o.JID, ErrNotFound)
	}
	if v.chat != nil {
		d.close(v.chat, chat.AdminEnded)
	}
	d.after(Dismissed{Visitor: o.JID, All: true})
	return nil
}
