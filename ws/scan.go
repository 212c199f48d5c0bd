package ws

import "encoding/binary"

// Bits and opcodes of a frame header (RFC 6455 §5.2).
const (
	maskBit    = 1 << 7
	opcodeBits = 0x0f
	firstOp    = 1 // text; 0 continues a message, 8 and up are control frames
	firstCtlOp = 8
)

// scanner follows the frames in a stream of bytes, so that a message over the
// limit is known from its header, before its payload is read.
type scanner struct {
	head      [10]byte // of the frame that begins
	have      int      // bytes of head
	skip      uint64   // bytes of mask and payload that are left
	message   uint64   // bytes of the present message
	fragments int
	over      bool // the limit was broken; what follows is not looked at
}

// scan takes the next bytes.
func (s *scanner) scan(p []byte) {
	for len(p) > 0 && !s.over {
		if s.skip > 0 {
			n := min(s.skip, uint64(len(p)))
			s.skip -= n
			p = p[n:]
			continue
		}
		s.head[s.have] = p[0]
		s.have++
		p = p[1:]
		if s.have >= 2 && s.have == 2+extraLength(s.head[1]) {
			s.header()
		}
	}
}

// extraLength is how many bytes of length follow the second byte.
func extraLength(second byte) int {
	switch second &^ maskBit {
	case 126:
		return 2
	case 127:
		return 8
	}
	return 0
}

// header judges a complete header.
func (s *scanner) header() {
	length := uint64(s.head[1] &^ maskBit)
	switch length {
	case 126:
		length = uint64(binary.BigEndian.Uint16(s.head[2:]))
	case 127:
		length = binary.BigEndian.Uint64(s.head[2:])
	}
	s.have, s.skip = 0, length
	if s.head[1]&maskBit != 0 {
		s.skip += 4
	}
	op := s.head[0] & opcodeBits
	if op >= firstCtlOp {
		return
	}
	if op >= firstOp {
		s.message, s.fragments = 0, 0
	}
	s.fragments++
	s.over = length > maxMessage || s.message+length > maxMessage || s.fragments > maxFragments
	s.message += length
}
