package bosh

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/c2s"
	"frontdesk/wire"
)

func TestB78_OrderInABody(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) { // features alone, stanzas alone
		p := b.open("")
		p.stream.send(1)
		p.send(msg(1)).expect("1")
		p.send("xmpp:restart='true'").expect("features")
	})
	inBubble(t, Options{}, func(b *bench) { // stanzas, then the stream error
		p := b.open("")
		p.stream.fail = map[string]error{"iq": streamError("not-authorized")}
		p.stream.answers = map[string]string{"message": "<message xmlns='jabber:client' id='9'/>"}
		p.stream.slow = true
		p.send(msg(1), "<iq xmlns='jabber:client'/>").expect("type=terminate condition=remote-stream-error 9 error")
	})
}

func TestB79_SASL(t *testing.T) {
	const ns = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.answers = map[string]string{"auth": "<failure " + ns + "><not-authorized/></failure>", "response": "<success " + ns + "/>"}
		p.send("<auth " + ns + " mechanism='X'>=</auth>").expect("failure")
		p.send("<response " + ns + ">YQ==</response>").expect("success") // the session goes on
		p.stream.fail = map[string]error{"auth": streamError("policy-violation")}
		p.stream.answers = nil
		c := p.send("<auth " + ns + " mechanism='X'/>") // c2s has had enough
		c.expect("type=terminate condition=remote-stream-error error")
		if !strings.Contains(c.response(), "<policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>") {
			t.Errorf("answered %s", c.response())
		}
	})
}

func TestB80_Restart(t *testing.T) {
	for _, value := range []string{"xmpp:restart='true'", "xmpp:restart='1'", "xmlns:q='urn:xmpp:xbosh' q:restart='true'"} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			p.send(value, "to='chat.example.com'", "xml:lang='it'", msg(1)).expect("features")
			if got := p.stream.seen("back"); got != "restart chat.example.com it" {
				t.Errorf("calls %q", got)
			}
		})
	}
	for _, value := range []string{"xmpp:restart='false'", "restart='true'", "xmlns:q='other' q:restart='true'"} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open("")
			p.send(value, msg(1)).held()
			if got := p.stream.seen("back"); got != "receive message 1" {
				t.Errorf("%s: calls %q", value, got)
			}
		})
	}
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send("xmpp:restart='true'", "to='other.example'")
		c.expect("type=terminate condition=remote-stream-error error")
		if !strings.Contains(c.response(), "<host-unknown") {
			t.Errorf("answered %s", c.response())
		}
	})
	inBubble(t, Options{}, func(b *bench) { // the features go to the restart, not to an older request
		p := b.open("")
		older := p.send()
		restart := p.send("xmpp:restart='true'")
		older.expect("")
		restart.expect("features")
		if !strings.Contains(restart.response(), "<body xmlns='"+wire.NSHTTPBind+"' xmlns:stream='"+wire.NSStreams+"'>") {
			t.Errorf("answered %s", restart.response())
		}
	})
}

func TestB81_StanzasBeforeBinding(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.send("xmpp:restart='true'").expect("features") // repeats them
		p.stream.fail = map[string]error{"message": streamError("not-authorized")}
		c := p.send(msg(1), msg(2))
		c.expect("type=terminate condition=remote-stream-error error")
		if !strings.Contains(c.response(), "<not-authorized") {
			t.Errorf("answered %s", c.response())
		}
		if got := p.stream.seen("back"); got != "restart chat.example.com , receive message 1, end" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB82_StreamErrors(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		c := p.send()
		p.stream.conn.Close(&c2s.StreamError{Condition: "conflict", Text: "a < b"})
		want := "<body xmlns='http://jabber.org/protocol/httpbind' type='terminate' condition='remote-stream-error'" +
			" xmlns:stream='http://etherx.jabber.org/streams'><stream:error xmlns:stream='http://etherx.jabber.org/streams'>" +
			"<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>a &lt; b</text></stream:error></body>"
		if got := c.response(); got != want {
			t.Errorf("answered %s", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // what is queued goes out in a normal answer first
		p := b.open("")
		c := p.send()
		p.stream.send(1)
		p.stream.conn.Close(&c2s.StreamError{Condition: "conflict"})
		c.expect("1")
		p.send(msg(5)).expect("type=terminate condition=remote-stream-error error")
		p.send().expect("type=terminate condition=item-not-found")
		if got := p.stream.seen("back"); got != "end" {
			t.Errorf("calls %q", got)
		}
	})
	inBubble(t, Options{}, func(b *bench) { // nobody there: the next request gets both, in turn
		p := b.open("")
		dead := p.send()
		dead.drop()
		p.stream.send(1)
		p.stream.conn.Close(&c2s.StreamError{Condition: "conflict"})
		p.at(p.rid).expect("1")
		p.at(p.rid).expect("1")
		p.send().expect("type=terminate condition=remote-stream-error error")
	})
	inBubble(t, Options{}, func(b *bench) { // a plain end; nobody comes
		p, q := b.open(""), b.open("")
		c := p.send()
		p.stream.conn.Close(nil)
		c.expect("type=terminate")
		q.stream.conn.Close(nil)
		q.at(999).expect("type=terminate condition=item-not-found")
		r := b.open("")
		r.stream.conn.Close(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := b.m.Stats().Sessions; n != 0 {
			t.Errorf("%d sessions left", n)
		}
	})
}

func TestB83_NoTLSInside(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		if strings.Contains(p.greet.response(), "starttls") {
			t.Error("offered")
		}
		p.stream.fail = map[string]error{"starttls": streamError("unsupported-feature")}
		p.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").expect("type=terminate condition=remote-stream-error error")
	})
}

func TestB84_TheStreamEndsOnce(t *testing.T) {
	ends := map[string]func(p *page){
		"terminate":  func(p *page) { p.send("type='terminate'") },
		"inactivity": func(p *page) { time.Sleep(time.Hour) },
		"window":     func(p *page) { p.at(1 << 40) },
		"content":    func(p *page) { p.send("ack='x'") },
		"close":      func(p *page) { p.stream.conn.Close(nil); p.send() },
		"close twice": func(p *page) {
			p.stream.conn.Close(nil)
			p.stream.conn.Close(streamError("conflict").(*c2s.StreamError))
			p.send()
		},
		"close unseen": func(p *page) { p.stream.conn.Close(nil); time.Sleep(time.Hour) },
		"shutdown":     func(p *page) { p.bench.stop() },
		"panic":        func(p *page) { p.send("<panic xmlns='x:y'/>") },
		"overflow": func(p *page) {
			p.stream.send(0) // answers the held request
			synctest.Wait()
			for i := range maxQueued + 1 {
				p.stream.send(i)
			}
		},
		"several": func(p *page) { p.at(1 << 40); p.send("type='terminate'"); time.Sleep(time.Hour); p.bench.stop() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open("")
				p.send("<presence xmlns='jabber:client'/>")
				end(p)
				synctest.Wait()
				calls := p.stream.seen("back", "lost")
				if calls != "receive presence, end" && calls != "receive presence, receive panic, end" {
					t.Errorf("calls %q", calls)
				}
				if n := b.m.Stats().Sessions; n != 0 {
					t.Errorf("%d sessions left", n)
				}
			})
		})
	}
}

func TestB85_UndeliveredPayloads(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.send(1)
		p.send().expect("1")
		p.stream.send(2, 3)
		p.send("type='terminate'").expect("type=terminate")
		p.stream.send(4)
		// 1 has arrived; the others were never confirmed, so they stay with the visitor.
		if got := p.stream.seen("back"); got != "delivered 1, end" {
			t.Errorf("calls %q", got)
		}
	})
}

func TestB86_WrongSender(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open("")
		p.stream.fail = map[string]error{"message": streamError("invalid-from")}
		c := p.send("<message xmlns='jabber:client' from='a@b'/>")
		c.expect("type=terminate condition=remote-stream-error error")
		if !strings.Contains(c.response(), "<invalid-from") {
			t.Errorf("answered %s", c.response())
		}
		p = b.open("")
		p.stream.fail = map[string]error{"message": errors.New("no stream error")}
		p.send(msg(1)).expect("type=terminate condition=internal-server-error")
	})
}

func TestB87_NoScriptSyntax(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		c := b.do(httptest.NewRequest(http.MethodGet, "/http-bind?<body/>", nil))
		if text := c.response(); strings.Contains(text, "<body") || strings.Contains(text, "_BOSH_") {
			t.Errorf("answered %s", text)
		}
		if got := c.rec.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
		if len(b.streams.streams) != 0 {
			t.Error("a stream was opened")
		}
	})
}
