package wire

import (
	"bytes"
	"strconv"
)

// AppendElement appends e as XML that is well-formed whatever e holds: text
// is escaped, names that are none become "_", an attribute given twice is
// written once. The namespace is declared where it differs from ns, the
// default namespace in force around e; NSAccept and NSClient count as the
// same there, because a component's stanzas carry no declaration (XEP-0114).
// Elements of NSStreams get the prefix stream, declared on themselves
// (RFC 7395 §3.3.3). Empty elements end in " />", attributes have double
// quotes, xmlns is the first: there are clients that compare strings.
func AppendElement(dst []byte, e *Element, ns string) []byte {
	dst = append(dst, '<')
	from := len(dst)
	dst, ns = appendName(dst, e, ns)
	to := from
	for to < len(dst) && dst[to] != ' ' {
		to++
	}
	dst = appendAttrs(dst, e.Attrs)
	if len(e.Children) == 0 {
		return append(dst, " />"...)
	}
	dst = append(dst, '>')
	for _, n := range e.Children {
		if n.Element != nil {
			dst = AppendElement(dst, n.Element, ns)
		} else {
			dst = AppendText(dst, n.Text)
		}
	}
	dst = append(dst, "</"...)
	dst = append(dst, dst[from:to]...)
	return append(dst, '>')
}

// appendName appends the name of e and its declaration and returns the
// default namespace in force inside.
func appendName(dst []byte, e *Element, ns string) ([]byte, string) {
	space, local := e.Name.Space, safeName(e.Name.Local)
	switch space {
	case NSStreams:
		dst = append(append(dst, "stream:"...), local...)
		return AppendAttr(dst, "xmlns:stream", NSStreams), ns
	case NSXML, nsXMLNS:
		space = "" // nothing can be in there
	}
	dst = append(dst, local...)
	if space == ns || space == NSClient && ns == NSAccept {
		return dst, ns
	}
	return AppendAttr(dst, "xmlns", space), space
}

// appendAttrs gives attributes with a namespace the prefixes n0, n1, …,
// declared with each of them.
func appendAttrs(dst []byte, attrs []Attr) []byte {
	for i, a := range attrs {
		if !writable(attrs[:i], a.Name) {
			continue
		}
		switch a.Name.Space {
		case "":
			dst = AppendAttr(dst, a.Name.Local, a.Value)
		case NSXML:
			dst = AppendAttr(dst, "xml:"+a.Name.Local, a.Value)
		default:
			prefix := "n" + strconv.Itoa(i)
			dst = AppendAttr(dst, "xmlns:"+prefix, a.Name.Space)
			dst = AppendAttr(dst, prefix+":"+a.Name.Local, a.Value)
		}
	}
	return dst
}

func writable(before []Attr, name Name) bool {
	for _, b := range before {
		if b.Name.Local == name.Local && sameText(b.Name.Space, name.Space) {
			return false
		}
	}
	return isName(name.Local) && name.Space != nsXMLNS && name != (Name{"", "xmlns"})
}

// sameText tells whether a and b are the same once they are written.
func sameText(a, b string) bool {
	return a == b || bytes.Equal(AppendText(nil, a), AppendText(nil, b))
}

func safeName(name string) string {
	if isName(name) {
		return name
	}
	return "_"
}

// appendStanza appends the open start tag of a stanza: name, declaration,
// header.
func appendStanza(dst []byte, ns, local string, h *Header) []byte {
	dst = append(append(dst, '<'), local...)
	if ns != NSAccept {
		dst = AppendAttr(dst, "xmlns", NSClient)
	}
	dst = appendSet(dst, "from", h.From)
	dst = appendSet(dst, "to", h.To)
	dst = appendSet(dst, "id", h.ID)
	dst = appendSet(dst, "type", h.Type)
	return appendSet(dst, "xml:lang", h.Lang)
}

// stanzaSpace is the default namespace in force inside a stanza.
func stanzaSpace(ns string) string {
	if ns == NSAccept {
		return NSAccept
	}
	return NSClient
}

// appendEnd closes a stanza; inside is where its children begin.
func appendEnd(dst []byte, local string, inside int) []byte {
	if len(dst) == inside {
		return append(dst[:inside-1], " />"...)
	}
	dst = append(append(dst, "</"...), local...)
	return append(dst, '>')
}

// appendLeaf appends an element with text in the namespace of the stanza.
func appendLeaf(dst []byte, local, text string) []byte {
	if text == "" {
		return dst
	}
	dst = append(append(append(dst, '<'), local...), '>')
	dst = AppendText(dst, text)
	return append(append(append(dst, "</"...), local...), '>')
}

// appendEmpty appends an element without content, with one attribute unless
// its value is empty.
func appendEmpty(dst []byte, space, local, attr, value string) []byte {
	dst = AppendAttr(append(append(dst, '<'), local...), "xmlns", space)
	return append(appendSet(dst, attr, value), " />"...)
}
