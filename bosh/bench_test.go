package bosh

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"frontdesk/c2s"
	"frontdesk/gate"
	"frontdesk/wire"
)

// echo is a stream that answers every payload with one of its own.
type echo struct {
	fakeStream
}

func (e *echo) Receive(_ *wire.Element, settled func()) error {
	e.conn.Send([]byte("<message xmlns='jabber:client' id='1'><body>hello</body></message>"))
	settled()
	return nil
}

func (e *echo) Delivered(uint64) {}
func (e *echo) LinkBack()        {}
func (e *echo) LinkLost()        {}
func (e *echo) End()             {}

// echoes opens streams that cost next to nothing.
type echoes struct{}

func (echoes) Open(conn c2s.Conn, _ c2s.Hello) (c2s.Stream, error) {
	return &echo{fakeStream{conn: conn}}, nil
}

func benchManager() *Manager {
	opt := Options{Domains: []string{"chat.example.com"}}
	return New(echoes{}, gate.New(ownPages()), opt, slog.New(slog.DiscardHandler))
}

func shutDown(b *testing.B, m *Manager) {
	b.Helper()
	b.StopTimer()
	if err := m.Shutdown(b.Context()); err != nil {
		b.Error(err)
	}
}

// handle serves one request without a connection.
func handle(m *Manager, body string) string {
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/http-bind", strings.NewReader(body)))
	return w.Body.String()
}

// sidOf finds the sid in a creation response.
func sidOf(text string) string {
	_, text, _ = strings.Cut(text, " sid='")
	sid, _, _ := strings.Cut(text, "'")
	return sid
}

func BenchmarkCreate(b *testing.B) {
	m := benchManager()
	b.ReportAllocs()
	for b.Loop() {
		if sidOf(handle(m, creationOf(""))) == "" {
			b.Fatal("no session")
		}
	}
	shutDown(b, m)
}

func BenchmarkRoundTrip(b *testing.B) {
	m := benchManager()
	sid := sidOf(handle(m, creationOf("")))
	rid := firstRid
	b.ReportAllocs()
	for b.Loop() {
		rid++
		text := handle(m, fmt.Sprintf("<body xmlns='%s' sid='%s' rid='%d'><message xmlns='jabber:client' id='a1' type='chat' to='support@chat.example.com'><body>Hello, is anybody there?</body></message></body>", wire.NSHTTPBind, sid, rid))
		if !strings.Contains(text, "hello") {
			b.Fatal(text)
		}
	}
	shutDown(b, m)
}

// silentExchange waits for ever and costs nothing.
type silentExchange struct{ _ int }

func (*silentExchange) answer(string, reply) bool { return true }
func (*silentExchange) watch(watcher)             {}

func (*silentExchange) lost() bool { return false }

// BenchmarkParked reports the memory of a session whose request is held.
func BenchmarkParked(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var per float64
			for b.Loop() {
				per = parked(b, n)
			}
			b.ReportMetric(per, "B/session")
		})
	}
}

// parked returns the bytes of each of n sessions.
func parked(b *testing.B, n int) float64 {
	b.Helper()
	m := benchManager()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range n {
		sid := sidOf(handle(m, creationOf("")))
		s := m.find(sid)
		for rid := firstRid + 1; rid < firstRid+4; rid++ { // the window is full of replies
			r := &request{sid: sid, rid: uint64(rid)}
			s.safely(func() {
				s.pace.lastNew = -instant(m.opt.Polling)
				s.admit(r, &silentExchange{})
			})
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := m.Stats().Sessions; held != n {
		b.Fatalf("%d sessions", held)
	}
	per := float64(after.HeapAlloc-before.HeapAlloc+after.StackInuse-before.StackInuse) / float64(n)
	if err := m.Shutdown(b.Context()); err != nil {
		b.Error(err)
	}
	return per
}

// BenchmarkHeld reports the memory of a session whose request is held on a
// real connection, both ends of it: parked, and with a waiting handler.
func BenchmarkHeld(b *testing.B) {
	for _, kind := range []string{"parked", "handler"} {
		b.Run(kind, func(b *testing.B) {
			var per float64
			for b.Loop() {
				per = heldOn(b, kind == "parked", 2000)
			}
			b.ReportMetric(per, "B/session")
		})
	}
}

func heldOn(b *testing.B, park bool, n int) float64 {
	b.Helper()
	m := benchManager()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := l.Addr().String()
	if park {
		l = m.Listener(l)
	}
	srv := &http.Server{Handler: m, ConnContext: m.ConnContext, ConnState: m.ConnState}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	conns := make([]net.Conn, n)
	buf := make([]byte, 4096)
	for i := range conns {
		if conns[i], err = net.Dial("tcp", addr); err != nil {
			b.Fatal(err)
		}
		_, _ = io.WriteString(conns[i], postText(creationOf(""), ""))
		k, _ := conns[i].Read(buf)
		sid := sidOf(string(buf[:k]))
		_, _ = io.WriteString(conns[i], postText(fmt.Sprintf("<body xmlns='%s' sid='%s' rid='%d'/>", wire.NSHTTPBind, sid, firstRid+1), ""))
	}
	for m.Stats().Waiting < n || park && m.Stats().Parked < n {
		runtime.Gosched()
	}
	runtime.GC()
	runtime.GC() // pools too
	runtime.ReadMemStats(&after)
	per := float64(after.HeapAlloc-before.HeapAlloc+after.StackInuse-before.StackInuse) / float64(n)
	for _, c := range conns {
		_ = c.Close()
	}
	if err := m.Shutdown(b.Context()); err != nil {
		b.Error(err)
	}
	_ = srv.Close()
	<-ended
	return per
}
