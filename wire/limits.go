package wire

// The limits of reading. They protect us and, behind us, the XMPP server:
// there are servers that a deeply nested stanza brings down.
const (
	// MaxBytes is the size of a stanza or a BOSH body, decoded.
	MaxBytes = 64 << 10
	// MaxPayloads is the number of children of a BOSH body.
	MaxPayloads = 128

	maxDepth    = 32  // levels of a stanza
	maxElements = 256 // elements of a stanza
	maxAttrs    = 32  // attributes of an element, declarations included
	maxName     = 128 // bytes of a name, a prefix not counted
	maxAddress  = 3071
	maxID       = 1024
)

func notWellFormed(what string) error { return &Error{NotWellFormed, what} }

func tooBig(what string) error { return &Error{TooBig, what} }

func badStanza(what string) error { return &Error{BadStanza, what} }
