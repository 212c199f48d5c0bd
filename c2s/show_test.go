package c2s

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

func (p *browser) visitorJID() roster.VisitorJID { return roster.VisitorJID(p.bare()) }

func TestDeliveries(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for name, test := range map[string]struct {
		in   desk.Delivery
		want string
	}{
		"an agent's words": {
			desk.Delivery{Seq: 1, Queue: "support", AgentName: "Bob B.", Message: chat.Message{
				ID: "o1", Text: "a < b", Typing: chat.TypingActive, Markable: true, WantReceipt: true, Replace: "o0",
			}},
			`<message xmlns="jabber:client" from="support@chat.example.com/Bob B." to="ME" id="o1" type="chat"><body>a &lt; b</body>` +
				`<active xmlns="http://jabber.org/protocol/chatstates" /><request xmlns="urn:xmpp:receipts" />` +
				`<markable xmlns="urn:xmpp:chat-markers:0" /><replace xmlns="urn:xmpp:message-correct:0" id="o0" />` +
				`<stanza-id xmlns="urn:xmpp:sid:0" by="BARE" id="o1" /></message>`,
		},
		"late words": {
			desk.Delivery{Seq: 2, Queue: "support", AgentName: "Alice", Sent: at, Message: chat.Message{ID: "o2", Text: "x"}},
			`<message xmlns="jabber:client" from="support@chat.example.com/Alice" to="ME" id="o2" type="chat"><body>x</body>` +
				`<delay xmlns="urn:xmpp:delay" from="chat.example.com" stamp="2026-03-04T05:06:07.000Z" />` +
				`<stanza-id xmlns="urn:xmpp:sid:0" by="BARE" id="o2" /></message>`,
		},
		"typing": {
			desk.Delivery{Queue: "support", AgentName: "Alice", Message: chat.Message{Typing: chat.TypingComposing}},
			`<message xmlns="jabber:client" from="support@chat.example.com/Alice" to="ME" type="chat">` +
				`<composing xmlns="http://jabber.org/protocol/chatstates" /></message>`,
		},
		"a place in the line": {
			desk.Delivery{
				Queue: "support", Message: chat.Message{ID: "n1", Text: "You are next."},
				Status: &desk.QueueStatus{Position: 1, Wait: 29500 * time.Millisecond},
			},
			`<message xmlns="jabber:client" from="support@chat.example.com" to="ME" id="n1" type="chat"><body>You are next.</body>` +
				`<no-store xmlns="urn:xmpp:hints" /><queue-status xmlns="http://jabber.org/protocol/workgroup">` +
				`<position>1</position><time>30</time></queue-status></message>`,
		},
		"a notice": {
			desk.Delivery{Queue: "support", Notice: true, Message: chat.Message{ID: "n2", Text: "Alice has the chat now."}},
			`<message xmlns="jabber:client" from="support@chat.example.com" to="ME" id="n2" type="chat">` +
				`<body>Alice has the chat now.</body><no-store xmlns="urn:xmpp:hints" /></message>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b.hub.Deliver(p.visitorJID(), test.in)
			got := strings.NewReplacer(p.jid, "ME", p.bare(), "BARE").Replace(strings.Join(p.take(), "\n"))
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDeliveriesFindTheirTabs(t *testing.T) {
	b := newBench(t)
	p, other := b.visitor(), b.visitor()
	second := b.again(p)
	b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: 1, Queue: "support", Message: chat.Message{ID: "1", Text: "x"}})
	b.hub.Deliver(p.visitorJID(), desk.Delivery{
		Seq: 2, Only: second.stream.(*stream).tab.key, Queue: "support", Message: chat.Message{ID: "2", Text: "x"},
	})
	b.hub.Deliver("nobody@"+domain, desk.Delivery{Seq: 3, Queue: "support", Message: chat.Message{ID: "3", Text: "x"}})
	if first, later, none := len(p.take()), len(second.take()), len(other.take()); first != 1 || later != 2 || none != 0 {
		t.Errorf("%d, %d and %d messages", first, later, none)
	}
}

func TestConfirmedDeliveries(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	say := func(seq int64) {
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: seq, Queue: "support", Message: chat.Message{ID: "x", Text: "x"}})
	}
	p.send(`<iq xmlns='jabber:client' id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`)
	base := p.stream.(*stream).tab.on.sent
	say(1)
	say(2)
	b.hub.Deliver(p.visitorJID(), desk.Delivery{Queue: "support", Message: chat.Message{Typing: chat.TypingPaused}})
	say(3)
	p.stream.Delivered(base)
	equal(t, "nothing yet", b.desk.take(), nil)
	p.stream.Delivered(base + 1)
	equal(t, "the first", b.desk.take(), []string{"settled [1]"})
	p.stream.Delivered(base + 3)
	p.stream.Delivered(base + 3)
	equal(t, "the second", b.desk.take(), []string{"settled [2]"})
	say(4)
	p.stream.Delivered(base + 5)
	equal(t, "together", b.desk.take(), []string{"settled [3 4]"})
}

// TestPayloadsAreCountedFromTheFirst: what was sent before bind counts too.
func TestPayloadsAreCountedFromTheFirst(t *testing.T) {
	b := newBench(t)
	p := b.open("bosh")
	p.send(auth("ANONYMOUS", ""))
	sent := uint64(len(p.take()))
	p.bind("") // one payload
	b.desk.take()
	b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: 9, Queue: "support", Message: chat.Message{ID: "x", Text: "x"}})
	p.stream.Delivered(sent + 1)
	equal(t, "before", b.desk.take(), nil)
	p.stream.Delivered(sent + 2)
	equal(t, "after", b.desk.take(), []string{"settled [9]"})
}

func TestLagIsBounded(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	for seq := range int64(maxLag + 50) {
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: seq + 1, Queue: "support", Message: chat.Message{ID: fmt.Sprint(seq), Text: "x"}})
	}
	if n := len(p.take()); n != maxLag {
		t.Errorf("%d deliveries on their way", n)
	}
	if n := b.hub.Stats().Skipped; n != 50 {
		t.Errorf("%d left out", n)
	}
	p.stream.Delivered(1 << 30)
	big := strings.Repeat("x", 8<<10)
	for seq := range int64(20) {
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: 1000 + seq, Queue: "support", Message: chat.Message{ID: "x", Text: big}})
	}
	if n := len(p.take()); n < 6 || n > 8 {
		t.Errorf("%d large deliveries on their way", n)
	}
}

func (p *browser) key() string { return p.stream.(*stream).tab.key }

// words is a delivery with that number.
func words(seq int64, only string) desk.Delivery {
	return desk.Delivery{Seq: seq, Only: only, Queue: "support", Message: chat.Message{ID: fmt.Sprint(seq), Text: "x"}}
}

// A tab that the desk has not seen gets nothing that the desk will bring to it
// again.
func TestTabsHaveToJoin(t *testing.T) {
	b := newBench(t)
	b.desk.joined = nil
	p := b.visitor()
	jid := p.visitorJID()
	b.hub.Deliver(jid, words(1, ""))
	b.hub.Deliver(jid, desk.Delivery{Queue: "support", Notice: true, Message: chat.Message{ID: "n", Text: "x"}})
	b.hub.Join(desk.Tab{Visitor: jid, Stream: "another"})
	b.hub.Join(desk.Tab{Visitor: "nobody@" + domain, Stream: p.key()})
	b.hub.Deliver(jid, words(2, ""))
	if got := p.ids(); got != "" {
		t.Errorf("before it joined: %s", got)
	}
	b.hub.Join(desk.Tab{Visitor: jid, Stream: p.key()})
	b.hub.Deliver(jid, words(1, p.key()))
	b.hub.Deliver(jid, words(2, p.key()))
	b.hub.Deliver(jid, words(3, ""))
	if got := p.ids(); got != "1 2 3" {
		t.Errorf("then: %s", got)
	}
}

// What a tab misses because it lags comes when it has confirmed the rest, and
// nothing overtakes it.
func TestTabsThatLagStartAnew(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	jid := p.visitorJID()
	b.desk.joined = nil // joins nobody by itself any more
	for seq := range int64(maxLag + 2) {
		b.hub.Deliver(jid, words(seq+1, ""))
	}
	sent := p.stream.(*stream).tab.on.sent
	p.take()
	p.stream.Delivered(sent - 1)
	b.hub.Deliver(jid, words(maxLag+3, ""))
	b.hub.Deliver(jid, words(maxLag+4, p.key()))
	if posted := b.desk.take(); len(posted) != 1 || p.ids() != "" {
		t.Errorf("posted %v", posted)
	}
	p.stream.Delivered(sent)
	p.stream.Delivered(sent)
	equal(t, "posted", b.desk.take(), []string{fmt.Sprintf("settled [%d]", maxLag), "behind"})
	b.hub.Deliver(jid, words(maxLag+5, ""))
	b.hub.Deliver(jid, desk.Delivery{Queue: "support", Notice: true, Message: chat.Message{ID: "n", Text: "x"}})
	if got := p.ids(); got != "n" {
		t.Errorf("before it joined again: %s", got)
	}
	b.hub.Join(desk.Tab{Visitor: jid, Stream: p.key()})
	b.hub.Deliver(jid, words(maxLag+1, p.key()))
	if got := p.ids(); got != fmt.Sprint(maxLag+1) {
		t.Errorf("then: %s", got)
	}
}

func TestNoticesAreForLiveTabs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.visitor()
		p.stream.LinkLost()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Queue: "support", Notice: true, Message: chat.Message{ID: "n", Text: "x"}})
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Seq: 1, Queue: "support", Message: chat.Message{ID: "m", Text: "x"}})
		if got := p.only(); got.Attr("id") != "m" {
			t.Errorf("got %s", dump([]*Element{got}))
		}
	})
}

func TestTenure(t *testing.T) {
	b := newBench(t)
	p := b.open("bosh")
	if p.stream.Linger() != 0 {
		t.Error("a stream without a visitor lingers")
	}
	p.send(auth("ANONYMOUS", ""))
	p.bind("")
	b.hub.Tenure(p.visitorJID(), time.Minute)
	b.hub.Tenure("nobody@"+domain, time.Hour)
	if got := p.stream.Linger(); got != time.Minute {
		t.Errorf("lingers %v", got)
	}
}

func TestDismiss(t *testing.T) {
	b := newBench(t)
	live := b.visitor()
	lost, other := b.again(live), b.visitor()
	lost.stream.LinkLost()
	b.hub.Dismiss(live.visitorJID(), false)
	if live.conn.isClosed() || !lost.conn.isClosed() || lost.conn.closed[0] != nil {
		t.Error("the end of a chat ends the streams that are lost, and only these")
	}
	b.hub.Dismiss(live.visitorJID(), true)
	if !live.conn.isClosed() || live.conn.closed[0].Condition != "policy-violation" || other.conn.isClosed() {
		t.Error("a kick ends all streams of that visitor")
	}
	b.hub.work.Wait()
	if len(b.store.tokens) != 0 {
		t.Error("a visitor who was kicked can come back")
	}
	equal(t, "posted", b.desk.take(), nil)
}
