package bosh

// Time is that of a testing/synctest bubble, see inBubble.

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestB43_PayloadsInRidOrder(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("hold='3'")
		c3, c2 := p.at(1003, msg(3)), p.at(1002, msg(2))
		if got := p.stream.seen(); got != "" {
			t.Errorf("calls before the first: %q", got)
		}
		c1 := p.at(1001, msg(1))
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2, receive message 3" {
			t.Errorf("calls %q", got)
		}
		c1.expect("")
		c2.expect("")
		c3.held()
		p.stream.send(7)
		c3.expect("7")
	})
}

func TestB44_OutsideTheWindow(t *testing.T) {
	cases := []struct {
		name, attrs string
		rid         uint64
		ok          bool
	}{
		{"last allowed", "", 1003, true},
		{"one too far", "", 1004, false},
		{"pause one further", "pause='5'", 1004, true},
		{"terminate one further", "type='terminate'", 1004, true},
		{"pause two further", "pause='5'", 1005, false},
		{"far", "", 1 << 52, false},
		{"too old", "", 998, false},
		{"zero distance", "", 1, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open("")
				first := p.send()
				if tc.ok {
					p.stream.send(9)
				}
				c := p.at(tc.rid, tc.attrs, msg(1))
				if tc.ok {
					p.at(p.rid+1, msg(2)) // fills the gap, if there is one
					c.held()
					if strings.Contains(p.stream.seen(), "end") {
						t.Error("ended")
					}
					return
				}
				c.expect("type=terminate condition=item-not-found")
				first.expect("type=terminate condition=other-request")
				p.send().expect("type=terminate condition=item-not-found")
				if got := p.stream.seen("back"); got != "end" {
					t.Errorf("calls %q", got)
				}
			})
		})
	}
}

func TestB45_T10_LargestRid(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("rid='9007199254740989'")
		p.rid = 9007199254740989
		p.send(msg(1))
		p.send(msg(2)).held() // 2^53-1
		p.at(9007199254740992, msg(3)).expect("type=terminate condition=item-not-found")
		if got := p.stream.seen("back"); got != "receive message 1, receive message 2, end" {
			t.Errorf("calls %q", got)
		}
	})
	for _, huge := range []string{"18446744073709552617", "99999999999999999999999999"} { // 2^64 + 1001
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			text := strings.Replace(p.bodyOf(1, "", ""), "rid='1'", "rid='"+huge+"'", 1)
			p.post(text).expect("type=terminate condition=item-not-found")
			if got := p.stream.seen(); got != "end" {
				t.Errorf("calls %q", got)
			}
		})
	}
	for _, no := range []string{"-1", "", "0", "00", "1e3", "0x3e9", " 1001", "1001.0"} { // no rid at all: nothing is touched
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			text := strings.Replace(p.bodyOf(1, "", ""), "rid='1'", "rid='"+no+"'", 1)
			p.post(text).expect("type=terminate condition=bad-request")
			p.send().held()
		})
	}
}

func TestB46_ResponsesAreRemembered(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // as many as the window has
		p := b.open("")
		for i := 1; i <= 4; i++ {
			p.stream.send(i)
			p.send(msg(10 + i)).expect(fmt.Sprint(i))
		}
		p.at(1004).expect("4")
		p.at(1003).expect("3")
		p.at(1002).expect("type=terminate condition=item-not-found")
	})
	inBubble(t, Options{}, func(b *bench) { // pauses do not count
		p := b.open("")
		p.stream.send(1, 2)
		p.send(msg(1)).expect("1 2")
		p.send("pause='20'").expect("")
		p.stream.send(3)
		p.send(msg(2)).expect("3")
		p.at(1001).expect("1 2")
		p.at(1003).expect("3")
	})
	inBubble(t, Options{}, func(b *bench) { // with acks: all that are not acknowledged
		p := b.open("ack='1'")
		for i := 1; i <= 10; i++ {
			p.stream.send(i)
			p.send(msg(i), "ack='1000'").answer()
		}
		p.at(1001).expect("1")
		p.at(1002).expect("report=1001 2")
		p.stream.send(11)
		p.send(msg(11), "ack='1008'").expect("report=1009 11")
		p.at(1009).expect("report=1001 9")
		p.at(1008).expect("type=terminate condition=item-not-found")
	})
}

func TestB46_UnacknowledgedResponsesAreBounded(t *testing.T) {
	ends := func(b *bench, size int) int {
		p := b.open("ack='1'")
		for i := 1; i < 200; i++ {
			p.stream.conn.Send([]byte("<message xmlns='jabber:client'>" + strings.Repeat("x", size) + "</message>"))
			if p.send(msg(i), "ack='1000'").answer().attrs["condition"] == "policy-violation" ||
				strings.Contains(p.stream.seen(), "end") {
				return i
			}
		}
		return 0
	}
	inBubble(t, Options{}, func(b *bench) {
		if n := ends(b, 10); n < 62 || n > 66 {
			t.Errorf("ended after %d responses", n)
		}
		if n := ends(b, 20000); n < 12 || n > 14 {
			t.Errorf("ended after %d large responses", n)
		}
	})
}

func TestB47_T9_RepeatOfAnAnsweredRid(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1, 2)
		c := p.send(msg(1))
		first := c.response()
		p.stream.seen()
		p.stream.send(3)
		time.Sleep(20 * time.Second)
		for _, again := range []string{msg(1), msg(666), "type='terminate'"} {
			if got := p.at(p.rid, again).response(); got != first {
				t.Errorf("repeat gives %s, not %s", got, first)
			}
		}
		if got := p.stream.seen("back", "lost"); got != "" {
			t.Errorf("calls %q", got)
		}
		time.Sleep(20 * time.Second) // a repeat is activity: the session lives
		p.send().expect("3")
	})
}

func TestB48_RepeatOfAnOpenRid(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		older := p.send(msg(1))
		time.Sleep(20 * time.Second)
		newer := p.at(p.rid, msg(1))
		older.expect("type=error")
		time.Sleep(29 * time.Second) // held for one wait from the newest exchange
		newer.held()
		time.Sleep(time.Second)
		newer.expect("")
		if got := p.stream.seen("back"); got != "receive message 1" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // behind a gap, and on a dead connection
		p := b.open("")
		older := p.at(1002, msg(2))
		newer := p.at(1002, msg(2))
		older.expect("type=error")
		newer.drop()
		newest := p.at(1002, msg(2))
		p.at(1001, msg(1)).expect("")
		p.stream.send(5)
		newest.expect("5")
		if newer.rec.Body.Len() > 0 {
			t.Errorf("written to a dead connection: %s", newer.rec.Body)
		}
	})
}

func TestB49_TooManyRepeats(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1)
		p.send().expect("1")
		for range 5 {
			p.at(p.rid).expect("1")
		}
		time.Sleep(10 * time.Second)
		for range 5 {
			p.at(p.rid).expect("1")
		}
		p.at(p.rid).expect("type=terminate condition=policy-violation")
		p.send().expect("type=terminate condition=item-not-found")
	})
}

func TestB50_RepeatOfTheCreation(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p, q := b.open(""), b.open("")
		if p.sid == q.sid || len(b.streams.streams) != 2 {
			t.Fatal("not a new session")
		}
		for range 8 { // the second one is kept alive
			q.stream.send(1)
			q.send().answer()
			time.Sleep(4 * time.Second)
		}
		if n := b.m.Stats().Sessions; n != 1 {
			t.Errorf("%d sessions", n)
		}
		if got := p.stream.seen(); got != "lost, end" {
			t.Errorf("calls of the first: %q", got)
		}
	})
}

func TestB51_NoGapIsNoReasonToEnd(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // long after the start of the process
		time.Sleep(time.Hour)
		p := b.open("")
		p.stream.stall = make(chan struct{})
		first := p.send(msg(1)) // the stream takes its time over it
		second := p.send(msg(2))
		time.Sleep(5 * time.Second)
		second.held()
		close(p.stream.stall)
		first.expect("")
		p.stream.send(3)
		second.expect("3")
	})
}

func TestB51_GapNeverFilled(t *testing.T) {
	inBubble(t, Options{Wait: 20 * time.Second}, func(b *bench) { // at most wait
		p := b.open("")
		c := p.at(1002, msg(2))
		time.Sleep(20*time.Second - 1)
		c.held()
		time.Sleep(1)
		c.expect("type=terminate condition=item-not-found")
		if got := p.stream.seen(); got != "end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{Inactivity: 15 * time.Second}, func(b *bench) { // at most inactivity from the gap's start
		p := b.open("hold='2'")
		c := p.at(1002, msg(2))
		time.Sleep(10 * time.Second)
		d := p.at(1003, msg(3))
		time.Sleep(5*time.Second - 1)
		d.held()
		time.Sleep(1)
		c.expect("type=terminate condition=item-not-found")
		d.expect("type=terminate condition=other-request")
	})
	inBubble(t, Options{}, func(b *bench) { // filled in time
		p := b.open("")
		c := p.at(1002, msg(2))
		time.Sleep(29 * time.Second)
		p.at(1001, msg(1)).expect("")
		c.held()
		p.stream.send(4)
		c.expect("4")
	})
}
