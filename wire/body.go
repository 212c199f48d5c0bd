package wire

// Parts of a body, in the form of the examples of XEP-0124: there are clients
// that compare strings.
const (
	bodyStart = "<body xmlns='" + NSHTTPBind + "'"
	bodyEnd   = "</body>"
)

// AppendBodyAttr appends ` name='value'`, an attribute for [AppendBody]. Name
// and value are as in [AppendAttr].
func AppendBodyAttr(dst []byte, name, value string) []byte {
	dst = append(append(dst, ' '), name...)
	dst = escape(append(dst, '=', '\''), value, '\'')
	return append(dst, '\'')
}

// AppendBody appends a BOSH body (XEP-0124 §6). The attributes come from
// [AppendBodyAttr]; each payload was written by this package and declares its
// own namespaces.
func AppendBody(dst []byte, attrs string, payloads [][]byte) []byte {
	dst = append(append(dst, bodyStart...), attrs...)
	if len(payloads) == 0 {
		return append(dst, "/>"...)
	}
	dst = append(dst, '>')
	for _, p := range payloads {
		dst = append(dst, p...)
	}
	return append(dst, bodyEnd...)
}

// BodySize is the most that [AppendBody] appends, in bytes.
func BodySize(attrs string, payloads [][]byte) int {
	n := len(bodyStart) + len(attrs) + len(">") + len(bodyEnd)
	for _, p := range payloads {
		n += len(p)
	}
	return n
}

// AppendBodyError appends <stream:error/> (RFC 6120 §4.9) as the payload of a
// body (XEP-0206 §6); text may be empty.
func AppendBodyError(dst []byte, condition, text string) []byte {
	dst = append(dst, "<stream:error xmlns:stream='"+NSStreams+"'><"...)
	dst = append(append(dst, safeName(condition)...), " xmlns='"+NSStreamErr+"'/>"...)
	if text != "" {
		dst = append(dst, "<text xmlns='"+NSStreamErr+"' xml:lang='en'>"...)
		dst = append(AppendText(dst, text), "</text>"...)
	}
	return append(dst, "</stream:error>"...)
}
