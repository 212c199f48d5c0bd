package command

import (
	"context"
	"fmt"
	"strings"

	"frontdesk/desk"
	"frontdesk/roster"
)

// Visitor is a row of the visitors.
type Visitor struct {
	JID    string `json:"jid"`
	Name   string `json:"name"`
	Page   *Page  `json:"page"` // nil when not told
	Online bool   `json:"online"`
	Tabs   int    `json:"tabs"`
	Chat   string `json:"chat"` // "" without an open chat
}

// Page is where a visitor is (XEP-0195).
type Page struct {
	Title string `json:"title"`
	URI   string `json:"uri"`
}

func visitorRow(v desk.VisitorInfo) Visitor {
	row := Visitor{
		JID: string(v.Visitor.JID), Name: v.Visitor.Name,
		Online: v.Online, Tabs: v.Tabs, Chat: string(v.Chat),
	}
	if v.Visitor.Page != (roster.Page{}) {
		row.Page = &Page{Title: v.Visitor.Page.Title, URI: v.Visitor.Page.URI}
	}
	return row
}

// page returns where a visitor is, the zero value when that is not known.
func (v Visitor) page() Page {
	if v.Page == nil {
		return Page{}
	}
	return *v.Page
}

func visitorColumns() []column[Visitor] {
	return []column[Visitor]{
		{"JID", func(v Visitor) string { return v.JID }},
		{"NAME", func(v Visitor) string { return v.Name }},
		{"ONLINE", func(v Visitor) string { return yesNo(v.Online) }},
		{"TABS", func(v Visitor) string { return count(v.Tabs) }},
		{"CHAT", func(v Visitor) string { return v.Chat }},
		{"PAGE", func(v Visitor) string { return v.page().URI }},
	}
}

func visitorFields() []column[Visitor] {
	return []column[Visitor]{
		{"jid", func(v Visitor) string { return v.JID }},
		{"name", func(v Visitor) string { return v.Name }},
		{"online", func(v Visitor) string { return yesNo(v.Online) }},
		{"tabs", func(v Visitor) string { return count(v.Tabs) }},
		{"chat", func(v Visitor) string { return v.Chat }},
		{"page", func(v Visitor) string { return v.page().Title }},
		{"uri", func(v Visitor) string { return v.page().URI }},
	}
}

func visitors() Group {
	jid := []Arg{{Name: "jid"}}
	return Group{Name: "visitor", Short: "Visitors: who is on the site", Verbs: []Verb{
		{
			Name: "visitor list", Short: "List the visitors who are online or have an open chat",
			Who: ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /visitors",
			Does: list[Visitor]{visitorColumns(), func(ctx context.Context, d Desk, _ Input) ([]Visitor, error) {
				return allVisitors(ctx, d)
			}},
		},
		{
			Name: "visitor show", Short: "Show one visitor",
			Args: jid,
			Who:  ByAdmin | BySiteReading, Doors: CLI | HTTP, Route: "GET /visitors/{jid}",
			Does: one[Visitor]{visitorFields(), findVisitor},
		},
		{
			Name: "visitor kick", Short: "End a visitor's streams and chat",
			Args: jid,
			Who:  ByAdmin, Doors: CLI | HTTP, Route: "DELETE /visitors/{jid}",
			Does: order(func(in Input) (desk.Order, error) {
				return desk.KickVisitor{JID: roster.VisitorJID(in.text("jid"))}, nil
			}),
		},
	}}
}

func allVisitors(ctx context.Context, d Desk) (rows []Visitor, err error) {
	err = d.Look(ctx, func(v View) { rows = each(v.Visitors(), visitorRow) })
	return rows, err
}

func findVisitor(ctx context.Context, d Desk, in Input) (Visitor, error) {
	rows, err := allVisitors(ctx, d)
	if err != nil {
		return Visitor{}, err
	}
	for _, v := range rows {
		if strings.EqualFold(v.JID, in.text("jid")) {
			return v, nil
		}
	}
	text := fmt.Sprintf("visitor %s is not online and has no open chat", in.text("jid"))
	return Visitor{}, &Error{Text: text, Kind: ErrNotFound}
}
