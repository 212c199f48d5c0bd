package bosh

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// play is one step of a random session.
type play struct {
	what string // a kind of request, or drop, send, settle, slow, sleep
	n    int    // distance of the rid, which call, how many, or how long
}

// plays generates steps; most requests come in order.
func plays() *rapid.Generator[[]play] {
	kinds := []string{"poll", "poll", "poll", "message", "message", "restart", "pause", "terminate", "beacon"}
	step := rapid.Custom(func(t *rapid.T) play {
		switch rapid.IntRange(0, 11).Draw(t, "step") {
		case 0:
			return play{"drop", rapid.IntRange(0, 3).Draw(t, "which")}
		case 1, 2, 3:
			return play{"send", rapid.IntRange(1, 3).Draw(t, "payloads")}
		case 4:
			return play{"slow", rapid.IntRange(0, 1).Draw(t, "on")}
		case 5:
			return play{"settle", rapid.IntRange(1, 3).Draw(t, "payloads")}
		case 6, 7:
			return play{"sleep", rapid.SampledFrom([]int{1, 300, 1100, 2500, 2600, 7000, 11000, 19000, 31000}).Draw(t, "time")}
		case 8:
			return play{rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(-4, 5).Draw(t, "distance")}
		case 9:
			return play{"message", rapid.IntRange(-1, 2).Draw(t, "distance")}
		default:
			return play{rapid.SampledFrom(kinds[:6]).Draw(t, "kind"), 1}
		}
	})
	return rapid.SliceOfN(step, 4, 40)
}

// theatre plays the same steps to a session and to the model.
type theatre struct {
	*page
	model *model
	calls []*call
	next  int // number of the next payload
}

// TestRandomSessions compares sessions with the model. BOSH_SESSIONS sets their
// number; a failure prints the seed that repeats it.
func TestRandomSessions(t *testing.T) {
	n := os.Getenv("BOSH_SESSIONS")
	if n == "" {
		n = "2000"
	}
	if err := flag.Set("rapid.checks", n); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		hold := rapid.IntRange(0, 5).Draw(rt, "hold")
		wait := rapid.SampledFrom([]int{0, 5, 20, 60}).Draw(rt, "wait")
		steps := plays().Draw(rt, "steps")
		var wrong string
		synctest.Test(t, func(t *testing.T) { wrong = run(t, hold, wait, steps) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// run returns what differs, "" for nothing.
func run(t *testing.T, hold, wait int, steps []play) string {
	b := newBench(t, Options{})
	defer b.stop()
	p := b.open(fmt.Sprintf("hold='%d' wait='%d'", hold, wait))
	th := &theatre{page: p, model: newModel(hold, wait)}
	th.model.sleep(3 * time.Second) // as open does
	defer func() {
		for _, c := range th.calls {
			c.cancel()
		}
	}()
	for i, step := range steps {
		th.play(step)
		synctest.Wait()
		if wrong := th.compare(); wrong != "" {
			return fmt.Sprintf("after step %d %v of %v: %s\nmodel: %v", i, step, steps[:i+1], wrong, th.model)
		}
	}
	return ""
}

// play does one step.
func (th *theatre) play(s play) {
	m := th.model
	switch s.what {
	case "drop":
		if i := len(th.calls) - 1 - s.n; i >= 0 {
			th.calls[i].drop()
			m.drop(i)
		}
	case "send":
		for range s.n {
			th.next++
			m.send(fmt.Sprint(th.next))
			th.stream.send(th.next)
			synctest.Wait()
		}
	case "slow":
		m.slow = s.n == 1
		th.stream.slow = m.slow
	case "settle":
		n := min(s.n, len(m.unsettled))
		m.settle(n)
		th.stream.settle(n)
	case "sleep":
		d := time.Duration(s.n)*time.Millisecond + 7*time.Microsecond
		time.Sleep(d)
		synctest.Wait()
		m.sleep(d)
	default:
		th.request(s)
	}
}

// request sends a request of some kind.
func (th *theatre) request(s play) {
	rid := th.model.last + s.n
	id, attrs, pause := "", "", time.Duration(0)
	switch s.what {
	case "message", "terminate", "restart":
		id = fmt.Sprintf("in%d", len(th.calls))
		attrs = map[string]string{"terminate": "type='terminate'", "restart": "xmpp:restart='true'"}[s.what]
	case "pause":
		attrs, pause = "pause='20'", 20*time.Second
	}
	th.model.request(len(th.calls), rid, s.what, id, pause)
	var c *call
	if s.what == "beacon" {
		th.rid = uint64(rid) - 1
		c = th.beacon()
	} else {
		payload := ""
		if id != "" {
			payload = "<message xmlns='jabber:client' id='" + id + "'/>"
		}
		c = th.post(th.bodyOf(uint64(rid), attrs, payload))
	}
	th.calls = append(th.calls, c)
}

// compare says what differs between the session and the model.
func (th *theatre) compare() string {
	for i, c := range th.calls {
		want, answered := th.model.answers[i]
		got := ""
		select {
		case <-c.done:
			got = readAnswer(th.t, c.rec.Body.String()).String()
			if c.rec.Body.Len() == 0 {
				continue // dropped
			}
		default:
			if answered {
				return fmt.Sprintf("call %d waits, want %q", i, want)
			}
			continue
		}
		if !answered || got != want {
			return fmt.Sprintf("call %d is answered %q, want %q (answered: %v)", i, got, want, answered)
		}
	}
	if n := th.m.Stats().Panics; n > 0 {
		return fmt.Sprintf("%d panics", n)
	}
	return th.compareCalls()
}

func (th *theatre) compareCalls() string {
	var received []string
	lost, ended := false, 0
	th.stream.mu.Lock()
	defer th.stream.mu.Unlock()
	for _, c := range th.stream.calls {
		switch {
		case strings.HasPrefix(c, "receive message "):
			received = append(received, strings.TrimPrefix(c, "receive message "))
		case c == "lost" || c == "back":
			lost = c == "lost"
		case c == "end":
			ended++
		}
	}
	if got, want := fmt.Sprint(received), fmt.Sprint(th.model.received); got != want {
		return fmt.Sprintf("received %s, want %s", got, want)
	}
	if (ended == 1) != th.model.ended || ended > 1 {
		return fmt.Sprintf("ended %d times, want %v", ended, th.model.ended)
	}
	if !th.model.ended && lost != th.model.lost {
		return fmt.Sprintf("link lost %v, want %v", lost, th.model.lost)
	}
	return ""
}
