package c2s

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
)

const pingEvery = 12 * time.Second

// fakeSocket is a connection whose link is watched from here.
type fakeSocket struct {
	fakeConn

	mu      sync.Mutex
	heard   time.Time
	muted   bool // the browser does not answer pings
	pings   int
	dropped bool
}

func (s *fakeSocket) LastBytes() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
}

func (s *fakeSocket) Ping(pong func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pings++; !s.muted {
		s.heard = time.Now()
		go pong()
	}
}

func (s *fakeSocket) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped = true
}

// watched is a page behind a socket.
type watched struct {
	*browser
	b      *bench
	socket *fakeSocket
	seq    int64
}

// watch opens a stream over a socket, in a bubble, without a login.
func watch(t *testing.T, test func(*watched), ping ...time.Duration) {
	t.Helper()
	every := append(ping, pingEvery)[0]
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(o *Options) { o.OfflineAfter = 0 })
		test(b.watched(every))
	})
}

// watched opens a stream over a socket.
func (b *bench) watched(every time.Duration) *watched {
	b.t.Helper()
	socket := &fakeSocket{fakeConn: fakeConn{info: Info{Ping: every}}, heard: time.Now()}
	stream, err := b.hub.Open(socket, Hello{To: domain})
	if err != nil {
		b.t.Fatal(err)
	}
	p := &browser{t: b.t, stream: stream, conn: &socket.fakeConn}
	b.peers = append(b.peers, p)
	return &watched{browser: p, b: b, socket: socket}
}

// watchBound is watch with a bound stream whose bind is surely delivered.
func watchBound(t *testing.T, test func(*watched)) {
	t.Helper()
	watch(t, func(w *watched) {
		w.send(auth("ANONYMOUS", ""))
		w.bind("")
		w.pass(proofAfter)
		w.take()
		w.b.desk.take()
		w.pinged()
		test(w)
	})
}

// pass lets time pass.
func (w *watched) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// say is a text of the page.
func (w *watched) say(xml string) {
	w.t.Helper()
	w.socket.mu.Lock()
	w.socket.heard = time.Now()
	w.socket.mu.Unlock()
	w.send(xml)
	synctest.Wait()
}

// mute has the browser answer no ping any more, or again.
func (w *watched) mute(muted bool) {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	w.socket.muted = muted
}

// pinged counts the pings of the browser since the last time.
func (w *watched) pinged() int {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	n := w.socket.pings
	w.socket.pings = 0
	return n
}

func (w *watched) isDropped() bool {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	return w.socket.dropped
}

// deliver sends a message of the desk.
func (w *watched) deliver() {
	w.seq++
	w.b.hub.Deliver(w.visitorJID(), desk.Delivery{
		Seq: w.seq, Only: w.key(), Queue: "support", Message: chat.Message{ID: fmt.Sprint(w.seq), Text: "x"},
	})
}

// hears checks what the desk has heard since the last time.
func (w *watched) hears(want ...string) {
	w.t.Helper()
	equal(w.t, "posted", w.b.desk.take(), want)
}

// answer is what a page without XEP-0199 says to our ping of that number.
func answer(number int) string {
	return fmt.Sprintf(`<iq xmlns="jabber:client" to="chat.example.com" type="error" id="are-you-there-%d">`+
		`<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`, number)
}

const hello = `<presence xmlns="jabber:client" to="support@chat.example.com" type="probe"/>`

func TestW15_PingsFromUs(t *testing.T) {
	t.Run("while nothing is said", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.pass(5 * time.Second)
			w.say(hello)
			w.pass(proofAfter) // the answer is to be proven
			w.pinged()
			w.pass(pingEvery - time.Millisecond)
			if n := w.pinged(); n != 0 {
				t.Errorf("%d pings too early", n)
			}
			w.pass(time.Hour)
			if n := w.pinged(); n < 299 || n > 301 {
				t.Errorf("%d pings in an hour", n)
			}
			w.hears()
		})
	})
	t.Run("two missed are a lost link", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.mute(true)
			w.pass(3*pingEvery - time.Millisecond)
			if n := w.pinged(); n != 2 {
				t.Errorf("%d pings", n)
			}
			w.hears()
			w.pass(time.Millisecond)
			w.hears("offline")
			w.pass(pingEvery)
			w.say(`<active xmlns="urn:xmpp:csi:0"/>`) // the page was frozen
			w.hears("online")
			w.pass(3 * pingEvery)
			w.hears("offline")
			w.pass(2*pingEvery - time.Millisecond)
			if w.isDropped() {
				t.Error("dropped too early")
			}
			w.pass(time.Millisecond)
			if !w.isDropped() || w.conn.isClosed() {
				t.Error("not dropped without a word")
			}
		})
	})
	t.Run("an open chat keeps the socket", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.b.hub.Tenure(w.visitorJID(), 5*time.Minute)
			w.mute(true)
			w.pass(3*pingEvery + 5*time.Minute - time.Millisecond)
			w.hears("offline")
			if w.isDropped() {
				t.Error("dropped too early")
			}
			w.pass(pingEvery)
			if !w.isDropped() {
				t.Error("not dropped")
			}
		})
	})
	t.Run("a pong is a return", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.mute(true)
			w.pass(3 * pingEvery)
			w.mute(false)
			w.pass(pingEvery)
			w.hears("offline", "online")
		})
	})
	t.Run("before bind", func(t *testing.T) {
		watch(t, func(w *watched) {
			w.pass(pingEvery - time.Millisecond)
			if n := w.pinged(); n != 0 {
				t.Errorf("%d pings too early", n)
			}
			w.pass(pingEvery + time.Millisecond)
			if n := w.pinged(); n != 2 {
				t.Errorf("%d pings", n)
			}
		})
	})
	t.Run("nobody is there before bind", func(t *testing.T) {
		watch(t, func(w *watched) {
			w.mute(true)
			w.pass(5*time.Second - time.Millisecond)
			if w.isDropped() {
				t.Error("dropped too early")
			}
			w.pass(time.Millisecond)
			if !w.isDropped() {
				t.Error("not dropped")
			}
		}, time.Second)
	})
}

// TestDeliveredByPong: the ping comes a moment after the payload, because
// browsers answer pings for pages that are being left.
func TestDeliveredByPong(t *testing.T) {
	t.Run("in time", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.deliver()
			w.deliver()
			w.pass(proofAfter / 2)
			w.deliver()
			w.pass(proofAfter/2 - 1)
			if n := w.pinged(); n != 0 {
				t.Errorf("%d pings too early", n)
			}
			w.hears()
			w.pass(1)
			if n := w.pinged(); n != 1 {
				t.Errorf("%d pings", n)
			}
			w.hears("settled [1 2]")
			w.pass(proofAfter)
			w.hears("settled [3]")
			w.pass(proofAfter)
			if n := w.pinged(); n != 1 {
				t.Errorf("%d pings with nothing to prove", n)
			}
		})
	})
	t.Run("a page that is left", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.deliver()
			w.pass(proofAfter - 1)
			w.stream.LinkLost()
			w.stream.End()
			w.pass(time.Minute)
			w.hears("offline", "ended")
		})
	})
	t.Run("after pings that were lost", func(t *testing.T) {
		watchBound(t, func(w *watched) {
			w.mute(true)
			w.deliver()
			w.pass(3 * proofAfter)
			w.deliver()
			if n := w.pinged(); n != 1 {
				t.Errorf("%d pings", n)
			}
			w.hears()
			w.mute(false)
			w.pass(24 * time.Second)
			w.hears("settled [1]", "settled [2]")
		})
	})
}

// ask is the number of the one ping of the page since the last time.
func (w *watched) asked() string {
	w.t.Helper()
	var ids []string
	for _, e := range w.elements() {
		if e.Name.Local == "iq" && e.Attr("from") == domain && e.Attr("type") == "get" {
			ids = append(ids, strings.TrimPrefix(e.Attr("id"), pingID))
		}
	}
	return strings.Join(ids, " ")
}

func TestPageProvesDelivery(t *testing.T) {
	watchBound(t, func(w *watched) { // ping 1 has proven the bind
		w.mute(true)
		w.deliver()
		w.deliver()
		w.pass(proofAfter)
		w.deliver()
		if got := w.asked(); got != "2" {
			t.Errorf("asked %q", got)
		}
		w.say(answer(2))
		w.hears("settled [1 2]")
		w.pinged()
		w.pass(proofAfter)
		if got, n := w.asked(), w.pinged(); got != "3" || n != 0 {
			t.Errorf("asked %q, and the browser %d times, though the page answers", got, n)
		}
		w.say(answer(2)) // again: proves nothing, and is none of the desk's
		w.say(answer(3))
		w.hears("settled [3]")
	})
}

// A page that says `unavailable` and answers our pings has not come back.
func TestAnswersAreNoReturn(t *testing.T) {
	watchBound(t, func(w *watched) {
		w.say(`<presence xmlns="jabber:client" type="unavailable"/>`)
		w.pass(pingEvery)
		w.say(answer(2))
		w.hears("offline")
	})
}

// TestFrozenPage: its browser answers, the page does not.
func TestFrozenPage(t *testing.T) {
	watchBound(t, func(w *watched) {
		w.deliver()
		w.pass(proofAfter)
		w.say(answer(2))
		w.hears("settled [1]")
		w.deliver()
		w.pass(3*pingEvery - 1)
		w.hears()
		w.pass(1)
		w.hears("offline")
		w.say(`<active xmlns="urn:xmpp:csi:0"/>`)
		w.hears("online")
	})
}

// TestPageThatNeverAnswers is believed by its browser's pongs.
func TestPageThatNeverAnswers(t *testing.T) {
	watchBound(t, func(w *watched) {
		w.deliver()
		w.pass(time.Hour)
		w.hears("settled [1]")
	})
}

// TestManagedPage is asked for its count (XEP-0198): a stanza of ours would
// spoil it.
func TestManagedPage(t *testing.T) {
	watchBound(t, func(w *watched) {
		w.say(enable)
		w.take()
		w.deliver()
		w.pass(pingEvery + time.Second)
		if got := w.ids(); got != "1 r r" {
			t.Errorf("sent %s", got)
		}
		w.say(ackOf(1))
		w.hears("settled [1]")
		w.pinged()
		w.pass(3*pingEvery - time.Millisecond)
		if n := w.pinged(); n != 0 {
			t.Errorf("%d pings of the browser", n)
		}
		w.hears()
		w.pass(time.Millisecond)
		w.hears("offline")
		if got := w.ids(); strings.Trim(got, "r ") != "" {
			t.Errorf("sent %s", got)
		}
	})
}

// The socket that a stream is resumed on is watched like the first.
func TestW15_W17_ResumedPages(t *testing.T) {
	watchBound(t, func(w *watched) {
		w.say(enable)
		id := w.only().Attr("id")
		w.stream.LinkLost()
		w.stream.End()
		w.pass(time.Second)
		second := w.b.watched(pingEvery)
		w.b.resumeOn(second.browser, w.browser, id, 0)
		w.hears("offline", "online")
		if got := second.ids(); got != "resumed" {
			t.Errorf("sent %s", got)
		}
		second.mute(true)
		w.pass(3*pingEvery - time.Millisecond)
		w.hears()
		w.pass(time.Millisecond)
		w.hears("offline")
		if got, n := second.ids(), second.pinged(); got != "r r r" || n != 3 {
			t.Errorf("asked %s, and the browser %d times", got, n)
		}
	})
}
