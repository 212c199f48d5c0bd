package c2s

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/ledger"
	"frontdesk/wire"
)

const (
	pageEntries = 50       // of a page, when the visitor does not say
	maxEntries  = 200      // of a page
	maxPage     = 64 << 10 // bytes of text of a page; one entry always fits
)

// query is what a visitor wants of the archive: filters (XEP-0313 §4.1) and a
// page (XEP-0059).
type query struct {
	with       string
	start, end time.Time
	limit      int
	after      string
	before     string
	backwards  bool
}

// readQuery reads a query; what it does not know it refuses.
func readQuery(e *Element) (query, *wire.StanzaError) {
	q := query{limit: pageEntries}
	form, err := wire.ReadForm(e)
	if err != nil {
		return q, badRequest()
	}
	for _, f := range form.Fields {
		if refused := q.readField(f); refused != nil {
			return q, refused
		}
	}
	set := e.Child(wire.NSRSM, "set")
	if set == nil {
		return q, nil
	}
	q.after = childText(set, "after")
	if before := set.Child(wire.NSRSM, "before"); before != nil {
		q.backwards, q.before = true, before.Text()
	}
	if set.Child(wire.NSRSM, "index") != nil {
		return q, notImplemented()
	}
	if asked := childText(set, "max"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 0 {
			return q, badRequest()
		}
		q.limit = min(n, maxEntries)
	}
	return q, nil
}

func (q *query) readField(f wire.Field) *wire.StanzaError {
	value := f.Value()
	var err error
	switch f.Var {
	case "FORM_TYPE":
	case "with":
		q.with = value
	case "start":
		q.start, err = time.Parse(time.RFC3339, value)
	case "end":
		q.end, err = time.Parse(time.RFC3339, value)
	default:
		return notImplemented()
	}
	if err != nil {
		return badRequest()
	}
	return nil
}

// has tells whether the entry passes the filters; queue is the address of the
// chat.
func (q query) has(e ledger.Entry, queue string) bool {
	with, _, _ := strings.Cut(q.with, "/")
	return e.Text != "" &&
		(with == "" || strings.EqualFold(with, queue)) &&
		(q.start.IsZero() || !e.At.Before(q.start)) &&
		(q.end.IsZero() || !e.At.After(q.end))
}

// page cuts the page out of the entries; false when it is to begin at an entry
// that is not there (XEP-0059 §2.2).
func (q query) page(all []ledger.Entry) (archivePage, bool) {
	from, to := 0, len(all)
	if q.after != "" {
		i := slices.IndexFunc(all, func(e ledger.Entry) bool { return e.ID == q.after })
		if i < 0 {
			return archivePage{}, false
		}
		from = i + 1
	}
	if q.before != "" {
		i := slices.IndexFunc(all, func(e ledger.Entry) bool { return e.ID == q.before })
		if i < 0 {
			return archivePage{}, false
		}
		to = max(i, from)
	}
	rest := all[from:to]
	n := q.fitting(rest)
	if q.backwards {
		return archivePage{rest[len(rest)-n:], to - n, n == len(rest)}, true
	}
	return archivePage{rest[:n], from, n == len(rest)}, true
}

// fitting counts how many entries go into one page.
func (q query) fitting(entries []ledger.Entry) int {
	n, size := 0, 0
	for n < len(entries) && n < q.limit {
		next := entries[n]
		if q.backwards {
			next = entries[len(entries)-1-n]
		}
		size += len(next.Text)
		if n > 0 && size > maxPage {
			break
		}
		n++
	}
	return n
}

// archiveForm says by what the archive can be searched (XEP-0313 §4.1.5).
func archiveForm() *Element {
	form := wire.Form{Type: "form", Fields: []wire.Field{
		{Type: "hidden", Var: "FORM_TYPE", Values: []string{wire.NSMAM}},
		{Type: "jid-single", Var: "with"},
		{Type: "text-single", Var: "start"},
		{Type: "text-single", Var: "end"},
	}}
	return form.Element()
}

// archivePage is a part of the archive (XEP-0059).
type archivePage struct {
	entries  []ledger.Entry
	index    int // of the first one
	complete bool
}

func (p archivePage) fin(all []ledger.Entry) *Element {
	set := wire.New(wire.NSRSM, "set", nil)
	add := func(e *Element) { set.Children = append(set.Children, wire.Node{Element: e}) }
	if n := len(p.entries); n > 0 {
		add(wire.New(wire.NSRSM, "first", wire.Attrs("index", strconv.Itoa(p.index)), p.entries[0].ID))
		add(wire.New(wire.NSRSM, "last", nil, p.entries[n-1].ID))
	}
	add(wire.New(wire.NSRSM, "count", nil, strconv.Itoa(len(all))))
	complete := ""
	if p.complete {
		complete = "true"
	}
	return wire.New(wire.NSMAM, "fin", wire.Attrs("complete", complete), set)
}
