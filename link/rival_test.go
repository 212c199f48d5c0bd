package link

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/internal/xmpptest"
)

// startSecond starts another process's link on the server of p.
func startSecond(t *testing.T, p *play) (*Link, *recorder) {
	t.Helper()
	h := &recorder{}
	l, err := New(Options{
		Domain: testDomain, Secret: testSecret, Dial: p.server.Dial,
		Log: slog.New(slog.NewTextHandler(p.log, nil)),
	}, h)
	if err != nil {
		t.Fatal(err)
	}
	l.Start()
	return l, h
}

// T37: two processes on a server that splits the domain between them. The
// younger steps back and comes when the older is gone.
func TestT37_SecondProcess(t *testing.T) {
	act(t, &xmpptest.Server{}, func(p *play) {
		p.handler.take()
		time.Sleep(time.Second)
		younger, heard := startSecond(t, p)
		defer younger.Stop()
		for range 60 {
			p.pass(time.Second)
			if younger.Stats().Up {
				t.Fatalf("the younger process is up\n%s", p.log)
			}
		}
		if s := younger.Stats(); !s.Rival || !strings.Contains(s.Trouble, "another process serves") {
			t.Errorf("the younger says %+v", s)
		}
		if got := heard.take(); len(got) != 0 {
			t.Errorf("the younger told its handler %v", got)
		}
		if s := p.link.Stats(); !s.Up || s.Connects != 1 {
			t.Errorf("the older process lost its link: %+v\n%s", s, p.log)
		}
		p.link.Stop()
		p.pass(30 * time.Second)
		if !younger.Stats().Up {
			t.Errorf("the younger does not take over\n%s", p.log)
		}
	})
}

// T37: on a link that is up already, an older process's barrier ends it, a
// younger one's raises the alarm, and other accounts' are nothing.
func TestForeignBarriers(t *testing.T) {
	for _, c := range []struct {
		name string
		from string
		by   int64
		stay bool
		log  string
	}{
		{"older", testDomain, -1, false, "is older"},
		{"younger", testDomain, +1, true, "it is the younger and has to go"},
		{"earlier connection of ours", testDomain, 0, true, ""},
		{"account", "eve@localhost", -1, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.handler.take()
				b := newBarriers(p.link.started + c.by)
				p.says(fmt.Sprintf("<iq type='get' from='%s' to='chat.localhost' id='%s'><barrier xmlns='%s'/></iq>",
					c.from, b.issue(nil), nsBarrier))
				if up := p.link.Stats().Up; up != c.stay {
					t.Errorf("up is %v", up)
				}
				if !c.stay {
					p.heard(down{})
				}
				p.logged(c.log)
			})
		})
	}
}

func TestBarriers(t *testing.T) {
	b := newBarriers(7)
	for n := range int64(4) {
		id, ok := parseBarrierID(b.issue([]int64{10 * n, 10*n + 1}))
		if !ok || id.started != 7 || id.nonce != b.nonce || id.number != uint64(n+1) {
			t.Fatalf("id %+v", id)
		}
	}
	b.issue(nil) // of an idle link
	for _, step := range []struct {
		number  uint64
		items   []int64
		missing int
		ok      bool
	}{
		{1, []int64{0, 1}, 0, true},
		{1, nil, 0, false}, // twice
		{3, []int64{10, 11, 20, 21}, 1, true},
		{2, nil, 0, false},            // late: it is given up
		{9, nil, 0, false},            // never sent
		{5, []int64{30, 31}, 1, true}, // all before it is at the server
	} {
		items, missing, ok := b.back(step.number)
		if !slices.Equal(items, step.items) || missing != step.missing || ok != step.ok {
			t.Errorf("barrier %d: %v, %d, %v; want %+v", step.number, items, missing, ok, step)
		}
	}
	if b.underWay() != 0 {
		t.Errorf("%d under way", b.underWay())
	}
}

func TestBarrierIDs(t *testing.T) {
	for _, id := range []string{"", ".", "..", "1.x", "1.x.y", "!.x.1", "1.x.1.1", "1.x.-1"} {
		if _, ok := parseBarrierID(id); ok {
			t.Errorf("%q is taken for a barrier", id)
		}
	}
}

// Every stream error is told with a remedy, and the process lives on.
func TestStreamErrors(t *testing.T) {
	for _, c := range []struct {
		condition, remedy string
		slow              bool
	}{
		{"not-authorized", "secret", true},
		{"host-unknown", "as a component", true},
		{"host-gone", "as a component", true},
		{"conflict", "stop the other process", false},
		{"policy-violation", "limits", true},
		{"resource-constraint", "limits", true},
		{"system-shutdown", "restarts", false},
		{"reset", "restarts", false},
		{"invalid-from", "report", false},
		{"improper-addressing", "report", false},
		{"not-well-formed", "could not read", false},
		{"connection-timeout", "drops packets", false},
		{"internal-server-error", "log", true},
		{"something-new", "log", false},
	} {
		t.Run(c.condition, func(t *testing.T) {
			act(t, &xmpptest.Server{}, func(p *play) {
				p.handler.take()
				p.peer.StreamError(c.condition)
				synctest.Wait()
				p.heard(down{})
				p.logged("stream error " + c.condition)
				p.logged(c.remedy)
				p.pass(5 * time.Second)
				if back := p.link.Stats().Up; back == c.slow {
					t.Errorf("after 5 s up is %v", back)
				}
				p.pass(25 * time.Second)
				if !p.link.Stats().Up {
					t.Errorf("the link is not back:\n%s", p.log)
				}
			})
		})
	}
}

// T35 and configuration errors: told with a remedy, tried again slowly, and
// the secret is in no log.
func TestT35_WrongSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := begin(t, &xmpptest.Server{}, Options{Secret: "wr0ngs3cret"})
		defer p.stop()
		p.pass(time.Minute)
		p.logged("not-authorized")
		p.logged("give [xmpp] secret the value")
		if n := strings.Count(p.log.String(), "is down"); n < 5 || n > 8 {
			t.Errorf("%d attempts in a minute", n)
		}
		if strings.Contains(p.log.String(), "s3cret") {
			t.Errorf("a secret is in the log:\n%s", p.log)
		}
		p.heard()
	})
}

func TestUnknownDomain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := prepare(t, &xmpptest.Server{}, Options{})
		p.server.Domain = "other.localhost"
		p.link.Start()
		defer p.stop()
		p.pass(time.Minute)
		p.logged("host-unknown")
	})
}

// A server with one link for a domain refuses the second until it has noticed
// that the first is gone.
func TestConflictAtReconnect(t *testing.T) {
	act(t, &xmpptest.Server{OneLink: true}, func(p *play) {
		p.peer.Freeze()
		p.pass(30 * time.Second)
		p.logged("conflict")
		if s := p.link.Stats(); s.Up || !s.Rival {
			t.Errorf("stats %+v", s)
		}
		p.peer.Close()
		p.pass(11 * time.Second)
		if !p.link.Stats().Up {
			t.Errorf("the link is not back:\n%s", p.log)
		}
	})
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{Domain: "", Secret: "x"},
		{Domain: "a@b", Secret: "x"},
		{Domain: "b/c", Secret: "x"},
		{Domain: "Chat.localhost", Secret: "x"},
		{Domain: "chat.localhost"},
	} {
		if _, err := New(o, &recorder{}); err == nil || !strings.Contains(err.Error(), ErrInvalid.Error()) {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}
