package bosh

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestB52_Holding(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("wait='7'")
		c := p.send()
		time.Sleep(7*time.Second - 1)
		c.held()
		time.Sleep(1)
		if got := c.response(); got != "<body xmlns='http://jabber.org/protocol/httpbind'/>" {
			t.Errorf("answered %s", got)
		}
		c = p.send()
		c.held()
		d := p.send(msg(1))
		c.expect("")
		d.held()
		p.stream.send(3)
		d.expect("3")
	})
}

func TestB53_PayloadsShareBodies(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1, 2, 3)
		p.send().expect("1 2 3")
		big := strings.Repeat("x", 30000)
		for i := range 5 {
			p.stream.conn.Send(fmt.Appendf(nil, "<message xmlns='jabber:client' id='%d'>%s</message>", i, big))
		}
		p.send().expect("0 1")
		p.send().expect("2 3")
		p.send().expect("4")
		p.stream.conn.Send(fmt.Appendf(nil, "<message xmlns='jabber:client' id='9'>%s%s%s</message>", big, big, big))
		p.send().expect("9") // too large for two, never cut
	})
	inBubble(t, Options{}, func(b *bench) { // also when somebody waits already: the payloads of one answer
		p := b.open("")
		p.stream.answers = map[string]string{"message": "<a xmlns='x:y' id='1'/><b xmlns='x:y' id='2'/>", "iq": "<c xmlns='x:y' id='3'/>"}
		p.stream.slow = true // the answers are there before the request may be answered
		c := p.send(msg(1), "<iq xmlns='jabber:client'/>")
		c.held()
		p.stream.settle(2)
		c.expect("1 2 3")
	})
	inBubble(t, Options{}, func(b *bench) { // nothing is lost between two bodies
		p := b.open("")
		c := p.send()
		p.stream.send(1, 2, 3, 4)
		got := c.answer().payloads
		if len(got) < 4 {
			got = append(got, p.send().answer().payloads...)
		}
		if want := "1 2 3 4"; strings.Join(got, " ") != want {
			t.Errorf("received %v, want %s", got, want)
		}
	})
}

func TestB54_Acknowledgements(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // ours: the highest rid without a gap whose payloads are settled
		p := b.open("ack='1' hold='2'")
		p.stream.slow = true
		first := p.send(msg(1))
		second := p.send(msg(2))
		third := p.send(msg(3))
		p.stream.settle(2)
		first.expect("ack=1002")
		p.stream.send(5)
		second.expect("5")
		third.held()
	})
	inBubble(t, Options{}, func(b *bench) { // theirs
		p := b.open("ack='1'")
		p.stream.send(1)
		p.send("ack='1000'").expect("1")
		p.stream.send(2)
		p.send("ack='1001'").expect("2")
		p.at(1002).expect("2")
		p.at(1001).expect("type=terminate condition=item-not-found")
	})
	inBubble(t, Options{}, func(b *bench) { // none means all
		p := b.open("ack='1'")
		p.stream.send(1)
		p.send().expect("1")
		p.send()
		if got := p.stream.seen("back"); got != "delivered 1" {
			t.Errorf("calls %q", got)
		}
	})
	for _, ack := range []string{"1001", "1002", "99999", "x", "", "-1", "0"} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("ack='1'")
			p.send("ack='" + ack + "'").expect("type=terminate condition=bad-request")
		})
	}
}

func TestB55_MissedResponsesAreReported(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("ack='1'")
		p.stream.send(1)
		p.send("ack='1000'").expect("1")
		time.Sleep(1500 * time.Millisecond)
		c := p.send("ack='1000'")
		c.expect("report=1001")
		if got := c.answer().attrs["time"]; got != "1500" {
			t.Errorf("time %q", got)
		}
		p.at(1001).expect("1")
		if got := p.stream.seen("back"); got != "" {
			t.Errorf("calls %q", got)
		}
		p.send("ack='1002'").held()
		if got := p.stream.seen("back"); got != "delivered 1" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB56_EmptyRequestsPoll(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1)
		p.send().expect("1")
		c := p.send()
		c.held()
		p.stream.send(2)
		c.expect("2")
		if got := p.stream.seen(); got != "back, delivered 1, back" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB57_DeadRequestsKeepPayloads(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send(msg(1))
		c.drop()
		p.stream.send(5)
		time.Sleep(25 * time.Second)
		if c.rec.Body.Len() > 0 {
			t.Fatalf("written to a dead connection: %s", c.rec.Body)
		}
		p.send().expect("5")
		p.at(1001).expect("") // turned into an answered, empty one
	})
	inBubble(t, Options{}, func(b *bench) { // the inactivity clock starts at the death
		p := b.open("")
		c := p.send()
		time.Sleep(25 * time.Second)
		c.drop()
		time.Sleep(29 * time.Second)
		d := p.at(p.rid)
		d.held()
		p.stream.send(1)
		d.expect("1") // repeated, it gets what waits
	})
}

func TestB58_EverythingObeysTheOrder(t *testing.T) {
	cases := []struct{ what, first, second string }{
		{"xmpp:restart='true'", "", "features"},
		{"pause='9'", "", ""},
		{"type='terminate'", "type=terminate", ""},
	}
	for _, tc := range cases {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			p.stream.slow = true
			first := p.send(msg(1))
			second := p.send(tc.what)
			first.held()
			second.held()
			p.stream.settle(1)
			first.expect(tc.first)
			second.expect(tc.second)
		})
	}
}

func TestB58a_LostLink(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // the closed connection of the last held request
		p := b.open("hold='2'")
		p.stream.slow = true
		first, second := p.send(msg(1)), p.send(msg(2))
		first.drop()
		if got := p.stream.seen("receive"); got != "back, back" {
			t.Errorf("lost while another request is open: %q", got)
		}
		second.drop()
		if got := p.stream.seen(); got != "lost" {
			t.Errorf("calls %q", got)
		}
		third := p.send()
		if got := p.stream.seen(); got != "back" {
			t.Errorf("calls %q", got)
		}
		third.drop()
		p.at(p.rid).held() // a repeat brings the link back too
		if got := p.stream.seen(); got != "lost, back" {
			t.Errorf("calls %q", got)
		}
		p.stream.settle(2)
	})
	inBubble(t, Options{}, func(b *bench) { // silence after an answer
		p := b.open("")
		p.send()
		p.stream.send(1)
		p.stream.seen()
		time.Sleep(10*time.Second - 1)
		if got := p.stream.seen(); got != "" {
			t.Errorf("calls %q", got)
		}
		time.Sleep(1)
		synctest.Wait()
		if got := p.stream.seen(); got != "lost" {
			t.Errorf("calls %q", got)
		}
		p.send()
		if got := p.stream.seen(); got != "delivered 1, back" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // not in polling sessions, not in a pause
		p, q := b.open("hold='0'"), b.open("")
		q.send("pause='25'")
		p.send()
		p.stream.seen()
		q.stream.seen()
		time.Sleep(25*time.Second - 1)
		if got := p.stream.seen() + q.stream.seen(); got != "" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB58b_LeavingPage(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		held := p.send()
		p.beacon().expect("")
		held.expect("")
		if got := p.stream.seen(); got != "back, lost" {
			t.Errorf("calls %q", got)
		}
		held.drop()
		p.stream.send(1) // while nobody is there
		time.Sleep(time.Second)
		p.send(msg(4)).expect("1") // the next page goes on
		if got := p.stream.seen(); got != "back, receive message 4" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // what only looks like it
		p := b.open("")
		unavailable := "<presence xmlns='jabber:client' type='unavailable'/>"
		p.send(unavailable)
		b.header.Set("Content-Type", "text/plain")
		p.send(unavailable, msg(1))
		p.send("<presence xmlns='jabber:client' type='unavailable' to='a@b'/>")
		p.send("<presence xmlns='jabber:client'/>")
		want := "receive presence unavailable, receive presence unavailable, receive message 1, receive presence unavailable, receive presence"
		if got := p.stream.seen("back"); got != want {
			t.Errorf("calls %q", got)
		}
		p.send("type='terminate'", unavailable)
		if got := p.stream.seen("back"); got != "receive presence unavailable, end" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestWriteAhead(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("ack='1'")
		p.stream.slow = true
		poll := p.send("ack='1000'")
		first := p.send(msg(1), msg(2), "ack='1000'")
		poll.held() // what is not on disk releases nobody
		p.stream.send(9)
		poll.expect("9")
		p.stream.send(8)
		p.stream.settle(1)
		first.held() // and is not answered itself
		p.stream.settle(1)
		first.expect("8")
	})
	inBubble(t, Options{}, func(b *bench) { // settled out of order: answered in order
		p := b.open("hold='2'")
		p.stream.slow = true
		first, second := p.send(msg(1)), p.send(msg(2))
		p.stream.unsettled[0], p.stream.unsettled[1] = p.stream.unsettled[1], p.stream.unsettled[0]
		p.stream.settle(1)
		first.held()
		second.held()
		p.stream.settle(1)
		first.expect("")
		second.held()
	})
}
