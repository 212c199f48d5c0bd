package peers

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Element is a piece of received XML with its children; the zero value stands
// for one that is not there, so that calls can be chained.
type Element struct {
	Name     xml.Name
	Attrs    []xml.Attr
	Children []*Element
	Text     string // the character data directly inside
}

// Stanza is a received message, presence or iq, or a notice of the peer itself
// (see the kinds).
type Stanza struct {
	*Element

	Kind string // "message", "presence", "iq" or one of the notices
	At   time.Time
}

// Kinds of stanzas that are notices of the peer itself.
const (
	KindOnline  = "online"  // session started
	KindOffline = "offline" // connection lost; Text may say why
	KindFailed  = "failed"  // login refused
)

// Parse reads one XML document as received.
func Parse(text string) (*Element, error) {
	var e Element
	if err := xml.Unmarshal([]byte(text), &e); err != nil {
		return nil, fmt.Errorf("parse %q: %w", text, err)
	}
	return &e, nil
}

// UnmarshalXML reads an element and all below it.
func (e *Element) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	e.Name, e.Attrs = start.Name, start.Copy().Attr
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			child := &Element{}
			if err := child.UnmarshalXML(d, token); err != nil {
				return err
			}
			e.Children = append(e.Children, child)
		case xml.CharData:
			e.Text += string(token)
		case xml.EndElement:
			return nil
		}
	}
}

// Attr returns an attribute without namespace, or "".
func (e *Element) Attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.Attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// Child returns the first child with that name; namespace "" means any. It is
// nil when there is none.
func (e *Element) Child(namespace, name string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Name.Local == name && (namespace == "" || c.Name.Space == namespace) {
			return c
		}
	}
	return nil
}

// ChildText returns the text of a direct child, or "".
func (e *Element) ChildText(name string) string {
	if c := e.Child("", name); c != nil {
		return c.Text
	}
	return ""
}

// String shows the element for a test's log, not as exact XML.
func (e *Element) String() string {
	if e == nil {
		return "<nothing/>"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%s", e.Name.Local)
	for _, a := range e.Attrs {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			fmt.Fprintf(&b, " %s=%q", a.Name.Local, a.Value)
		}
	}
	b.WriteString(">" + strings.TrimSpace(e.Text))
	for _, c := range e.Children {
		b.WriteString(c.String())
	}
	b.WriteString("</>")
	return b.String()
}

// String shows when and what for a test's log.
func (s Stanza) String() string {
	return s.At.Format("05.000 ") + s.Kind + " " + s.Element.String()
}

// From is the sender's address.
func (s Stanza) From() string { return s.Attr("from") }

// FromBare is the sender's bare address.
func (s Stanza) FromBare() string { return Bare(s.From()) }

// Body is the message's text, "" when there is none.
func (s Stanza) Body() string { return s.ChildText("body") }

// State is the chat state of a message (XEP-0085), "" when there is none.
func (s Stanza) State() string {
	for _, c := range s.Children {
		if c.Name.Space == "http://jabber.org/protocol/chatstates" {
			return c.Name.Local
		}
	}
	return ""
}

// Condition is the stanza error's defined condition (RFC 6120 §8.3.3), "" when
// the stanza is no error.
func (s Stanza) Condition() string {
	e := s.Child("", "error")
	if s.Attr("type") != "error" || e == nil {
		return ""
	}
	for _, c := range e.Children {
		if c.Name.Local != "text" && c.Name.Space == "urn:ietf:params:xml:ns:xmpp-stanzas" {
			return c.Name.Local
		}
	}
	return "undefined-condition"
}

// ErrorText is the stanza error's text for people.
func (s Stanza) ErrorText() string { return s.Child("", "error").ChildText("text") }

// Show is a presence in one word: available, chat, away, xa, dnd, unavailable,
// or another type of presence (subscribe, probe, error ...).
func (s Stanza) Show() string {
	if kind := s.Attr("type"); kind != "" {
		return kind
	}
	if show := s.ChildText("show"); show != "" {
		return show
	}
	return "available"
}

// Bare is an address without its resource.
func Bare(address string) string {
	bare, _, _ := strings.Cut(address, "/")
	return bare
}

// Resource is an address's resource, "" when it has none.
func Resource(address string) string {
	_, resource, _ := strings.Cut(address, "/")
	return resource
}

// Escape makes text fit for the inside of an element or attribute.
func Escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
