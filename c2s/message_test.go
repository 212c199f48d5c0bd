package c2s

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
)

// said returns the messages that came to the desk since the last call.
func (b *bench) said() []desk.Say {
	b.desk.mu.Lock()
	defer b.desk.mu.Unlock()
	var out []desk.Say
	for _, e := range b.desk.events {
		if asks, ok := e.(desk.VisitorAsks); ok {
			if say, ok := asks.What.(desk.Say); ok {
				out = append(out, say)
			}
		}
	}
	b.desk.events = nil
	return out
}

func message(to, inside string) string {
	return `<message xmlns='jabber:client' to='` + to + `' id='m1' type='chat'>` + inside + `</message>`
}

func TestMessagesToTheDesk(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	hello := chat.Message{ID: "m1", Text: "hello"}
	for name, test := range map[string]struct {
		in   string
		want *desk.Say
	}{
		"to a queue":     {message("support@"+domain, "<body>hello</body>"), &desk.Say{Queue: "support", Message: hello}},
		"to an agent":    {message("support@"+domain+"/Alice", "<body>hello</body>"), &desk.Say{Queue: "support", AgentName: "Alice", Message: hello}},
		"to the domain":  {message(domain, "<body>hello</body>"), &desk.Say{Message: hello}},
		"to nobody":      {`<message xmlns='jabber:client' id='m1'><body>hello</body></message>`, &desk.Say{Message: hello}},
		"typing":         {message(domain, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"), &desk.Say{Message: chat.Message{ID: "m1", Typing: chat.TypingComposing}}},
		"a receipt":      {message(domain, "<received xmlns='urn:xmpp:receipts' id='a7'/>"), &desk.Say{Message: chat.Message{ID: "m1", Receipt: "a7"}}},
		"a marker":       {message(domain, "<displayed xmlns='urn:xmpp:chat-markers:0' id='a7'/>"), &desk.Say{Message: chat.Message{ID: "m1", Displayed: "a7"}}},
		"wants one":      {message(domain, "<body>hello</body><request xmlns='urn:xmpp:receipts'/>"), &desk.Say{Message: chat.Message{ID: "m1", Text: "hello", WantReceipt: true}}},
		"a correction":   {message(domain, "<body>hello</body><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>"), &desk.Say{Message: chat.Message{ID: "m1", Text: "hello", Replace: "m0"}}},
		"longest":        {message(domain, "<body>"+strings.Repeat("x", maxText)+"</body>"), &desk.Say{Message: chat.Message{ID: "m1", Text: strings.Repeat("x", maxText)}}},
		"says nothing":   {message(domain, ""), nil},
		"to itself":      {message(p.bare(), "<composing xmlns='http://jabber.org/protocol/chatstates'/>"), nil},
		"an error":       {`<message xmlns='jabber:client' to='` + domain + `' type='error' id='1'><body>x</body></message>`, nil},
		"only a wrapper": {message(domain, "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></forwarded>"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			clearPace(p)
			p.send(test.in)
			got := b.said()
			switch {
			case test.want == nil && len(got) > 0:
				t.Errorf("said %+v", got)
			case test.want != nil && (len(got) != 1 || got[0] != *test.want):
				t.Errorf("said %+v, want %+v", got, *test.want)
			}
			if answers := p.elements(); len(answers) > 0 {
				t.Errorf("answered: %s", dump(answers))
			}
		})
	}
}

func TestRefusedMessages(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	for name, test := range map[string]struct{ in, want string }{
		"too long":   {message(domain, "<body>"+strings.Repeat("x", maxText+1)+"</body>"), "not-acceptable"},
		"groupchat":  {`<message xmlns='jabber:client' to='` + domain + `' type='groupchat' id='m1'><body>x</body></message>`, "service-unavailable"},
		"headline":   {`<message xmlns='jabber:client' to='` + domain + `' type='headline' id='m1'><body>x</body></message>`, "service-unavailable"},
		"to oneself": {message(p.bare(), "<body>x</body>"), "service-unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			p.send(test.in)
			got := p.only()
			if failure(got) != test.want || got.Attr("id") != "m1" || got.Attr("type") != "error" {
				t.Errorf("answered: %s", dump([]*Element{got}))
			}
			if said := b.said(); len(said) > 0 {
				t.Errorf("said: %+v", said)
			}
		})
	}
	p.send(message(domain, "<body>still here</body>"))
	if said := b.said(); len(said) != 1 {
		t.Error("the session did not live on")
	}
}

func TestRefusalOfTheDesk(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	b.desk.answer = func(desk.Ask) desk.Answer {
		return desk.Answer{Err: &desk.Refusal{Condition: "resource-constraint", Type: "wait", Text: "The line is full."}}
	}
	p.send(message("support@"+domain, "<body>x</body>"))
	got := dump([]*Element{p.only()})
	for _, want := range []string{`from="support@chat.example.com"`, `id="m1"`, `type="error"`, "<resource-constraint", "The line is full."} {
		if !strings.Contains(got, want) {
			t.Errorf("answered without %s: %s", want, got)
		}
	}
	p.send(message("support@"+domain, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"))
	if got := p.take(); len(got) > 0 {
		t.Errorf("typing was answered: %v", got)
	}
}

func TestT23_Flood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		p := b.visitor()
		flood := func() (taken int) {
			for range 100 {
				p.send(message(domain, "<body>x</body>"))
			}
			for _, e := range p.elements() {
				if failure(e) != "policy-violation" || e.Child("jabber:client", "error").Attr("type") != "wait" {
					t.Errorf("answered %s", dump([]*Element{e}))
				}
			}
			return len(b.said())
		}
		if n := flood(); n != 10 {
			t.Errorf("%d messages at once", n)
		}
		time.Sleep(time.Second)
		if n := flood(); n != 5 {
			t.Errorf("%d messages after a second", n)
		}
		second := b.again(p)
		second.send(message(domain, "<body>x</body>"))
		if n := len(b.said()); n != 0 {
			t.Error("another tab has a pace of its own")
		}
		for range 200 {
			p.send(message(domain, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"))
		}
		if n := len(b.said()); n != 40 {
			t.Errorf("%d times typing", n)
		}
		if got := p.take(); len(got) > 0 {
			t.Errorf("typing was answered: %v", got)
		}
	})
}

func TestPaceIsAnOption(t *testing.T) {
	b := newBench(t, func(o *Options) { o.MessageRate = -1 })
	p := b.visitor()
	for range 100 {
		p.send(message(domain, "<body>x</body>"))
	}
	if n := len(b.said()); n != 100 {
		t.Errorf("%d of 100 messages without a limit", n)
	}
}

// TestSettledByTheAnswer: nothing is settled before the desk says that it is
// on disk, and everything once.
func TestSettledByTheAnswer(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	b.desk.mute = true
	settled, err := p.give(message(domain, "<body>x</body>"))
	if err != nil || *settled != 0 {
		t.Fatalf("settled %d times before the answer, %v", *settled, err)
	}
	ping, _ := p.give(`<iq xmlns='jabber:client' id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>`)
	if *ping != 1 {
		t.Error("what asks nothing of the desk has to wait")
	}
	asks := b.desk.events[len(b.desk.events)-1].(desk.VisitorAsks)
	p.stream.End()
	b.hub.Answer(asks.Tab, asks.Ref, desk.Answer{})
	b.hub.Answer(asks.Tab, asks.Ref, desk.Answer{})
	if *settled != 1 {
		t.Errorf("settled %d times", *settled)
	}
}

func TestOutstandingIsBounded(t *testing.T) {
	b := newBench(t, func(o *Options) { o.MessageRate = -1 })
	p := b.visitor()
	b.desk.mute = true
	for i := range maxOutstanding {
		if settled, _ := p.give(message(domain, fmt.Sprintf("<body>%d</body>", i))); *settled != 0 {
			t.Fatal("settled without an answer")
		}
	}
	p.send(message(domain, "<body>one too many</body>"))
	if got := failure(p.only()); got != "resource-constraint" {
		t.Errorf("answered %s", got)
	}
	asks := b.desk.events[0].(desk.VisitorAsks)
	b.hub.Answer(asks.Tab, asks.Ref, desk.Answer{})
	if settled, _ := p.give(message(domain, "<body>again</body>")); *settled != 0 {
		t.Error("refused although there is room")
	}
}

func TestT24_Names(t *testing.T) {
	for in, want := range map[string]string{
		"Anna":                             "Anna",
		"  Anna \n  Maria\t":               "Anna Maria",
		"Anna\u202egnp.exe":                "Annagnp.exe",
		"\u2066Anna\u2069\u200b":           "Anna",
		"A\x00\x1b[31mnna":                 "A[31mnna",
		strings.Repeat("x", 40):            strings.Repeat("x", 32),
		strings.Repeat("\u00e9", 40):       strings.Repeat("\u00e9", 32),
		strings.Repeat("ab ", 20):          strings.TrimSpace(strings.Repeat("ab ", 11)[:32]),
		"Z" + strings.Repeat("\u0301", 30): "Z\u0301\u0301",
		"\u202e\u2028":                     "",
		"":                                 "",
		"\ufffd":                           "",
	} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestNickTravelsAlong(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	nick := `<nick xmlns='http://jabber.org/protocol/nick'>Anna</nick>`
	p.send(`<presence xmlns='jabber:client'>` + nick + `</presence>`)
	equal(t, "first", b.desk.take(), []string{"desk.Rename {Name:Anna}"})
	p.send(message(domain, "<body>x</body>"+nick))
	if got := b.desk.take(); len(got) != 1 || strings.Contains(got[0], "Anna") {
		t.Errorf("the same name again: %v", got)
	}
	p.send(message(domain, "<body>x</body>"+strings.ReplaceAll(nick, "Anna", "Eva")))
	if got := b.desk.take(); len(got) != 2 || got[0] != "desk.Rename {Name:Eva}" {
		t.Errorf("another name: %v", got)
	}
}

func TestCarbonsOfOwnMessages(t *testing.T) {
	b := newBench(t)
	p := b.visitor()
	second, deaf := b.again(p), b.again(p)
	p.send(`<iq xmlns='jabber:client' id='1' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>`)
	second.send(`<iq xmlns='jabber:client' id='1' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>`)
	p.take()
	second.take()
	deaf.take()
	b.desk.answer = func(desk.Ask) desk.Answer { return desk.Answer{ID: "out1"} }
	p.send(message("support@"+domain, "<body>hello</body>"))
	got := second.only()
	sent := got.Child("urn:xmpp:carbons:2", "sent")
	if sent == nil || got.Attr("from") != p.bare() || got.Attr("to") != second.jid {
		t.Fatalf("copy: %s", dump([]*Element{got}))
	}
	inner := sent.Child("urn:xmpp:forward:0", "forwarded").Child("jabber:client", "message")
	if inner.Attr("from") != p.jid || inner.Attr("to") != "support@"+domain || inner.Attr("id") != "m1" ||
		inner.Child("jabber:client", "body").Text() != "hello" || inner.Child("urn:xmpp:sid:0", "stanza-id").Attr("id") != "out1" {
		t.Errorf("copy: %s", dump([]*Element{got}))
	}
	if got := append(p.take(), deaf.take()...); len(got) > 0 {
		t.Errorf("also: %v", got)
	}
	second.send(`<iq xmlns='jabber:client' id='1' type='set'><disable xmlns='urn:xmpp:carbons:2'/></iq>`)
	second.take()
	p.send(message("support@"+domain, "<body>hello</body>"))
	if got := second.take(); len(got) > 0 {
		t.Errorf("after disable: %v", got)
	}
	second.send(`<iq xmlns='jabber:client' id='1' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>`)
	second.take()
	b.desk.answer = func(desk.Ask) desk.Answer { return desk.Answer{Err: &desk.Refusal{Condition: "gone", Type: "cancel"}} }
	p.send(message("support@"+domain, "<body>hello</body>"))
	if got := second.take(); len(got) > 0 {
		t.Errorf("a refused message was copied: %v", got)
	}
}

func TestT28_EndOfChatEndsTheIdentity(t *testing.T) {
	for name, end := range map[string]string{
		"gone beside a body": message("support@"+domain, "<body>bye</body><gone xmlns='http://jabber.org/protocol/chatstates'/>"),

		"gone":   message("support@"+domain, "<gone xmlns='http://jabber.org/protocol/chatstates'/>"),
		"depart": `<iq xmlns='jabber:client' to='support@` + domain + `' id='1' type='set'><depart-queue xmlns='http://jabber.org/protocol/workgroup'/></iq>`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.visitor()
			second := b.again(p)
			p.send(message("support@"+domain, "<body>hello</body>"))
			if len(b.store.tokens) != 1 {
				t.Fatalf("%d tokens", len(b.store.tokens))
			}
			b.desk.answer = func(desk.Ask) desk.Answer {
				return desk.Answer{Err: &desk.Refusal{Condition: "conflict", Type: "cancel"}}
			}
			second.send(end)
			b.desk.answer = nil // there is no chat to end
			second.send(end)
			b.hub.work.Wait()
			if len(b.store.tokens) != 1 {
				t.Error("the identity ended without a chat")
			}
			b.desk.answer = func(desk.Ask) desk.Answer { return desk.Answer{Ended: true} }
			second.send(end)
			b.hub.work.Wait()
			if len(b.store.tokens) != 0 {
				t.Error("the token lives on")
			}
		})
	}
}
