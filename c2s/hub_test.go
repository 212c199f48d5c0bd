package c2s

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/gate"
	"frontdesk/roster"
	"frontdesk/wire"
)

// comeFrom opens a stream from an address.
func (b *bench) comeFrom(addr string) (Stream, error) {
	conn := &fakeConn{info: Info{Acknowledges: true, Remote: netip.MustParseAddr(addr)}}
	s, err := b.hub.Open(conn, Hello{To: domain})
	if err == nil {
		b.peers = append(b.peers, &browser{t: b.t, stream: s, conn: conn})
	}
	return s, err
}

func TestSessionLimits(t *testing.T) {
	b := newBenchBehind(t, gate.Rules{Sessions: 5, SessionsPerAddress: 2})
	for _, step := range []struct {
		addr string
		good bool
	}{
		{"192.0.2.1", true},
		{"::ffff:192.0.2.1", true},
		{"192.0.2.1", false},
		{"192.0.2.2", true},
		{"2001:db8:1:2::1", true},
		{"2001:db8:1:2:ffff::2", true},
		{"2001:db8:1:2::3", false},
		{"2001:db8:1:3::1", false}, // five are open
	} {
		if _, err := b.comeFrom(step.addr); step.good != (err == nil) || !step.good && !isStreamError(err, "policy-violation") {
			t.Errorf("%s: %v", step.addr, err)
		}
	}
	b.peers[0].stream.End()
	b.peers[0].stream.End()
	if _, err := b.comeFrom("192.0.2.1"); err != nil {
		t.Errorf("a place that is free again: %v", err)
	}
	if _, err := b.comeFrom("198.51.100.1"); err == nil {
		t.Error("End counted twice")
	}
	if s := b.hub.Stats(); s.Streams != 5 || s.Opened != 6 || s.Refused != 4 {
		t.Errorf("stats %+v", s)
	}
}

func TestCreationsPerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBenchBehind(t, gate.Rules{CreationsPerSecond: 3})
		opened := func() (n int) {
			for range 10 {
				if s, err := b.comeFrom("192.0.2.1"); err == nil {
					s.End()
					n++
				}
			}
			return n
		}
		if n := opened(); n != 3 {
			t.Errorf("%d at once", n)
		}
		time.Sleep(2 * time.Second)
		if n := opened(); n != 3 {
			t.Errorf("%d after two seconds", n)
		}
	})
}

func TestNoLimits(t *testing.T) {
	b := newBench(t)
	for i := range 300 {
		if _, err := b.comeFrom("192.0.2.1"); err != nil {
			t.Fatalf("stream %d: %v", i, err)
		}
	}
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		bound, young := b.visitor(), b.open("bosh")
		managed, _ := b.managed()
		managed.stream.LinkLost()
		managed.stream.End()
		b.desk.take()
		ended := make(chan error)
		go func() { ended <- b.hub.Close(t.Context()) }()
		synctest.Wait()
		for _, p := range []*browser{bound, young} {
			if !p.conn.isClosed() || p.conn.closed[0].Condition != "system-shutdown" {
				t.Error("a stream was not told")
			}
		}
		if _, err := b.hub.Open(&fakeConn{}, Hello{To: domain}); !isStreamError(err, "system-shutdown") {
			t.Errorf("opened while closing: %v", err)
		}
		bound.stream.End()
		young.stream.End()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		equal(t, "posted", b.desk.take(), []string{"ended", "ended"})
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.visitor()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.hub.Close(ctx); err == nil || !strings.Contains(err.Error(), "end the visitors' streams") {
			t.Errorf("a transport that never ends: %v", err)
		}
	})
}

// TestDeskThatBlocks: a desk whose inbox is full blocks who posts, and nobody
// else. What it calls itself goes through.
func TestDeskThatBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowDesk{open: make(chan struct{})}
		store := &fakeStore{tokens: map[string]time.Time{}}
		hub, err := New(Options{Domain: domain, OfflineAfter: time.Second}, gate.New(gate.Rules{}), slow, store, store)
		if err != nil {
			t.Fatal(err)
		}
		conn := &fakeConn{}
		s, err := hub.Open(conn, Hello{To: domain})
		if err != nil {
			t.Fatal(err)
		}
		bound := make(chan struct{})
		var jid roster.VisitorJID
		go func() {
			defer close(bound)
			give := func(xml string) {
				e, err := wire.Parse([]byte(xml))
				if err == nil {
					err = s.Receive(e, func() {})
				}
				if err != nil {
					t.Error(err)
				}
			}
			give(auth("ANONYMOUS", ""))
			_ = s.Restart(Hello{})
			give(`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
		}()
		synctest.Wait() // in Post
		jid = hub.visitors.tabs()[0].visitor.jid
		hub.Join(desk.Tab{Visitor: jid, Stream: s.ID()})
		hub.Deliver(jid, desk.Delivery{Seq: 1, Queue: "support", Message: chat.Message{ID: "1", Text: "x"}})
		hub.Directory(nil)
		hub.Tenure(jid, time.Minute)
		hub.Dismiss(jid, true)
		hub.Answer(desk.Tab{Visitor: jid}, 1, desk.Answer{})
		if n := len(conn.sent); n != 3 {
			t.Errorf("%d payloads", n)
		}
		close(slow.open)
		<-bound
		s.End()
		if err := hub.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

type slowDesk struct{ open chan struct{} }

func (d *slowDesk) Post(desk.Event) { <-d.open }

// TestEventsKeepTheirOrder lets several goroutines work on one tab: what the
// desk hears of its link alternates, and ends with the truth.
func TestEventsKeepTheirOrder(t *testing.T) {
	b := newBench(t, func(o *Options) { o.OfflineAfter = 0; o.MessageRate = -1 })
	p := b.visitor()
	jid := p.visitorJID()
	var all sync.WaitGroup
	all.Go(func() {
		for range 300 {
			p.stream.LinkLost()
			p.stream.LinkBack()
		}
	})
	all.Go(func() {
		for seq := range int64(300) {
			b.hub.Deliver(jid, desk.Delivery{Seq: seq + 1, Queue: "support", Message: chat.Message{ID: "x", Text: "x"}})
			b.hub.Directory([]desk.QueueView{{Name: "support", Status: fmt.Sprint(seq)}})
		}
	})
	all.Go(func() {
		for n := range uint64(300) {
			p.stream.Delivered(n)
			b.hub.Tenure(jid, time.Second)
			_ = b.hub.Stats()
		}
	})
	all.Wait()
	p.stream.End()
	p.stream.Delivered(1000)
	posted := b.desk.take()
	if n := len(posted); posted[n-1] != "ended" && posted[n-2] != "ended" {
		t.Errorf("the last words are %v", posted[n-2:])
	}
	online, settled := true, int64(0)
	for _, w := range posted {
		seqs, settles := strings.CutPrefix(w, "settled ")
		switch {
		case w == "online" || w == "offline":
			if online == (w == "online") {
				t.Fatalf("%s twice", w)
			}
			online = !online
		case settles:
			for s := range strings.FieldsSeq(strings.Trim(seqs, "[]")) {
				var seq int64
				if _, err := fmt.Sscan(s, &seq); err != nil || seq <= settled {
					t.Fatalf("%s after %d", w, settled)
				}
				settled = seq
			}
		case w != "ended" && w != "behind":
			t.Errorf("posted %s", w)
		}
	}
}
