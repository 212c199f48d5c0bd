package ws

import (
	"crypto/rand"
	"errors"
	"strings"

	"frontdesk/c2s"
	"frontdesk/wire"
)

// closeText ends a stream (RFC 7395 §3.6). There are clients that compare it
// as a string.
func closeText() []byte { return wire.AppendElement(nil, wire.New(wire.NSFraming, "close", nil), "") }

// openText is our header (RFC 7395 §3.4).
func openText(domain, id string) []byte {
	attrs := wire.Attrs("from", domain, "id", id, "version", "1.0")
	return wire.AppendElement(nil, wire.New(wire.NSFraming, "open", append(attrs, inEnglish())), "")
}

// errorText is a stream error (RFC 6120 §4.9).
func errorText(err *c2s.StreamError) []byte {
	e := wire.New(wire.NSStreams, "error", nil, wire.New(wire.NSStreamErr, err.Condition, nil))
	if err.Text != "" {
		text := wire.New(wire.NSStreamErr, "text", []wire.Attr{inEnglish()}, err.Text)
		e.Children = append(e.Children, wire.Node{Element: text})
	}
	return wire.AppendElement(nil, e, "")
}

// frameError is the stream error for a message that wire refuses (RFC 6120
// §4.9.3).
func frameError(err error) *c2s.StreamError {
	var e *wire.Error
	if !errors.As(err, &e) {
		return &c2s.StreamError{Condition: "bad-format"}
	}
	switch e.Kind {
	case wire.NotWellFormed:
		return &c2s.StreamError{Condition: "not-well-formed", Text: e.What}
	case wire.Restricted:
		return &c2s.StreamError{Condition: "restricted-xml", Text: e.What}
	case wire.TooBig:
		return &c2s.StreamError{Condition: "policy-violation", Text: e.What}
	case wire.BadStanza:
	}
	return &c2s.StreamError{Condition: "bad-format", Text: e.What}
}

func inEnglish() wire.Attr {
	return wire.Attr{Name: wire.Name{Space: wire.NSXML, Local: "lang"}, Value: "en"}
}

// newID returns the id of a header that no stream stands behind: 130 random
// bits.
func newID() string { return strings.ToLower(rand.Text()) }
