package ws

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bound opens a stream that the fake takes for bound.
func (b *bench) bound() *peer {
	b.t.Helper()
	p := b.open()
	p.say(`<iq xmlns="jabber:client" type="set" id="b"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>`)
	b.streams.last().seen()
	return p
}

// pingOfPage is our XMPP ping with this number.
func pingOfPage(n int) string {
	return fmt.Sprintf(`text <iq xmlns="jabber:client" from="chat.example.com" id="are-you-there-%d" type="get">`, n)
}

// answer is what a page without XEP-0199 says to it.
func answer(n int) string {
	return fmt.Sprintf(`<iq xmlns="jabber:client" to="chat.example.com" type="error" id="are-you-there-%d">`+
		`<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`, n)
}

func TestPageProvesDelivery(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.bound()
		s := b.streams.last()
		p.muted(true)
		s.send(1, 2)
		pass(proofAfter)
		s.send(3)
		p.expect("text <message ", "text <message ", pingOfPage(1), "text <message ")
		p.say(answer(1))
		if got := s.seen(); got != "delivered 2" {
			t.Errorf("the stream saw %q", got)
		}
		p.pinged()
		pass(proofAfter)
		p.expect(pingOfPage(2))
		if n := p.pinged(); n != 0 {
			t.Errorf("%d pings of the browser, though the page answers", n)
		}
		p.say(answer(1)) // again: proves nothing, and is none of the stream's
		p.say(answer(2))
		if got := s.seen(); got != "delivered 3" {
			t.Errorf("the stream saw %q", got)
		}
	})
}

// TestFrozenPage: its browser answers, the page does not.
func TestFrozenPage(t *testing.T) {
	const ping = 12 * time.Second
	inBubble(t, Options{}, func(b *bench) {
		p := b.bound()
		s := b.streams.last()
		s.send(1)
		pass(proofAfter)
		p.say(answer(1))
		if got := s.seen(); got != "delivered 1" {
			t.Errorf("the stream saw %q", got)
		}
		s.send(2)
		pass(3*ping - 1)
		if got := s.seen(); got != "" {
			t.Errorf("the stream saw %q", got)
		}
		pass(1)
		if got := s.seen(); got != "lost" {
			t.Errorf("the stream saw %q", got)
		}
		p.say(`<message id="awake"/>`)
		if got := s.seen(); got != "back, message awake" {
			t.Errorf("the stream saw %q", got)
		}
	})
}

// TestPageThatNeverAnswers is believed by its browser's pongs.
func TestPageThatNeverAnswers(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		b.bound()
		s := b.streams.last()
		s.send(1)
		pass(time.Hour)
		if got := s.seen(); got != "delivered 1" {
			t.Errorf("the stream saw %q", got)
		}
	})
}

// TestManagedPage is asked for its count (XEP-0198): a stanza of ours would
// spoil it.
func TestManagedPage(t *testing.T) {
	const ping, r = 12 * time.Second, `text <r xmlns="urn:xmpp:sm:3" />`
	inBubble(t, Options{}, func(b *bench) {
		p := b.bound()
		s := b.streams.last()
		p.say(`<enable xmlns="urn:xmpp:sm:3"/>`)
		s.send(1)
		pass(ping + time.Second)
		p.expect("text <message ", r)
		p.say(`<a xmlns="urn:xmpp:sm:3" h="1"/>`)
		if got := s.seen(); got != "enable, a" {
			t.Errorf("the stream saw %q", got)
		}
		p.pinged()
		pass(3*ping - time.Millisecond)
		if got, n := s.seen(), p.pinged(); got != "" || n != 0 {
			t.Errorf("the stream saw %q, the browser %d pings", got, n)
		}
		pass(time.Millisecond)
		if got := s.seen(); got != "lost" {
			t.Errorf("the stream saw %q", got)
		}
		for _, text := range p.got() {
			if !strings.HasPrefix(text, r) {
				t.Errorf("got %q", text)
			}
		}
	})
}
