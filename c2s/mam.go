package c2s

import (
	"context"
	"slices"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/wire"
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
	last, entries, err := c.tab.core.lastChat(ctx, c.tab)
	if err != nil {
		c.tab.core.log.Error("read an archive", "visitor", c.tab.visitor.jid, "err", err)
		c.fail(&wire.StanzaError{Type: "wait", Condition: "internal-server-error"})
		return
	}
	names := spelling{entries: entries, queue: last.Queue + "@" + c.tab.core.opts.Domain}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e ledger.Entry) bool { return !want.has(e, names.queue) })
	p, ok := want.page(entries)
	if !ok {
		c.fail(notFound())
		return
	}
	c.sendPage(p, names)
	c.result(p.fin(entries))
}

func (c *core) lastChat(ctx context.Context, t *tab) (chat.Chat, []ledger.Entry, error) {
	last, ok, err := c.archive.LastChat(ctx, t.visitor.jid)
	if err != nil || !ok {
		return chat.Chat{}, nil, err
	}
	entries, err := c.archive.Transcript(ctx, last.ID)
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
