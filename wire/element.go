// Package wire turns hostile XML into typed values and builds fresh stanzas:
// it is the only reader and the only writer of stanzas (RFC 6120 §11).
//
// Nothing that was read is ever forwarded as it was. Reading has hard limits;
// writing escapes everything.
//
// A map, in the order of reading; no file needs a later one:
//
//	element stanza namespaces  what was read; the kinds of stanzas; names
//	limits lex spaces          how much is read, and how: characters, namespaces
//	escape writer header       the one writer
//	cutter declaration         a stream is cut into elements
//	parser framer reader       bytes become elements
//	stanzaerror message        elements become values, and back
//	presence body iq form      "
package wire

// Name is an expanded name.
type Name struct{ Space, Local string }

// Attr is one attribute. Space is "" for unprefixed ones and NSXML for xml:….
type Attr struct {
	Name  Name
	Value string
}

// Node is one child of an element: an element, or text when Element is nil.
type Node struct {
	Element *Element
	Text    string
}

// Element is a checked tree: well-formed, namespaces resolved, within the
// limits. The namespaces "", jabber:client, jabber:server and
// jabber:component:accept all read as NSClient; so does httpbind in a message,
// presence or iq directly below a BOSH body (XEP-0206 §2).
type Element struct {
	Name     Name
	Attrs    []Attr
	Children []Node
}

// Attr returns the value of the unprefixed attribute local, "" when missing.
func (e *Element) Attr(local string) string {
	v, _ := e.Lookup("", local)
	return v
}

// Lookup returns the value of an attribute and whether it is there.
func (e *Element) Lookup(space, local string) (string, bool) {
	for _, a := range e.Attrs {
		if a.Name.Local == local && a.Name.Space == space {
			return a.Value, true
		}
	}
	return "", false
}

// Child returns the first child element of that name; nil when there is none.
func (e *Element) Child(space, local string) *Element {
	for _, n := range e.Children {
		if n.Element != nil && n.Element.Name.Local == local && n.Element.Name.Space == space {
			return n.Element
		}
	}
	return nil
}

// Elements returns the child elements in order.
func (e *Element) Elements() []*Element {
	out := make([]*Element, 0, len(e.Children))
	for _, n := range e.Children {
		if n.Element != nil {
			out = append(out, n.Element)
		}
	}
	return out
}

// Text returns the text directly inside the element.
func (e *Element) Text() string {
	switch {
	case len(e.Children) == 0:
		return ""
	case len(e.Children) == 1 && e.Children[0].Element == nil:
		return e.Children[0].Text
	}
	var text []byte
	for _, n := range e.Children {
		if n.Element == nil {
			text = append(text, n.Text...)
		}
	}
	return string(text)
}

// New returns an element for writing. Children may be *Element or string;
// nil elements are left out.
func New(space, local string, attrs []Attr, children ...any) *Element {
	e := &Element{Name: Name{space, local}, Attrs: attrs}
	for _, c := range children {
		switch c := c.(type) {
		case *Element:
			if c != nil {
				e.Children = append(e.Children, Node{Element: c})
			}
		case string:
			if c != "" {
				e.Children = append(e.Children, Node{Text: c})
			}
		}
	}
	return e
}

// Attrs builds unprefixed attributes from pairs of name and value; pairs with
// an empty value are left out.
func Attrs(pairs ...string) []Attr {
	attrs := make([]Attr, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, Attr{Name{"", pairs[i]}, pairs[i+1]})
		}
	}
	return attrs
}
