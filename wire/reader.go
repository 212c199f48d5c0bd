package wire

// Parse is written by the reader.
func Parse(b []byte) (*Element, error) { return nil, &Error{NotWellFormed, "not written"} }

// ParseBody is written by the reader.
func ParseBody(b []byte) (*Element, error) { return Parse(b) }
