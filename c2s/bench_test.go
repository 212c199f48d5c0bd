package c2s

import (
	"net/netip"
	"runtime"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/desk"
	"frontdesk/gate"
	"frontdesk/roster"
	"frontdesk/wire"
)

// sink is a connection that keeps nothing.
type sink struct{}

func (sink) Send([]byte)        {}
func (sink) Close(*StreamError) {}
func (sink) Info() Info         { return Info{Acknowledges: true, Remote: netip.MustParseAddr("192.0.2.1")} }

// yes is a desk that says yes to everything.
type yes struct{ hub *Hub }

func (d *yes) Post(e desk.Event) {
	if asks, ok := e.(desk.VisitorAsks); ok {
		d.hub.Answer(asks.Tab, asks.Ref, desk.Answer{ID: "1"})
	}
}

func newBenchHub(b *testing.B) *Hub {
	b.Helper()
	d := &yes{}
	store := &fakeStore{tokens: map[string]time.Time{}}
	hub, err := New(Options{Domain: domain, OfflineAfter: time.Second, MessageRate: -1}, gate.New(gate.Rules{}), d, store, store)
	if err != nil {
		b.Fatal(err)
	}
	d.hub = hub
	hub.Directory([]desk.QueueView{{Name: "support", Show: roster.Available, Default: true}})
	return hub
}

// come logs a page in and binds it.
func come(b *testing.B, hub *Hub) Stream {
	b.Helper()
	s, err := hub.Open(sink{}, Hello{To: domain})
	if err != nil {
		b.Fatal(err)
	}
	for _, xml := range []string{
		auth("ANONYMOUS", ""), "",
		`<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
		`<presence xmlns='jabber:client'/>`,
	} {
		if xml == "" {
			err = s.Restart(Hello{})
		} else {
			var e *Element
			if e, err = wire.Parse([]byte(xml)); err == nil {
				err = s.Receive(e, func() {})
			}
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func end(b *testing.B, hub *Hub, streams []Stream) {
	b.Helper()
	for _, s := range streams {
		s.End()
	}
	if err := hub.Close(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkLogin(b *testing.B) {
	hub := newBenchHub(b)
	b.ReportAllocs()
	for b.Loop() {
		come(b, hub).End()
	}
	end(b, hub, nil)
}

func BenchmarkMessage(b *testing.B) {
	hub := newBenchHub(b)
	s := come(b, hub)
	in := []byte(message("support@"+domain, "<body>Is the blue one in stock?</body><active xmlns='http://jabber.org/protocol/chatstates'/>"))
	jid := s.(*stream).identity
	b.ReportAllocs()
	n := uint64(0)
	for b.Loop() {
		e, err := wire.Parse(in)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Receive(e, func() {}); err != nil {
			b.Fatal(err)
		}
		hub.Deliver(jid, desk.Delivery{Seq: int64(n + 1), Queue: "support", AgentName: "Alice", Message: chat.Message{ID: "m", Text: "Yes."}})
		n++
		s.Delivered(n + 1000)
	}
	end(b, hub, []Stream{s})
}

// BenchmarkStreamMemory is what a bound and available tab costs here.
func BenchmarkStreamMemory(b *testing.B) {
	hub := newBenchHub(b)
	var streams []Stream
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		streams = append(streams, come(b, hub))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(streams)), "B/stream")
	end(b, hub, streams)
}
