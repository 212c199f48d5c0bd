package wire

import "bytes"

// place says where in the stream a byte is.
type place uint8

const (
	inside    place = iota // of a stanza, or of what may become one
	between                // stanzas: this byte and those since the last stanza can be dropped
	stanzaEnd              // last byte of a stanza
	streamEnd              // last byte of the end tag of the stream
)

// markup is what the next byte belongs to.
type markup uint8

const (
	inText markup = iota
	inOpening
	inStart
	inValue
	inEnd
	inBang
	inComment
	inCDATA
	inInstruction
)

// cutter is the state machine of a [Framer]: one byte at a time, in constant
// memory. Comments and processing instructions, which a server must not send
// (RFC 6120 §11.1), end no stream. COMPAT: for servers that do send them.
type cutter struct {
	in    markup
	depth int
	quote byte
	last  uint64 // the bytes since in was entered, the newest lowest
}

func (c *cutter) enter(in markup) {
	c.in, c.last = in, 0
}

// skip returns how many bytes b begins with that end nothing: most of a
// stanza is text and values.
func (c *cutter) skip(b []byte) int {
	end := byte('<')
	switch {
	case c.in == inValue:
		end = c.quote
	case c.in != inText || c.depth == 0:
		return 0
	}
	if n := bytes.IndexByte(b, end); n >= 0 {
		return n
	}
	return len(b)
}

// take takes the next byte and says where it is.
func (c *cutter) take(b byte) (place, error) {
	before := byte(c.last)
	c.last = c.last<<8 | uint64(b)
	switch c.in {
	case inText:
		return c.text(b)
	case inOpening:
		return inside, c.opening(b)
	case inStart:
		return c.start(b, before)
	case inValue:
		if b == c.quote {
			c.in = inStart
		}
	case inEnd:
		return c.end(b)
	case inBang:
		return inside, c.bang()
	case inComment:
		return c.leave(b == '>' && c.last&0xffffff == '-'<<16|'-'<<8|'>')
	case inInstruction:
		return c.leave(b == '>' && before == '?')
	case inCDATA:
		return c.leave(b == '>' && c.last&0xffffff == ']'<<16|']'<<8|'>')
	}
	return inside, nil
}

func (c *cutter) text(b byte) (place, error) {
	switch {
	case b == '<':
		c.enter(inOpening)
	case c.depth > 0:
	case isSpaceByte(b):
		return between, nil
	default:
		return inside, notWellFormed("text between stanzas")
	}
	return inside, nil
}

func (c *cutter) opening(b byte) error {
	switch b {
	case '/':
		c.enter(inEnd)
	case '!':
		c.enter(inBang)
	case '?':
		c.enter(inInstruction)
	case '<', '>', '"', '\'', '=', '&', ' ', '\t', '\r', '\n':
		return notWellFormed("tag without name")
	default:
		c.enter(inStart)
	}
	return nil
}

func (c *cutter) start(b, before byte) (place, error) {
	switch b {
	case '"', '\'':
		c.quote, c.in = b, inValue
	case '<':
		return inside, notWellFormed("< inside a tag")
	case '>':
		if before != '/' {
			c.depth++
		}
		return c.leaveTag()
	}
	return inside, nil
}

func (c *cutter) end(b byte) (place, error) {
	switch {
	case b == '<':
		return inside, notWellFormed("< inside a tag")
	case b != '>':
		return inside, nil
	case c.depth == 0: // only the stream is open
		return streamEnd, nil
	}
	c.depth--
	return c.leaveTag()
}

func (c *cutter) leaveTag() (place, error) {
	c.enter(inText)
	if c.depth == 0 {
		return stanzaEnd, nil
	}
	return inside, nil
}

// bang decides what <! begins.
func (c *cutter) bang() error {
	switch {
	case c.last == '-'<<8|'-':
		c.enter(inComment)
	case c.last == cdata && c.depth > 0:
		c.enter(inCDATA)
	case c.last >= 1<<48: // seven bytes
		return &Error{Restricted, "document type or other directive"}
	}
	return nil
}

// cdata is "[CDATA[".
const cdata = '['<<48 | 'C'<<40 | 'D'<<32 | 'A'<<24 | 'T'<<16 | 'A'<<8 | '['

// leave goes back to text at the end of what is no element.
func (c *cutter) leave(ends bool) (place, error) {
	if !ends {
		return inside, nil
	}
	c.enter(inText)
	if c.depth == 0 {
		return between, nil
	}
	return inside, nil
}
