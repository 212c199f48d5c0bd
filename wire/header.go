package wire

// readHeader reads what all stanzas carry. It returns what it could read even
// with an error, so that the stanza can be answered.
func readHeader(e *Element, local string) (Header, error) {
	if e.Name != (Name{NSClient, local}) {
		return Header{}, badStanza("not a stanza of this kind")
	}
	h := Header{From: e.Attr("from"), To: e.Attr("to"), ID: e.Attr("id"), Type: e.Attr("type"), Lang: lang(e)}
	switch {
	case len(h.From) > maxAddress || len(h.To) > maxAddress:
		return Header{}, tooBig("address too long")
	case len(h.ID) > maxID:
		return Header{}, tooBig("id too long")
	}
	return h, nil
}

// lang returns xml:lang where it looks like a language tag (RFC 5646 §2.1).
func lang(e *Element) string {
	tag, _ := e.Lookup(NSXML, "lang")
	if len(tag) > 35 {
		return ""
	}
	for i := range len(tag) {
		c := tag[i] | 0x20
		if (c < 'a' || c > 'z') && (tag[i] < '0' || tag[i] > '9') && tag[i] != '-' {
			return ""
		}
	}
	return tag
}
