package wire

import "unicode/utf8"

// AppendText appends s as XML text, also fit for an attribute in double
// quotes. Bytes that are not UTF-8 and characters that XML 1.0 §2.2 does not
// have become U+FFFD.
func AppendText(dst []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if ref := reference(r, size); ref != "" {
			dst = append(append(dst, s[done:i]...), ref...)
			done = i + size
		}
		i += size
	}
	return append(dst, s[done:]...)
}

// reference returns what stands for a character, "" for itself. Line breaks
// and tabs are kept from normalisation (XML 1.0 §2.11, §3.3.3).
func reference(r rune, size int) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\t':
		return "&#9;"
	case '\n':
		return "&#10;"
	case '\r':
		return "&#13;"
	}
	if !isXML(r) || r == utf8.RuneError && size == 1 {
		return "\ufffd"
	}
	return ""
}

// AppendAttr appends ` name="value"`. The name must be a name of XML.
func AppendAttr(dst []byte, name, value string) []byte {
	dst = append(append(dst, ' '), name...)
	dst = AppendText(append(dst, '=', '"'), value)
	return append(dst, '"')
}

// appendSet appends an attribute unless its value is empty.
func appendSet(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return AppendAttr(dst, name, value)
}
