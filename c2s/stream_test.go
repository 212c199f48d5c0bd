package c2s

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/roster"
)

func TestVisitorTalks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.open("bosh")
		if f := string(p.stream.Features()); !strings.Contains(f, ">ANONYMOUS<") || !strings.Contains(f, ">PLAIN<") {
			t.Errorf("features before login: %s", f)
		}
		p.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>`)
		if e := p.only(); e.Name.Local != "success" {
			t.Fatalf("login: %+v", e)
		}
		p.bind("page")
		if !strings.HasSuffix(p.jid, "@"+domain+"/page") || !strings.HasPrefix(p.jid, "visitor-") {
			t.Errorf("bound as %q", p.jid)
		}
		equal(t, "after bind", b.desk.take(), []string{"online"})

		p.send(`<iq xmlns='jabber:client' type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>`)
		if got := dump([]*Element{p.only()}); !strings.Contains(got, `jid="support@chat.example.com" name="Support" subscription="both"`) {
			t.Errorf("roster: %s", got)
		}
		p.send(`<presence xmlns='jabber:client'/>`)
		if got := dump(p.elements()); !strings.Contains(got, `from="support@chat.example.com/Alice"`) {
			t.Errorf("presence: %s", got)
		}
		p.send(`<message xmlns='jabber:client' to='support@chat.example.com' type='chat' id='1'><body>hello</body></message>`)
		if said := b.desk.take(); len(said) != 1 || !strings.Contains(said[0], "Text:hello") {
			t.Errorf("said: %v", said)
		}
		b.hub.Deliver(roster.VisitorJID(p.bare()), desk.Delivery{
			Seq: 7, Queue: "support", AgentName: "Alice", Message: chat.Message{ID: "m7", Text: "hi"},
		})
		got := p.only()
		if got.Attr("from") != "support@chat.example.com/Alice" || got.Attr("to") != p.jid || got.Attr("id") != "m7" {
			t.Errorf("delivered: %s", dump([]*Element{got}))
		}
		p.stream.Delivered(100)
		equal(t, "after delivery", b.desk.take(), []string{"settled [7]"})

		p.stream.LinkLost()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		equal(t, "lost", b.desk.take(), []string{"offline"})
		p.stream.LinkBack()
		equal(t, "back", b.desk.take(), []string{"online"})
		p.stream.End()
		p.stream.End()
		equal(t, "end", b.desk.take(), []string{"ended"})
	})
}
