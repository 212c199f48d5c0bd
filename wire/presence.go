package wire

import "strconv"

// ReadPresence reads a presence stanza (RFC 6121 §4.7). An unknown type is an
// error, an unknown show or priority is left out. Errors are of type [*Error].
func ReadPresence(e *Element) (Presence, error) {
	h, err := readHeader(e, "presence")
	p := Presence{Header: h}
	if err != nil {
		return p, err
	}
	switch p.Type {
	case "", "unavailable", "subscribe", "subscribed", "unsubscribe", "unsubscribed", "probe":
	case "error":
		p.Error = readError(e)
		return p, nil
	default:
		return p, badStanza("unknown presence type")
	}
	for _, c := range e.Elements() {
		p.readChild(c)
	}
	return p, nil
}

func (p *Presence) readChild(c *Element) {
	switch c.Name {
	case Name{NSClient, "show"}:
		switch show := c.Text(); show {
		case "away", "chat", "dnd", "xa":
			p.Show = show
		}
	case Name{NSClient, "status"}:
		if p.Status == "" {
			p.Status = c.Text()
		}
	case Name{NSClient, "priority"}:
		if n, err := strconv.ParseInt(c.Text(), 10, 8); err == nil {
			p.Priority = int8(n)
		}
	case Name{NSNick, "nick"}: // XEP-0172
		p.Nick = c.Text()
	}
}

// AppendPresence appends a presence stanza. With ns NSClient it declares its
// namespace, with NSAccept it does not.
func AppendPresence(dst []byte, ns string, p *Presence) []byte {
	dst = append(appendStanza(dst, ns, "presence", &p.Header), '>')
	inside := len(dst)
	ns = stanzaSpace(ns)
	dst = appendLeaf(dst, "show", p.Show)
	dst = appendLeaf(dst, "status", p.Status)
	if p.Priority != 0 {
		dst = appendLeaf(dst, "priority", strconv.Itoa(int(p.Priority)))
	}
	if p.Nick != "" {
		dst = AppendElement(dst, New(NSNick, "nick", nil, p.Nick), "")
	}
	for _, e := range p.Extra {
		dst = AppendElement(dst, e, ns)
	}
	dst = appendError(dst, p.Error, ns)
	return appendEnd(dst, "presence", inside)
}
