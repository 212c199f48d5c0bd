package c2s

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"frontdesk/chat"
	"frontdesk/desk"
)

const enable = `<enable xmlns='urn:xmpp:sm:3' resume='true'/>`

func ackOf(h int) string { return fmt.Sprintf(`<a xmlns='urn:xmpp:sm:3' h='%d'/>`, h) }

// managed is a visitor on a WebSocket with stream management; id is for a
// resumption.
func (b *bench) managed() (p *browser, id string) {
	b.t.Helper()
	p = b.open("websocket")
	p.send(auth("ANONYMOUS", ""))
	p.bind("")
	b.desk.take()
	p.send(enable)
	e := p.only()
	if e.Name.Local != "enabled" || e.Attr("resume") != "true" {
		b.t.Fatalf("enable: %s", dump([]*Element{e}))
	}
	return p, e.Attr("id")
}

// resume opens a new connection of the same visitor and asks for the old
// stream.
func (b *bench) resume(of *browser, previd string, h int) *browser {
	b.t.Helper()
	p := b.open("websocket")
	b.resumeOn(p, of, previd, h)
	return p
}

// resumeOn is resume on a connection that is open already.
func (b *bench) resumeOn(p, of *browser, previd string, h int) {
	b.t.Helper()
	token, _, err := b.hub.IssueToken(b.t.Context(), of.visitorJID())
	if err != nil {
		b.t.Fatal(err)
	}
	p.plain(of.visitorJID().Local(), token)
	if err := p.stream.Restart(Hello{To: domain}); err != nil {
		b.t.Fatal(err)
	}
	p.take()
	p.jid = of.jid
	p.send(fmt.Sprintf(`<resume xmlns='urn:xmpp:sm:3' previd='%s' h='%d'/>`, previd, h))
}

func (b *bench) deliver(p *browser, seq int64) {
	b.hub.Deliver(p.visitorJID(), desk.Delivery{
		Seq: seq, Queue: "support", Message: chat.Message{ID: fmt.Sprint("o", seq), Text: "x"},
	})
}

// ids are the ids of what was sent; what has none is named.
func (p *browser) ids() string {
	p.t.Helper()
	var out []string
	for _, e := range p.elements() {
		if id := e.Attr("id"); id != "" {
			out = append(out, id)
		} else {
			out = append(out, e.Name.Local)
		}
	}
	return strings.Join(out, " ")
}

func TestW17_Acknowledgements(t *testing.T) {
	b := newBench(t)
	p, _ := b.managed()
	b.deliver(p, 1)
	b.deliver(p, 2)
	if got := p.ids(); got != "o1 r o2" {
		t.Errorf("sent %s", got)
	}
	p.stream.Delivered(100) // written is not received
	equal(t, "written", b.desk.take(), nil)
	p.send(ackOf(1))
	equal(t, "acknowledged", b.desk.take(), []string{"settled [1]"})
	if got := p.ids(); got != "r" {
		t.Errorf("then sent %s", got)
	}
	p.send(ackOf(2))
	equal(t, "acknowledged", b.desk.take(), []string{"settled [2]"})
	if got := p.ids(); got != "" {
		t.Errorf("at last sent %s", got)
	}
	if err := p.try(ackOf(3)); !isStreamError(err, "undefined-condition") {
		t.Errorf("acknowledged what was not sent: %v", err)
	}
}

func TestW17_AckMeansOnDisk(t *testing.T) {
	b := newBench(t)
	p, _ := b.managed()
	ask := `<r xmlns='urn:xmpp:sm:3'/>`
	p.send(ask)
	if e := p.only(); e.Name.Local != "a" || e.Attr("h") != "0" {
		t.Errorf("at first: %s", dump([]*Element{e}))
	}
	b.desk.mute = true
	_, _ = p.give(message(domain, "<body>x</body>"))
	_, _ = p.give(iq("get", "", `<ping xmlns='urn:xmpp:ping'/>`))
	p.take()
	p.send(ask)
	if got := p.take(); len(got) > 0 {
		t.Errorf("acknowledged before it is on disk: %v", got)
	}
	asks := b.desk.events[0].(desk.VisitorAsks)
	b.hub.Answer(asks.Tab, asks.Ref, desk.Answer{})
	if e := p.only(); e.Name.Local != "a" || e.Attr("h") != "2" {
		t.Errorf("then: %s", dump([]*Element{e}))
	}
}

func TestW17_Resume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p, id := b.managed()
		p.send(`<presence xmlns='jabber:client'/>`) // answered by five presences
		b.deliver(p, 1)
		p.take()
		p.stream.LinkLost()
		p.stream.End()
		b.deliver(p, 2)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		equal(t, "offline_after holds", b.desk.take(), []string{"offline"})
		b.hub.Deliver(p.visitorJID(), desk.Delivery{Queue: "support", Message: chat.Message{ID: "notice", Text: "x"}})
		time.Sleep(30 * time.Second)

		second := b.resume(p, id, 5)
		all := second.elements()
		if all[0].Name.Local != "resumed" || all[0].Attr("h") != "1" || all[0].Attr("previd") != id {
			t.Errorf("resumed: %s", dump(all[:1]))
		}
		if len(all) != 4 || all[1].Attr("id") != "o1" || all[2].Attr("id") != "o2" || all[3].Name.Local != "r" {
			t.Errorf("sent again: %s", dump(all[1:]))
		}
		equal(t, "back", b.desk.take(), []string{"online"})
		p.stream.End()
		p.stream.LinkLost()
		second.send(ackOf(7))
		equal(t, "settled", b.desk.take(), []string{"settled [1 2]"})
		second.send(message(domain, "<body>x</body>"))
		if said := b.said(); len(said) != 1 {
			t.Error("the resumed stream does not work")
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		second.stream.End()
		equal(t, "end", b.desk.take(), []string{"ended"})
		if n := b.hub.visitors.awaited.Load(); n != 0 {
			t.Errorf("%d tabs wait", n)
		}
	})
}

func TestW17_OldSocketGetsConflict(t *testing.T) {
	b := newBench(t)
	p, id := b.managed()
	b.deliver(p, 1)
	second := b.resume(p, id, 0)
	if !p.conn.isClosed() || p.conn.closed[0].Condition != "conflict" {
		t.Error("the old socket was let be")
	}
	p.stream.LinkLost()
	p.stream.End()
	if got := second.ids(); got != "resumed o1 r" {
		t.Errorf("sent %s", got)
	}
	equal(t, "the desk hears nothing", b.desk.take(), nil)
	third := b.resume(p, id, 1)
	if got := third.ids(); got != "resumed" {
		t.Errorf("then sent %s", got)
	}
	equal(t, "settled by the resumption", b.desk.take(), []string{"settled [1]"})
}

// TestW17_ResumeWaitsForTheDisk: the page is told what to repeat only when
// everything it sent before is on disk; else a message would be there twice.
func TestW17_ResumeWaitsForTheDisk(t *testing.T) {
	b := newBench(t)
	p, id := b.managed()
	b.desk.mute = true
	_, _ = p.give(message(domain, "<body>x</body>"))
	asks := b.desk.events[len(b.desk.events)-1].(desk.VisitorAsks)
	p.stream.LinkLost()
	p.stream.End()
	second := b.resume(p, id, 0)
	b.deliver(p, 1)
	if got := second.take(); len(got) > 0 {
		t.Errorf("sent too early: %v", got)
	}
	b.hub.Answer(asks.Tab, asks.Ref, desk.Answer{})
	all := second.elements()
	if len(all) != 3 || all[0].Attr("h") != "1" || all[1].Attr("id") != "o1" {
		t.Errorf("then sent %s", dump(all))
	}
}

func TestW17_WhoMayResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p, id := b.managed()
		stranger, _ := b.managed()
		for name, try := range map[string]func() *browser{
			"another visitor": func() *browser { return b.resume(stranger, id, 0) },
			"a wrong id":      func() *browser { return b.resume(p, id+"x", 0) },
			"no id":           func() *browser { return b.resume(p, "", 0) },
			"a wrong h":       func() *browser { return b.resume(p, id, 1) },
		} {
			second := try()
			if got := second.elements(); len(got) != 1 || got[0].Name.Local != "failed" {
				t.Errorf("%s: %s", name, dump(got))
			}
			second.bind("") // goes on as a new stream
		}
		if p.conn.isClosed() {
			t.Error("the stream was disturbed")
		}
		b.desk.take()
		p.stream.LinkLost()
		p.stream.End()
		time.Sleep(61 * time.Second)
		synctest.Wait()
		equal(t, "nobody came", b.desk.take(), []string{"offline", "ended"})
		if got := b.resume(p, id, 0).ids(); got != "failed" {
			t.Errorf("too late: %s", got)
		}
	})
}

func TestW17_ResumeLastsAsLongAsTheChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p, id := b.managed()
		b.hub.Tenure(p.visitorJID(), 5*time.Minute)
		p.stream.LinkLost()
		p.stream.End()
		time.Sleep(4 * time.Minute)
		if got := b.resume(p, id, 0).ids(); got != "resumed" {
			t.Errorf("within the grace: %s", got)
		}
	})
}

func TestW17_Closed(t *testing.T) {
	b := newBench(t)
	p, id := b.managed()
	p.stream.End() // <close/>: no lost link
	equal(t, "at once", b.desk.take(), []string{"ended"})
	if got := b.resume(p, id, 0).ids(); got != "failed" {
		t.Errorf("a closed stream: %s", got)
	}
}

func TestW17_DismissedWhileAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p, id := b.managed()
		p.stream.LinkLost()
		p.stream.End()
		time.Sleep(10 * time.Second)
		b.hub.Dismiss(p.visitorJID(), false)
		time.Sleep(time.Second)
		synctest.Wait()
		equal(t, "posted", b.desk.take(), []string{"offline", "ended"})
		if got := b.resume(p, id, 0).ids(); got != "failed" {
			t.Errorf("after the teardown: %s", got)
		}
	})
}

func TestW17_OutOfPlace(t *testing.T) {
	b := newBench(t)
	p, id := b.managed()
	p.send(enable)
	p.send(`<resume xmlns='urn:xmpp:sm:3' previd='` + id + `' h='0'/>`)
	if got := p.ids(); got != "failed failed" {
		t.Errorf("again: %s", got)
	}
	early := b.open("websocket")
	early.send(enable)
	if got := early.ids(); got != "failed" {
		t.Errorf("before login: %s", got)
	}
	plain := b.open("websocket")
	plain.send(auth("ANONYMOUS", ""))
	plain.bind("")
	if err := plain.try(ackOf(0)); err == nil {
		t.Error("an ack without enable was taken")
	}
	modest := b.open("websocket")
	modest.send(auth("ANONYMOUS", ""))
	modest.bind("")
	modest.send(`<enable xmlns='urn:xmpp:sm:3'/>`)
	if e := modest.only(); e.Attr("id") != "" || e.Attr("resume") != "" {
		t.Errorf("not asked for: %s", dump([]*Element{e}))
	}
	modest.stream.LinkLost()
	modest.stream.End()
	if n := b.hub.visitors.awaited.Load(); n != 0 {
		t.Errorf("%d tabs wait", n)
	}
}

func TestW17_UnackedIsBounded(t *testing.T) {
	b := newBench(t, func(o *Options) { o.MessageRate = -1 })
	p, id := b.managed()
	for range maxUnacked + 10 {
		p.send(iq("get", "", `<ping xmlns='urn:xmpp:ping'/>`))
	}
	if !p.conn.isClosed() || len(p.conn.closed) != 1 || p.conn.closed[0].Condition != "policy-violation" {
		t.Error("what is not acknowledged is kept without bound")
	}
	p.stream.LinkLost()
	p.stream.End()
	if got := b.resume(p, id, 0).ids(); got != "failed" {
		t.Errorf("resumed with a gap: %s", got)
	}
}

// TestW17_ExactlyOnce: whatever is cut when, a page that follows XEP-0198 sees
// every delivery once and in order.
func TestW17_ExactlyOnce(t *testing.T) {
	b := newBench(t)
	rapid.Check(t, func(r *rapid.T) {
		first, id := b.managed()
		p, handled, seq, want := first, 0, int64(0), ""
		got := ""
		read := func(upTo int) {
			for i, e := range p.elements() {
				if e.Name.Space == "jabber:client" && i < upTo {
					handled++
					got += e.Attr("id") + " "
				}
			}
		}
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"deliver", "read", "ack", "cut"}).Draw(r, "step") {
			case "deliver":
				seq++
				b.deliver(first, seq)
				want += fmt.Sprint("o", seq, " ")
			case "read":
				read(1000)
			case "ack":
				read(1000)
				p.send(ackOf(handled))
			case "cut":
				read(rapid.IntRange(0, 5).Draw(r, "arrived"))
				if rapid.Bool().Draw(r, "noticed") {
					p.stream.LinkLost()
					p.stream.End()
				}
				p = b.resume(first, id, handled)
			}
		}
		read(1000)
		p.send(ackOf(handled))
		if got != want {
			r.Fatalf("got  %s\nwant %s", got, want)
		}
		if n := len(p.stream.(*stream).tab.deliveries.unproven); n != 0 {
			r.Fatalf("%d deliveries are not settled", n)
		}
		p.stream.End()
	})
}

func TestCountersWrap(t *testing.T) {
	a := acks{out: 1<<32 - 2, acked: 1<<32 - 2}
	for range 4 {
		a.keep([]byte("x"))
	}
	if !a.ack(1) || a.acked != 1<<32+1 || len(a.unacked) != 1 {
		t.Errorf("over the edge: %+v", a)
	}
	if a.ack(3) || !a.ack(2) || a.bytes != 0 {
		t.Errorf("behind it: %+v", a)
	}
	if smCount(1<<32+5) != "5" {
		t.Error("more than 32 bits on the wire")
	}
}
