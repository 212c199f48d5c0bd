package wire

import (
	"bufio"
	"errors"
	"io"
)

// headBytes is how much of a stanza over the limit is kept.
const headBytes = 256

// Framer cuts the stanzas out of a live component stream (XEP-0114), whose
// opening tag has been read already. It finds where a stanza ends and nothing
// else; [ParseLink] checks it. It is for one goroutine.
type Framer struct {
	r     *bufio.Reader
	limit int
	frame []byte // the present stanza so far, at most limit bytes; reused
	long  bool   // the present stanza is over the limit
	cut   cutter
}

// NewFramer returns a Framer for stanzas of at most limit bytes.
func NewFramer(r *bufio.Reader, limit int) *Framer { return &Framer{r: r, limit: limit} }

// Next returns the next stanza; the bytes are valid until the next call. What
// is between stanzas is skipped. A stanza over the limit is skipped to its end
// and gives its start tag, at most 256 bytes of it, with an [*Error] of kind
// TooBig; the stream goes on behind it. All other errors are final: io.EOF for
// the end tag of the stream, io.ErrUnexpectedEOF for a stream without,
// [*Error] for what is no XML, or what the reader returned.
func (f *Framer) Next() ([]byte, error) {
	f.frame, f.long = f.frame[:0], false
	for {
		if _, err := f.r.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		chunk, _ := f.r.Peek(f.r.Buffered())
		n, place, err := f.scan(chunk)
		_, _ = f.r.Discard(n) // n bytes are buffered
		switch {
		case err != nil:
			return nil, err
		case place == streamEnd:
			return nil, io.EOF
		case place == stanzaEnd && f.long:
			return startTag(f.frame), tooBig("stanza over the limit")
		case place == stanzaEnd:
			return f.frame, nil
		}
	}
}

// scan goes through chunk up to the end of the stanza and returns how far it
// came.
func (f *Framer) scan(chunk []byte) (int, place, error) {
	for i := 0; i < len(chunk); {
		if n := f.cut.skip(chunk[i:]); n > 0 {
			f.keep(chunk[i : i+n])
			i += n
			continue
		}
		place, err := f.cut.take(chunk[i])
		switch {
		case err != nil || place == streamEnd:
			return i + 1, place, err
		case place == between:
			f.frame, f.long = f.frame[:0], false
		default:
			f.keep(chunk[i : i+1])
		}
		i++
		if place == stanzaEnd {
			return i, place, nil
		}
	}
	return len(chunk), inside, nil
}

// keep adds b to the present stanza as far as the limit allows.
func (f *Framer) keep(b []byte) {
	if room := f.limit - len(f.frame); len(b) > room {
		b, f.long = b[:room], true
	}
	f.frame = append(f.frame, b...)
}

// startTag returns the start tag b begins with, without what is behind it:
// that is what people say to each other.
func startTag(b []byte) []byte {
	b = b[:min(len(b), headBytes)]
	var quote byte
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return b[:i+1]
		}
	}
	return b
}
