package wire

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk/chat"
)

func mustParse(t *testing.T, doc string) *Element {
	t.Helper()
	e, err := Parse([]byte(doc))
	if err != nil {
		t.Fatalf("%s: %v", doc, err)
	}
	return e
}

func TestReadMessage(t *testing.T) {
	said := func(m chat.Message) Message { return Message{Message: m} }
	for _, test := range []struct {
		name, xml string
		want      Message
	}{
		{"text", `<body>a</body>`, said(chat.Message{Text: "a"})},
		{"text in a language", `<body xml:lang='de'>a</body>`, said(chat.Message{Text: "a", Lang: "de"})},
		{"text in no language", `<body xml:lang='&lt;script>'>a</body>`, said(chat.Message{Text: "a"})},
		{"two texts", `<body/><body>b</body>`, said(chat.Message{})},
		{"markup in text", `<body>a<b>c</b>d</body>`, said(chat.Message{Text: "ad"})},
		{"text in another namespace", `<body xmlns='http://www.w3.org/1999/xhtml'>a</body>`, said(chat.Message{})},
		{"active", `<active xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{Typing: chat.TypingActive})},
		{"composing", `<composing xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{Typing: chat.TypingComposing})},
		{"paused", `<paused xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{Typing: chat.TypingPaused})},
		{"inactive", `<inactive xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{Typing: chat.TypingInactive})},
		{"gone", `<gone xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{Typing: chat.TypingGone})},
		{"unknown state", `<dancing xmlns='http://jabber.org/protocol/chatstates'/>`, said(chat.Message{})},
		{"receipt wanted", `<request xmlns='urn:xmpp:receipts'/>`, said(chat.Message{WantReceipt: true})},
		{"receipt", `<received xmlns='urn:xmpp:receipts' id='r'/>`, said(chat.Message{Receipt: "r"})},
		{"receipt too long", `<received xmlns='urn:xmpp:receipts' id='` + strings.Repeat("r", maxID+1) + `'/>`, said(chat.Message{})},
		{"markable", `<markable xmlns='urn:xmpp:chat-markers:0'/>`, said(chat.Message{Markable: true})},
		{"displayed", `<displayed xmlns='urn:xmpp:chat-markers:0' id='d'/>`, said(chat.Message{Displayed: "d"})},
		{"correction", `<body>a</body><replace xmlns='urn:xmpp:message-correct:0' id='c'/>`, said(chat.Message{Text: "a", Replace: "c"})},
		{"nick", `<nick xmlns='http://jabber.org/protocol/nick'>Anna</nick>`, said(chat.Message{Nick: "Anna"})},
		{"T33 forwarded", `<forwarded xmlns='urn:xmpp:forward:0'><message><body>a</body></message></forwarded>`, Message{Wrapped: true}},
		{"T33 carbon received", `<received xmlns='urn:xmpp:carbons:2'/>`, Message{Wrapped: true}},
		{"T33 carbon sent", `<body>a</body><sent xmlns='urn:xmpp:carbons:2'/>`, Message{Message: chat.Message{Text: "a"}, Wrapped: true}},
		{"T33 archive", `<result xmlns='urn:xmpp:mam:2'/>`, Message{Wrapped: true}},
		{"nothing of the rest", `<subject>s</subject><html xmlns='http://jabber.org/protocol/xhtml-im'/><delay xmlns='urn:xmpp:delay' stamp='x'/>` +
			`<origin-id xmlns='urn:xmpp:sid:0' id='o'/><x xmlns='jabber:x:oob'/><private xmlns='urn:xmpp:carbons:2'/>text`, Message{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadMessage(mustParse(t, `<message from='f' to='t' id='i' type='chat'>`+test.xml+`</message>`))
			if err != nil {
				t.Fatal(err)
			}
			test.want.Header = Header{From: "f", To: "t", ID: "i", Type: "chat"}
			test.want.Message.ID = "i"
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestReadMessageHeader(t *testing.T) {
	for kind, want := range map[string]string{
		"": "", "normal": "", "chat": "chat", "groupchat": "groupchat", "headline": "headline", "error": "error", "odd": "",
	} {
		m, err := ReadMessage(mustParse(t, `<message type='`+kind+`' xml:lang='de-AT'><body>a</body></message>`))
		if err != nil || m.Type != want {
			t.Errorf("type %q became %q, %v", kind, m.Type, err)
		}
		if kind == "error" {
			if m.Text != "" || m.Error == nil || m.Error.Condition != "undefined-condition" {
				t.Errorf("message of type error: %+v", m)
			}
		} else if m.Message.Lang != "de-AT" || m.Header.Lang != "de-AT" {
			t.Errorf("languages %q and %q", m.Header.Lang, m.Message.Lang)
		}
	}
	for tag, want := range map[string]string{"de": "de", strings.Repeat("a", 35): strings.Repeat("a", 35), strings.Repeat("a", 36): "", "de AT": ""} {
		m, err := ReadMessage(mustParse(t, `<message xml:lang='`+tag+`'/>`))
		if err != nil || m.Header.Lang != want {
			t.Errorf("language %q became %q, %v", tag, m.Header.Lang, err)
		}
	}
	for _, other := range []string{`<presence/>`, `<message xmlns='urn:x'/>`, `<iq/>`} {
		_, err := ReadMessage(mustParse(t, other))
		wantKind(t, err, BadStanza)
	}
}

func TestReadError(t *testing.T) {
	const open, end = `<message type='error'><body>not text</body>`, `</message>`
	for _, test := range []struct {
		name, xml string
		want      StanzaError
	}{
		{
			"all", `<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
				`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text><a xmlns='urn:a'/><b xmlns='urn:b'/></error>`,
			StanzaError{"auth", "forbidden", "no", "urn:a", "a"},
		},
		{
			"unknown type", `<error type='odd'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:a</gone></error>`,
			StanzaError{Type: "cancel", Condition: "gone"},
		},
		{"empty", `<error/>`, StanzaError{Type: "cancel", Condition: "undefined-condition"}},
		{"in another namespace", `<error xmlns='urn:x' type='auth'/>`, StanzaError{Type: "cancel", Condition: "undefined-condition"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := ReadMessage(mustParse(t, open+test.xml+end))
			if err != nil || m.Error == nil || *m.Error != test.want || m.Text != "" {
				t.Errorf("got %+v, text %q, %v; want %+v", m.Error, m.Text, err, test.want)
			}
		})
	}
}

func TestReadPresence(t *testing.T) {
	for _, test := range []struct {
		name, xml string
		want      Presence
	}{
		{"bare", `<presence/>`, Presence{}},
		{
			"all", `<presence from='f' type='unavailable'><show>xa</show><status>s</status><status xml:lang='de'>t</status>` +
				`<priority>-128</priority><nick xmlns='http://jabber.org/protocol/nick'>n</nick></presence>`,
			Presence{Header: Header{From: "f", Type: "unavailable"}, Show: "xa", Status: "s", Priority: -128, Nick: "n"},
		},
		{"odd values", `<presence><show>online</show><priority>128</priority></presence>`, Presence{}},
		{
			"error", `<presence type='error'><show>away</show></presence>`,
			Presence{Header: Header{Type: "error"}, Error: &StanzaError{Type: "cancel", Condition: "undefined-condition"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadPresence(mustParse(t, test.xml))
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, test.want)
			}
		})
	}
	for _, bad := range []string{`<presence type='online'/>`, `<message/>`} {
		_, err := ReadPresence(mustParse(t, bad))
		wantKind(t, err, BadStanza)
	}
}

func TestReadIQ(t *testing.T) {
	for _, test := range []struct{ xml, payload string }{
		{`<iq id='i' type='get'>text</iq>`, ""},
		{`<iq id='i' type='result'/>`, ""},
		{`<iq id='i' type='set'> <a xmlns='urn:a'>b</a> </iq>`, "{urn:a}a(b)"},
		{`<iq id='i' type='error'><a xmlns='urn:a'/><error/></iq>`, "{urn:a}a()"},
	} {
		q, err := ReadIQ(mustParse(t, test.xml))
		if err != nil {
			t.Errorf("%s: %v", test.xml, err)
			continue
		}
		payload := ""
		if q.Payload != nil {
			payload = show(q.Payload)
		}
		if payload != test.payload || q.ID != "i" || (q.Error != nil) != (q.Type == "error") {
			t.Errorf("%s: %+v, payload %s", test.xml, q, payload)
		}
	}
	for _, bad := range []string{`<iq id='i'/>`, `<iq id='i' type='odd'/>`, `<iq id='i' type='get'><a/><b/></iq>`, `<iq from='f' type='get'/>`} {
		q, err := ReadIQ(mustParse(t, bad))
		wantKind(t, err, BadStanza)
		if q.ID == "" && q.From == "" {
			t.Errorf("%s: the header is lost", bad)
		}
	}
	_, err := ReadIQ(mustParse(t, `<message id='i' type='get'/>`))
	wantKind(t, err, BadStanza)
}

func fullMessage() *Message {
	return &Message{
		Header: Header{From: "f", To: "t", ID: "i", Type: "chat", Lang: "en"},
		Message: chat.Message{
			ID: "i", Text: "a<b", Lang: "de", Replace: "c", Typing: chat.TypingActive,
			WantReceipt: true, Receipt: "r", Markable: true, Displayed: "d", Nick: "n",
		},
		Delay: time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.FixedZone("", 3600)), DelayFrom: "x",
		OriginID: "o", StanzaID: "s", StanzaBy: "y", NoStore: true,
		Extra: []*Element{New("urn:e", "extra", nil, New(NSClient, "inner", nil))},
		Error: &StanzaError{Type: "wait", Condition: "gone", Text: "late", AppSpace: "urn:a", AppName: "app"},
	}
}

func TestAppendMessage(t *testing.T) {
	const payloads = `<body xml:lang="de">a&lt;b</body><active xmlns="http://jabber.org/protocol/chatstates" />` +
		`<request xmlns="urn:xmpp:receipts" /><received xmlns="urn:xmpp:receipts" id="r" />` +
		`<markable xmlns="urn:xmpp:chat-markers:0" /><displayed xmlns="urn:xmpp:chat-markers:0" id="d" />` +
		`<replace xmlns="urn:xmpp:message-correct:0" id="c" /><nick xmlns="http://jabber.org/protocol/nick">n</nick>` +
		`<delay xmlns="urn:xmpp:delay" from="x" stamp="2026-02-03T03:05:06.789Z" /><origin-id xmlns="urn:xmpp:sid:0" id="o" />` +
		`<stanza-id xmlns="urn:xmpp:sid:0" by="y" id="s" /><no-store xmlns="urn:xmpp:hints" />` +
		`<extra xmlns="urn:e"><inner xmlns="jabber:client" /></extra>` +
		`<error type="wait"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas" />` +
		`<text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">late</text><app xmlns="urn:a" /></error></message>`
	for ns, start := range map[string]string{
		NSClient: `<message xmlns="jabber:client" from="f" to="t" id="i" type="chat" xml:lang="en">`,
		NSAccept: `<message from="f" to="t" id="i" type="chat" xml:lang="en">`,
	} {
		if got := string(AppendMessage(nil, ns, fullMessage())); got != start+payloads {
			t.Errorf("got  %s\nwant %s", got, start+payloads)
		}
	}
}

func TestAppendStanzas(t *testing.T) {
	for _, test := range []struct {
		got  []byte
		want string
	}{
		{AppendMessage([]byte("x"), NSAccept, &Message{}), `x<message />`},
		{AppendPresence(nil, NSAccept, &Presence{}), `<presence />`},
		{
			AppendPresence(nil, NSClient, &Presence{
				Header: Header{To: `"&`}, Show: "away", Status: "<", Priority: -1, Nick: "n",
				Extra: []*Element{New(NSVCardHash, "x", nil)},
			}),
			`<presence xmlns="jabber:client" to="&quot;&amp;"><show>away</show><status>&lt;</status><priority>-1</priority>` +
				`<nick xmlns="http://jabber.org/protocol/nick">n</nick><x xmlns="vcard-temp:x:update" /></presence>`,
		},
		{
			AppendPresence(nil, NSAccept, &Presence{Error: &StanzaError{}}),
			`<presence><error type="cancel"><undefined-condition xmlns="urn:ietf:params:xml:ns:xmpp-stanzas" /></error></presence>`,
		},
		{AppendIQ(nil, NSClient, &IQ{Header: Header{ID: "i", Type: "result"}}), `<iq xmlns="jabber:client" id="i" type="result" />`},
		{
			AppendIQ(nil, NSAccept, &IQ{Header: Header{ID: "i", Type: "get"}, Payload: New(NSPing, "ping", nil)}),
			`<iq id="i" type="get"><ping xmlns="urn:xmpp:ping" /></iq>`,
		},
		{
			AppendIQ(nil, NSAccept, &IQ{Payload: New(NSForward, "forwarded", nil, New(NSClient, "message", nil, New(NSClient, "body", nil, "a")))}),
			`<iq><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client"><body>a</body></message></forwarded></iq>`,
		},
	} {
		if string(test.got) != test.want {
			t.Errorf("got  %s\nwant %s", test.got, test.want)
		}
	}
}

// TestRoundTrip: what is written and read by us comes back.
func TestRoundTrip(t *testing.T) {
	m := fullMessage()
	m.Error = nil
	for ns, read := range map[string]func([]byte) (*Element, error){NSClient: Parse, NSAccept: ParseLink} {
		e, err := read(AppendMessage(nil, ns, m))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadMessage(e)
		if err != nil || got.Header != m.Header || got.Message != m.Message {
			t.Errorf("got  %+v, %v\nwant %+v", got, err, *m)
		}
	}
}
