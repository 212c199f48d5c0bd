package wire

import "bytes"

// Parse reads one stanza, or one other element of a stream, that came as a
// document of its own (RFC 7395 §3.3.3): its first byte is '<', an XML
// declaration may go before it. Errors are of type [*Error].
func Parse(b []byte) (*Element, error) {
	if len(b) > MaxBytes {
		return nil, tooBig("stanza too long")
	}
	return parseDocument(b, 0)
}

// ParseBody reads a BOSH body (XEP-0124 §6): a byte order mark, an XML
// declaration and white space around the payloads are tolerated, other text
// directly in the body is not. The limits of a stanza hold for each payload.
// Errors are of type [*Error].
func ParseBody(b []byte) (*Element, error) {
	if len(b) > MaxBytes {
		return nil, tooBig("body too long")
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	return parseDocument(b, 1)
}

// ParseLink reads one stanza cut from a component stream by a [Framer], whose
// limit takes the place of MaxBytes. The prefix stream is declared around it
// (XEP-0114). Errors are of type [*Error] and concern this stanza only: the
// stream goes on behind it.
func ParseLink(b []byte) (*Element, error) {
	p := newParser(0)
	p.spaces.bind("stream", NSStreams)
	return p.parse(b)
}

// parseDocument reads a document; outer is the number of levels around its
// stanzas.
func parseDocument(b []byte, outer int) (*Element, error) {
	rest, err := cutDeclaration(b)
	if err != nil {
		return nil, err
	}
	if len(rest) < len(b) || outer > 0 {
		rest = bytes.TrimLeft(rest, " \t\r\n")
	}
	return newParser(outer).parse(rest)
}
