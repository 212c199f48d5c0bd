package ws

import (
	"strings"
	"testing"
	"time"

	"frontdesk/c2s"
)

func TestW6_FirstMessageIsOpen(t *testing.T) {
	for name, tc := range map[string]struct{ first, condition string }{
		"a stanza":           {`<message xmlns="jabber:client"/>`, "bad-format"},
		"a login":            {`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>`, "bad-format"},
		"the header of TCP":  {`<stream:stream xmlns:stream="http://etherx.jabber.org/streams" to="chat.example.com"/>`, "bad-format"},
		"half of it":         {`<stream:stream xmlns:stream="http://etherx.jabber.org/streams" to="chat.example.com">`, "not-well-formed"},
		"white space":        {" ", "not-well-formed"},
		"an empty message":   {"", "not-well-formed"},
		"text":               {"hello", "not-well-formed"},
		"nothing that is it": {`<opened xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`, "bad-format"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.dial()
				p.expect() // nothing before the client's header
				p.say(tc.first)
				p.expect(`text <open `, streamError(tc.condition), closeWord)
				if len(b.streams.streams) != 0 {
					t.Error("a stream was opened")
				}
			})
		})
	}
}

func TestW7_W14_OpenFeaturesRestart(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.dial()
		p.say(strings.Replace(openFrame, " to=", ` from="a@b.example" xml:lang="de" to=`, 1))
		got := p.got()
		const want = `text <open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="chat.example.com" id="first" version="1.0" xml:lang="en" />`
		if len(got) != 2 || got[0] != want || !strings.HasPrefix(got[1], "text <stream:features ") {
			t.Fatalf("%q", got)
		}
		s := b.streams.last()
		if s.hello != (c2s.Hello{To: "chat.example.com", From: "a@b.example", Lang: "de"}) {
			t.Errorf("%+v", s.hello)
		}
		p.say(`<success/>`)
		p.say(openFrame)
		got = p.got()
		if len(got) != 2 || got[0] != strings.Replace(want, "first", "second", 1) || !strings.HasPrefix(got[1], "text <stream:features ") {
			t.Fatalf("%q", got)
		}
	})
}

func TestW8_HeaderInAnotherNamespace(t *testing.T) {
	for _, space := range []string{"jabber:client", "urn:ietf:params:xml:ns:xmpp-framin", "http://etherx.jabber.org/streams"} {
		inBubble(t, Options{}, func(b *bench) {
			p := b.dial()
			p.say(`<open xmlns="` + space + `" to="chat.example.com" version="1.0"/>`)
			p.expect(`text <open `, streamError("invalid-namespace"), closeWord)
		})
	}
}

func TestW9_ErrorsWhileOpening(t *testing.T) {
	for name, tc := range map[string]struct {
		open, condition string
		refuse          error
	}{
		"no to":          {strings.Replace(openFrame, ` to="chat.example.com"`, "", 1), "improper-addressing", nil},
		"no version":     {strings.Replace(openFrame, ` version="1.0"`, "", 1), "unsupported-version", nil},
		"version 2":      {strings.Replace(openFrame, "1.0", "2.0", 1), "unsupported-version", nil},
		"version 10":     {strings.Replace(openFrame, "1.0", "10.0", 1), "unsupported-version", nil},
		"another domain": {openFrame, "host-unknown", &c2s.StreamError{Condition: "host-unknown"}},
		"over a limit":   {openFrame, "policy-violation", &c2s.StreamError{Condition: "policy-violation", Text: "too many <sessions>"}},
		"any error":      {openFrame, "internal-server-error", errTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				b.streams.refuse = tc.refuse
				p := b.dial()
				p.say(tc.open)
				p.expect(`text <open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="chat.example.com" id="`,
					streamError(tc.condition), closeWord)
			})
		})
	}
	t.Run("at the restart", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.say(`<success/>`)
			p.say(strings.Replace(openFrame, "chat.", "mail.", 1))
			p.expect(`text <open `, streamError("host-unknown"), closeWord)
		})
	})
}

func TestW10_OneStreamPerSocket(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		p.say(openFrame)
		p.expect(streamError("bad-format"), closeWord)
		if got := b.streams.last().seen(); got != "end" {
			t.Errorf("the stream saw %q", got)
		}
	})
}

func TestW11_CloseHandshake(t *testing.T) {
	t.Run("the client closes", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			s.send(1)
			p.expect(`text <message `)
			p.say(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`)
			p.expect(closeWord, "closed 1000")
			s.send(2)
			p.close(1000)
			p.expect("end")
			if got := s.seen(); got != "end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("we close", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			s.conn.Close(nil)
			s.send(1) // too late
			p.expect(closeWord)
			p.say(`<message id="m"/>`) // was on its way
			p.say(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`)
			p.expect("closed 1000")
			if got := s.seen(); got != "message m, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
	t.Run("nobody answers", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			s := b.streams.last()
			s.conn.Close(nil)
			pass(closeWithin - time.Millisecond)
			p.expect(closeWord)
			pass(time.Millisecond)
			p.expect("closed 1000")
			if got := s.seen(); got != "end" {
				t.Errorf("the stream saw %q", got)
			}
			pass(closeWithin)
			p.expect("end")
		})
	})
	t.Run("after an error nothing is taken", func(t *testing.T) {
		inBubble(t, Options{}, func(b *bench) {
			p := b.open()
			p.say(`<fail/>`)
			p.say(`<message id="m"/>`)
			p.expect(streamError("not-authorized"), closeWord)
			p.say(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`)
			p.expect("closed 1000")
			if got := b.streams.last().seen(); got != "fail, end" {
				t.Errorf("the stream saw %q", got)
			}
		})
	})
}
