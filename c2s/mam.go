package c2s

import (
	"context"
	"slices"
	"strconv"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/wire"
)

const (
	pageEntries = 50       // of a page, when the visitor does not say
	maxEntries  = 200      // of a page
	maxPage     = 64 << 10 // bytes of text of a page; one entry always fits
)

// searchArchive is a query of the visitor's own archive (XEP-0313 §4): the latest
// chat.
func (c *call) searchArchive() {
	if c.Type == "get" {
		c.result(wire.New(wire.NSMAM, "query", nil, archiveForm()))
		return
	}
	if !c.tab.visitor.pace.other(time.Now()) {
		c.fail(tooFast())
		return
	}
	want, refused := readQuery(c.Payload)
	if refused != nil {
		c.fail(refused)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
	defer cancel()
	last, entries, err := c.tab.hub.lastChat(ctx, c.tab)
	if err != nil {
		c.tab.hub.log.Error("read an archive", "visitor", c.tab.visitor.jid, "err", err)
		c.fail(&wire.StanzaError{Type: "wait", Condition: "internal-server-error"})
		return
	}
	names := spelling{entries: entries, queue: last.Queue + "@" + c.tab.hub.opts.Domain}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e ledger.Entry) bool { return !want.has(e, names.queue) })
	p, ok := want.page(entries)
	if !ok {
		c.fail(notFound())
		return
	}
	c.sendPage(p, names)
	c.result(p.fin(entries))
}

func (h *Hub) lastChat(ctx context.Context, t *tab) (chat.Chat, []ledger.Entry, error) {
	last, ok, err := h.archive.LastChat(ctx, t.visitor.jid)
	if err != nil || !ok {
		return chat.Chat{}, nil, err
	}
	entries, err := h.archive.Transcript(ctx, last.ID)
	return last, entries, err
}

func (c *call) sendPage(p archivePage, names spelling) {
	t := c.tab
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range p.entries {
		inner := names.message(t, e)
		forwarded, err := wire.Parse(wire.AppendMessage(nil, wire.NSClient, inner))
		if err != nil {
			continue // longer than a stanza may be
		}
		stamp := wire.New(wire.NSDelay, "delay", wire.Attrs("stamp", e.At.UTC().Format(time.RFC3339Nano)))
		t.sendMessage(&wire.Message{
			Header: wire.Header{From: string(t.visitor.jid)},
			Extra: []*Element{wire.New(wire.NSMAM, "result", wire.Attrs("queryid", c.Payload.Attr("queryid"), "id", e.ID),
				wire.New(wire.NSForward, "forwarded", nil, stamp, forwarded))},
		})
	}
}

// spelling gives the entries of a transcript the addresses and ids by which the
// visitor's page knows them.
type spelling struct {
	entries []ledger.Entry
	queue   string // its address
}

func (s spelling) message(t *tab, e ledger.Entry) *wire.Message {
	m := &wire.Message{Header: wire.Header{Type: "chat", ID: e.ID}}
	m.Text, m.Message.Lang = e.Text, e.Lang
	if e.Replace != "" {
		m.Replace = s.id(e.Replace)
	}
	switch {
	case e.Author == ledger.FromVisitor:
		m.From, m.To = string(t.visitor.jid), s.queue
		m.Header.ID = s.id(e.ID)
	case e.AgentName != "":
		m.From, m.To = s.queue+"/"+agentResource(e.AgentName), string(t.visitor.jid)
	default:
		m.From, m.To = s.queue, string(t.visitor.jid)
	}
	return m
}

// id is the one its visitor gave to an entry; an agent's is ours.
func (s spelling) id(ours string) string {
	for _, e := range s.entries {
		if e.ID == ours && e.Author == ledger.FromVisitor && e.Ref != "" {
			return e.Ref
		}
	}
	return ours
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
