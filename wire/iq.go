package wire

// ReadIQ reads an iq stanza (RFC 6120 §8.2.3). Errors are of type [*Error];
// with kind BadStanza the header is filled, as far as it could be read, so
// that a get or set can be answered.
func ReadIQ(e *Element) (IQ, error) {
	h, err := readHeader(e, "iq")
	q := IQ{Header: h}
	if err != nil {
		return q, err
	}
	if q.ID == "" {
		return q, badStanza("iq without id")
	}
	switch q.Type {
	case "get", "set", "result":
	case "error":
		q.Error = readError(e)
	default:
		return q, badStanza("unknown iq type")
	}
	for _, c := range e.Elements() {
		if q.Error != nil && c.Name == (Name{NSClient, "error"}) {
			continue
		}
		if q.Payload != nil {
			return q, badStanza("iq with several children")
		}
		q.Payload = c
	}
	return q, nil
}

// AppendIQ appends an iq stanza. With ns NSClient it declares its namespace,
// with NSAccept it does not.
func AppendIQ(dst []byte, ns string, q *IQ) []byte {
	dst = append(appendStanza(dst, ns, "iq", &q.Header), '>')
	inside := len(dst)
	ns = stanzaSpace(ns)
	if q.Payload != nil {
		dst = AppendElement(dst, q.Payload, ns)
	}
	dst = appendError(dst, q.Error, ns)
	return appendEnd(dst, "iq", inside)
}
