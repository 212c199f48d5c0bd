package component

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/internal/xmpptest"
)

func words(n int64, text string) desk.Words {
	return desk.Words{
		Outbox: n, Visitor: visitor, Agent: alice,
		Message: chat.Message{ID: "m" + text, Text: text},
	}
}

func TestLinkUp(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.heard(desk.LinkUp{Link: 1})
		p.silent()
		if s := p.link.Stats(); s.LinkID == "" || s.Connects != 1 || s.Unconfirmed != 0 {
			t.Errorf("stats %+v", s)
		}
	})
}

// The announcement comes right behind the handshake, in the same packet: none
// of it may be lost in somebody's buffer.
func TestLinkBehindHandshake(t *testing.T) {
	greeting := xmpptest.Privileges("localhost", testDomain, "2") +
		"<message from='alice@localhost/a' to='" + visitor + "' type='chat' id='1'><body>early</body></message>"
	act(t, &xmpptest.Server{Greeting: greeting}, func(p *play) {
		p.heard(
			desk.AgentSays{Agent: alice, Resource: "a", Visitor: visitor, Message: chat.Message{ID: "1", Text: "early"}},
			desk.LinkUp{Link: 1},
		)
		p.logged("roster both")
	})
}

func TestLinkConfirms(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.send(words(1, "a"), words(2, "b"))
		p.heard(desk.LinkConfirmed{Outbox: 2})
		p.send(desk.Note{Agent: alice, Text: "hello"})
		p.heard()
		p.send(words(3, "c"))
		p.heard(desk.LinkConfirmed{Outbox: 3})
		p.pass(time.Minute)
		p.heard() // once is enough
	})
}

func TestLinkBatches(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		var all []desk.ToAgent
		long := strings.Repeat("x", 8<<10)
		for n := range int64(100) {
			all = append(all, words(n+1, long))
		}
		p.send(all...)
		heard := p.desk.take()
		if len(heard) < 20 {
			t.Fatalf("%d confirmations for 800 KiB", len(heard))
		}
		if last := heard[len(heard)-1]; last != desk.Event(desk.LinkConfirmed{Outbox: 100}) {
			t.Errorf("last confirmation %v", last)
		}
		if got := p.peer.Received(); len(got) != 100 {
			t.Errorf("%d messages came", len(got))
		}
	})
}

// A server that takes bytes and then vanishes confirms nothing.
func TestLinkLostIsNotConfirmed(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.peer.Freeze()
		p.send(words(1, "a"))
		p.peer.Close()
		synctest.Wait()
		p.heard(desk.LinkDown{})
		p.connect()
		p.heard(desk.LinkUp{Link: 2})
	})
}

func TestLinkDropsWhileDown(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.server.Down(true)
		p.peer.Close()
		synctest.Wait()
		p.send(words(1, "a"))
		p.server.Down(false)
		p.connect()
		p.silent()
	})
}

func TestLinkHeartbeat(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.pass(10 * time.Minute)
		if s := p.link.Stats(); !s.Up || s.Connects != 1 || s.StanzasIn < 100 {
			t.Errorf("an idle link for ten minutes: %+v", s)
		}
	})
}

func TestLinkFrozenServer(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.peer.Freeze()
		p.pass(12 * time.Second)
		p.heard(desk.LinkDown{})
		p.logged("did not answer in time")
		p.peer.Close() // until now the server keeps the old link, too
		p.pass(time.Minute)
		p.heard(desk.LinkUp{Link: 2})
	})
}

// A desk that takes no events for long is no dead server.
func TestLinkSlowDesk(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.hear = func(e desk.Event) {
			if _, ok := e.(desk.AgentSays); ok {
				time.Sleep(time.Minute)
			}
		}
		p.says("<message from='alice@localhost/a' to='" + visitor + "' type='chat'><body>x</body></message>")
		p.pass(5 * time.Minute)
		if s := p.link.Stats(); s.Connects != 1 || !s.Up {
			t.Errorf("the link was lost: %+v", s)
		}
	})
}

func TestLinkBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &xmpptest.Server{}
		s.Down(true)
		p := begin(t, s, Options{})
		defer p.stop()
		p.pass(time.Minute)
		tries := strings.Count(p.log.String(), "component link is down")
		if tries < 8 || tries > 30 {
			t.Errorf("%d attempts in a minute", tries)
		}
		if told := strings.Count(p.log.String(), "level=WARN"); told != 1 {
			t.Errorf("the same trouble was told %d times", told)
		}
		s.Down(false)
		p.connect()
	})
}

func TestLinkServerRestart(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		for range 20 {
			p.peer.Close()
			p.connect()
		}
		if s := p.link.Stats(); s.Connects != 21 {
			t.Errorf("%d connects", s.Connects)
		}
	})
}

func TestLinkStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 { // the goodbye may overtake
			p := begin(t, &xmpptest.Server{}, Options{})
			p.connect()
			p.link.Send([]desk.ToAgent{words(1, "last")})
			p.stop()
			p.expect("last")
		}
	})
}

func TestLinkStopWhileFrozen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := begin(t, &xmpptest.Server{}, Options{})
		p.connect()
		p.peer.Freeze()
		began := time.Now()
		p.stop()
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("Stop took %v", took)
		}
	})
}

func TestLinkOverflow(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.peer.Freeze()
		batch := make([]desk.ToAgent, maxQueue/2)
		for i := range batch {
			batch[i] = desk.ShowDesk{Agent: alice}
		}
		for range 4 {
			p.link.Send(batch)
			synctest.Wait()
		}
		synctest.Wait()
		p.heard(desk.LinkDown{})
		p.logged(errOverflow.Error())
	})
}

// What the desk sends before it knows that the old connection is lost must not
// go out on the new one: its confirmation would cover what was lost before it.
func TestLinkStale(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.desk.take()
		p.desk.link = nil
		p.peer.Freeze()
		p.send(words(1, "lost"))
		p.peer.Close()
		p.connect()
		p.send(words(2, "stale"), desk.Attached{Link: 1}, words(3, "stale too"))
		p.silent()
		p.heard(desk.LinkDown{}, desk.LinkUp{Link: 2})
		p.send(desk.Attached{Link: 2}, words(1, "lost"), words(2, "stale"))
		p.expect("lost")
		p.expect("stale")
		p.heard(desk.LinkConfirmed{Outbox: 2})
	})
}

// A new link that does not bring our own stanzas back is none.
func TestLinkUnproven(t *testing.T) {
	for _, c := range []struct {
		name string
		lose func(n int) bool // the n-th barrier, from 1
		talk bool             // the server sends something every second
		want string
	}{
		{"silent", func(int) bool { return true }, false, errUnproven.Error()},
		{"not silent", func(int) bool { return true }, true, errUnproven.Error()},
		{"the first went elsewhere", func(n int) bool { return n == 1 }, false, errSplit.Error()},
		{"the first three went elsewhere", func(n int) bool { return n <= 3 }, false, errSplit.Error()},
		{"one went elsewhere", func(n int) bool { return n == 3 }, false, errSplit.Error()},
		{"the last went elsewhere", func(n int) bool { return n == proofs }, true, errSplit.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				s := &xmpptest.Server{Lose: func(string) bool { n++; return c.lose(n) }}
				p := begin(t, s, Options{})
				defer p.stop()
				peer := p.accept()
				for range 16 {
					if c.talk {
						peer.Send(" ")
					}
					time.Sleep(time.Second)
				}
				synctest.Wait()
				p.logged(c.want)
				for _, e := range p.desk.take() {
					if _, up := e.(desk.LinkUp); up && c.lose(1000) {
						t.Error("the desk was told that the link is up")
					}
				}
			})
		})
	}
}
