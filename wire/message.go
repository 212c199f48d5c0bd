package wire

import (
	"frontdesk/chat"
)

// ReadMessage takes from a message the fields it knows. Type is "" for normal
// and for types nobody knows (RFC 6121 §5.2.2). In a message of type error
// only Error is read. Errors are of type [*Error].
func ReadMessage(e *Element) (Message, error) {
	var m Message
	var err error
	if m.Header, err = readHeader(e, "message"); err != nil {
		return m, err
	}
	m.Message.ID = m.Header.ID
	switch m.Type {
	case "chat", "groupchat", "headline":
	case "error":
		m.Error = readError(e)
		return m, nil
	default:
		m.Type = ""
	}
	m.Message.Lang = m.Header.Lang
	seen := false
	for _, n := range e.Children {
		c := n.Element
		switch {
		case c == nil:
		case c.Name == Name{NSClient, "body"} && !seen:
			seen = true
			m.readBody(c)
		default:
			m.readPayload(c)
		}
	}
	return m, nil
}

func (m *Message) readBody(c *Element) {
	m.Text = c.Text()
	if tag := lang(c); tag != "" {
		m.Message.Lang = tag
	}
}

// readPayload takes one child of the message that is not its body.
func (m *Message) readPayload(c *Element) {
	switch c.Name.Space {
	case NSChatStates: // XEP-0085
		if t := typing(c.Name.Local); m.Typing == chat.NoTyping {
			m.Typing = t
		}
	case NSForward, NSCarbons, NSMAM: // XEP-0297, XEP-0280, XEP-0313
		switch c.Name.Local {
		case "forwarded", "received", "sent", "result":
			m.Wrapped = true
		}
	}
	switch c.Name {
	case Name{NSReceipts, "request"}: // XEP-0184
		m.WantReceipt = true
	case Name{NSReceipts, "received"}:
		m.Receipt = shortID(c)
	case Name{NSMarkers, "markable"}: // XEP-0333
		m.Markable = true
	case Name{NSMarkers, "displayed"}:
		m.Displayed = shortID(c)
	case Name{NSCorrect, "replace"}: // XEP-0308
		m.Replace = shortID(c)
	case Name{NSNick, "nick"}: // XEP-0172
		m.Nick = c.Text()
	}
}

// shortID returns the attribute id; one over the limit refers to nothing.
func shortID(e *Element) string {
	if id := e.Attr("id"); len(id) <= maxID {
		return id
	}
	return ""
}

func typing(local string) chat.Typing {
	for t := chat.TypingActive; t <= chat.TypingGone; t++ {
		if typingName(t) == local {
			return t
		}
	}
	return chat.NoTyping
}

func typingName(t chat.Typing) string {
	switch t {
	case chat.TypingActive:
		return "active"
	case chat.TypingComposing:
		return "composing"
	case chat.TypingPaused:
		return "paused"
	case chat.TypingInactive:
		return "inactive"
	case chat.TypingGone:
		return "gone"
	default:
		return ""
	}
}

// AppendMessage appends a message stanza. With ns NSClient it declares its
// namespace, with NSAccept it does not.
func AppendMessage(dst []byte, ns string, m *Message) []byte {
	dst = append(appendStanza(dst, ns, "message", &m.Header), '>')
	inside := len(dst)
	ns = stanzaSpace(ns)
	if m.Text != "" {
		dst = append(dst, "<body"...)
		if m.Message.Lang != m.Header.Lang {
			dst = appendSet(dst, "xml:lang", m.Message.Lang)
		}
		dst = append(AppendText(append(dst, '>'), m.Text), "</body>"...)
	}
	dst = m.appendPayloads(dst)
	dst = m.appendMeta(dst)
	for _, e := range m.Extra {
		dst = AppendElement(dst, e, ns)
	}
	dst = appendError(dst, m.Error, ns)
	return appendEnd(dst, "message", inside)
}

// appendPayloads appends what the sender said beside the text.
func (m *Message) appendPayloads(dst []byte) []byte {
	if state := typingName(m.Typing); state != "" {
		dst = appendEmpty(dst, NSChatStates, state, "", "")
	}
	if m.WantReceipt {
		dst = appendEmpty(dst, NSReceipts, "request", "", "")
	}
	if m.Receipt != "" {
		dst = appendEmpty(dst, NSReceipts, "received", "id", m.Receipt)
	}
	if m.Markable {
		dst = appendEmpty(dst, NSMarkers, "markable", "", "")
	}
	if m.Displayed != "" {
		dst = appendEmpty(dst, NSMarkers, "displayed", "id", m.Displayed)
	}
	if m.Replace != "" {
		dst = appendEmpty(dst, NSCorrect, "replace", "id", m.Replace)
	}
	if m.Nick != "" {
		dst = AppendElement(dst, New(NSNick, "nick", nil, m.Nick), "")
	}
	return dst
}

// appendMeta appends what we say about the message.
func (m *Message) appendMeta(dst []byte) []byte {
	if !m.Delay.IsZero() { // XEP-0203, XEP-0082
		stamp := m.Delay.UTC().Format("2006-01-02T15:04:05.000Z07:00")
		dst = AppendElement(dst, New(NSDelay, "delay", Attrs("from", m.DelayFrom, "stamp", stamp)), "")
	}
	if m.OriginID != "" { // XEP-0359
		dst = appendEmpty(dst, NSStanzaID, "origin-id", "id", m.OriginID)
	}
	if m.StanzaID != "" {
		dst = AppendElement(dst, New(NSStanzaID, "stanza-id", Attrs("by", m.StanzaBy, "id", m.StanzaID)), "")
	}
	if m.NoStore { // XEP-0334
		dst = appendEmpty(dst, NSHints, "no-store", "", "")
	}
	return dst
}
