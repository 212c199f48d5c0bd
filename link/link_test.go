package link

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/internal/xmpptest"
)

func TestLinkUp(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.heard(up{1})
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
		"<message from='alice@localhost/a' to='v@chat.localhost' type='chat' id='1'><body>early</body></message>"
	act(t, &xmpptest.Server{Greeting: greeting}, func(p *play) {
		p.heard(
			received{"message", "localhost", "p1"},
			received{"message", "alice@localhost/a", "1"},
			up{1},
		)
	})
}

func TestLinkConfirms(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.take()
		p.send(text(1, "a"), text(2, "b"))
		p.heard(confirmed{"1 2"})
		p.send(text(0, "hello"))
		p.heard()
		p.send(text(3, "c"))
		p.heard(confirmed{"3"})
		p.pass(time.Minute)
		p.heard() // once is enough
	})
}

func TestLinkBatches(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.take()
		var all []Item
		long := strings.Repeat("x", 8<<10)
		for n := range int64(100) {
			all = append(all, text(n+1, long))
		}
		p.send(all...)
		heard := p.handler.take()
		if len(heard) < 20 {
			t.Fatalf("%d confirmations for 800 KiB", len(heard))
		}
		if last, ok := heard[len(heard)-1].(confirmed); !ok || !strings.HasSuffix(last.numbers, "100") {
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
		p.handler.take()
		p.peer.Freeze()
		p.send(text(1, "a"))
		p.peer.Close()
		synctest.Wait()
		p.heard(down{})
		p.connect()
		p.heard(up{2})
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
		p.handler.take()
		p.peer.Freeze()
		p.pass(12 * time.Second)
		p.heard(down{})
		p.logged("did not answer in time")
		p.peer.Close() // until now the server keeps the old link, too
		p.pass(time.Minute)
		p.heard(up{2})
	})
}

// A handler that takes nothing for long is no dead server.
func TestLinkSlowHandler(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.hear = func(e any) {
			if _, ok := e.(received); ok {
				time.Sleep(time.Minute)
			}
		}
		p.says("<message from='alice@localhost/a' to='v@chat.localhost' type='chat'><body>x</body></message>")
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
			p.handler.latest().Send([]Item{text(1, "last")})
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
		p.handler.take()
		p.peer.Freeze()
		batch := make([]Item, maxQueue/2)
		for i := range batch {
			batch[i] = text(0, "x")
		}
		for range 4 {
			p.handler.latest().Send(batch)
			synctest.Wait()
		}
		synctest.Wait()
		p.heard(down{})
		p.logged(errOverflow.Error())
	})
}

// What is meant for a connection that is lost must not go out on the next one:
// its confirmation would cover what was lost before it.
func TestLinkStaleItems(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		first := p.handler.latest()
		p.peer.Freeze()
		p.send(text(1, "lost"))
		p.peer.Close()
		p.connect()
		p.handler.take()
		first.Send([]Item{text(2, "stale")})
		synctest.Wait()
		p.silent()
		p.heard()
		p.send(text(1, "lost"))
		p.expect("lost")
		p.heard(confirmed{"1"})
	})
}

// A stanza over the limit is not sent, and what panics costs itself alone;
// the handler is told, and neither is confirmed.
func TestLinkDropsItems(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.take()
		p.send(
			text(1, strings.Repeat("x", maxStanza)),
			Item{Number: 2, Build: func(w *Writer) bool { w.Add([]byte(message("half"))); panic("a fault of the handler") }},
		)
		p.silent()
		p.heard(unsent{1}, unsent{2})
		p.send(text(3, "after"))
		p.expect("after")
		p.silent()
		p.heard(confirmed{"3"})
		if s := p.link.Stats(); !s.Up || s.Dropped != 1 || s.Panics != 1 {
			t.Errorf("stats %+v", s)
		}
		p.logged("a fault of the handler")
		p.send(text(4, strings.Repeat("x", maxStanza)))
		p.pass(10 * time.Second)
		p.heard(unsent{4})
	})
}

// What the receiver answers and sends goes out, and the writer has it sweep.
func TestLinkAnswers(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.hear = func(e any) {
			if got, ok := e.(received); ok {
				c := p.handler.latest()
				c.Send([]Item{text(0, "item "+got.id)})
				c.Answer([]byte(message("answer " + got.id)))
				c.Answer(nil)
			}
		}
		p.says("<iq type='get' from='alice@localhost/a' to='chat.localhost' id='1'><a xmlns='urn:a'/></iq>" +
			"<presence from='alice@localhost/a' to='chat.localhost' id='2'/>")
		got := p.peer.Received()
		for _, want := range []string{"answer 1", "answer 2", "item 1", "item 2"} {
			if !slices.ContainsFunc(got, func(s xmpptest.Stanza) bool { return s.Has(want) }) {
				t.Errorf("%q is not among %q", want, got)
			}
		}
		if len(got) != 4 {
			t.Errorf("sent %q", got)
		}
		p.pass(10 * time.Second)
		p.handler.mu.Lock()
		defer p.handler.mu.Unlock()
		if n := p.handler.swept; n < 5 || n > 15 {
			t.Errorf("swept %d times in 10 s", n)
		}
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
		{"the last went elsewhere", func(n int) bool { return n == proofsNeeded }, true, errSplit.Error()},
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
				for _, e := range p.handler.take() {
					if _, came := e.(up); came && c.lose(1000) {
						t.Error("the handler was told that the link is up")
					}
				}
			})
		})
	}
}

// A panic over one stanza costs that stanza.
func TestT43_PanicStaysInside(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.hear = func(any) { panic("a fault of the handler") }
		p.says("<presence from='alice@localhost/a' to='chat.localhost'/>")
		p.handler.hear = nil
		if s := p.link.Stats(); !s.Up || s.Panics != 1 {
			t.Errorf("stats %+v", s)
		}
		p.logged("a fault of the handler")
	})
}
