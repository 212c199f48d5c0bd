package ws

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"frontdesk/c2s"
)

func TestW4_OneDocumentPerMessage(t *testing.T) {
	for text, condition := range map[string]string{
		` <message id="m"/>`:                               "not-well-formed",
		"\n" + `<message id="m"/>`:                         "not-well-formed",
		`<message id="m"/><message id="n"/>`:               "not-well-formed",
		`<message id="m"/>text`:                            "not-well-formed",
		`<message id="m">`:                                 "not-well-formed",
		`<!-- c --><message id="m"/>`:                      "restricted-xml",
		`<message id="m"><!-- c --></message>`:             "restricted-xml",
		`<?php ?><message id="m"/>`:                        "restricted-xml",
		`<!DOCTYPE a><message id="m"/>`:                    "restricted-xml",
		`<message id="m">&nbsp;</message>`:                 "restricted-xml",
		strings.Repeat("<a>", 40):                          "policy-violation",
		`<?xml version="1.0"?><message id="m"/>`:           "",
		`<?xml version='1.0' ?><message id="m"></message>`: "",
	} {
		t.Run(text, func(t *testing.T) {
			inBubble(t, Options{}, func(b *bench) {
				p := b.open()
				p.say(text)
				if condition == "" {
					p.expect()
				} else {
					p.expect(streamError(condition), closeWord)
				}
				want := "end"
				if condition == "" {
					want = "message m"
				}
				if got := b.streams.last().seen(); got != want {
					t.Errorf("the stream saw %q", got)
				}
			})
		})
	}
}

func TestW5_EveryMessageStandsAlone(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		p.say(`<stream:stream xmlns:stream="http://etherx.jabber.org/streams" to="chat.example.com">`)
		p.expect(streamError("not-well-formed"), closeWord)
	})
	for _, text := range []string{
		string(openText("chat.example.com", "i")),
		string(errorText(&c2s.StreamError{Condition: "host-unknown", Text: `a < "b" & c`})),
		string(closeText()),
	} {
		d := xml.NewDecoder(strings.NewReader(text))
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if start, ok := token.(xml.StartElement); ok && !strings.Contains(start.Name.Space, ":") {
				t.Errorf("%s: %v has no namespace", text, start.Name)
			}
		}
	}
}

func TestW13_CloseNeverSendsElsewhere(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		p.say(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="ws://evil.example/"/>`)
		p.expect(closeWord, "closed 1000")
		q := b.open()
		b.streams.last().conn.Close(&c2s.StreamError{Condition: "see-other-host", Text: "ws://evil.example/"})
		for _, text := range q.got() {
			if strings.Contains(text, "see-other-uri") {
				t.Error(text)
			}
		}
	})
}

func TestW21_TextThatClientsCompare(t *testing.T) {
	inBubble(t, Options{}, func(b *bench) {
		p := b.open()
		b.streams.last().conn.Close(&c2s.StreamError{Condition: "conflict", Text: "<resumed> elsewhere"})
		got := p.got()
		want := []string{
			`text <stream:error xmlns:stream="http://etherx.jabber.org/streams">` +
				`<conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams" />` +
				`<text xmlns="urn:ietf:params:xml:ns:xmpp-streams" xml:lang="en">&lt;resumed&gt; elsewhere</text></stream:error>`,
			`text <close xmlns="urn:ietf:params:xml:ns:xmpp-framing" />`,
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got %q", got)
		}
	})
}
