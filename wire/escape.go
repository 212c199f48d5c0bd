package wire

import "unicode/utf8"

// AppendText appends s as XML text. Bytes that are not UTF-8 and characters
// that XML 1.0 §2.2 does not have become U+FFFD.
func AppendText(dst []byte, s string) []byte { return escape(dst, s, 0) }

// AppendAttr appends ` name="value"`. The name must be a name of XML; the
// value is escaped as in [AppendText], its line breaks and tabs are kept from
// normalisation (XML 1.0 §3.3.3).
func AppendAttr(dst []byte, name, value string) []byte {
	dst = append(append(dst, ' '), name...)
	dst = escape(append(dst, '=', '"'), value, '"')
	return append(dst, '"')
}

// appendSet appends an attribute unless its value is empty.
func appendSet(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return AppendAttr(dst, name, value)
}

// escape appends s with references for what has a meaning in XML; quote is the
// one around an attribute's value, 0 in text.
func escape(dst []byte, s string, quote byte) []byte {
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf && c > '>' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if ref := reference(r, size, quote); ref != "" {
			dst = append(append(dst, s[done:i]...), ref...)
			done = i + size
		}
		i += size
	}
	return append(dst, s[done:]...)
}

// reference returns what is written for a character, "" for itself.
func reference(r rune, size int, quote byte) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\r':
		return "&#13;"
	case '\'':
		if quote == '\'' {
			return "&apos;"
		}
	case '\t', '\n':
		if quote != 0 {
			return [2]string{"&#9;", "&#10;"}[r-'\t']
		}
	}
	if !isXML(r) || r == utf8.RuneError && size == 1 {
		return "\ufffd"
	}
	return ""
}
