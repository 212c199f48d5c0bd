package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// This file has what encoding/xml does not check (XML 1.0 fifth edition).

// checkToken looks at the token that b begins with, before it is lexed: so a
// document type is refused at its first bytes and twenty thousand attributes
// at the thirty-third. It tells whether attribute values hold white space that
// must be normalised (§3.3.3).
func checkToken(b []byte) (folded bool, err error) {
	switch {
	case len(b) == 0:
		return false, nil
	case b[0] != '<':
		return false, checkText(b)
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		return false, nil
	case bytes.HasPrefix(b, []byte("<!--")):
		return false, &Error{Restricted, "comment"}
	case bytes.HasPrefix(b, []byte("<!")):
		return false, &Error{Restricted, "document type or other directive"}
	case bytes.HasPrefix(b, []byte("<?")):
		return false, &Error{Restricted, "processing instruction"}
	}
	return checkTag(b)
}

func checkText(b []byte) error {
	if i := bytes.IndexByte(b, '<'); i >= 0 {
		b = b[:i]
	}
	return checkReferences(b)
}

// checkTag counts the attributes of the tag that b begins with and wants white
// space between them (§3.1).
func checkTag(b []byte) (folded bool, err error) {
	var quote byte
	attrs, refs := 0, false
	for i := 1; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '<':
			return false, notWellFormed("< inside a tag")
		case quote == 0 && c == '>':
			if refs {
				err = checkReferences(b[:i])
			}
			return folded, err
		case quote == 0 && (c == '"' || c == '\''):
			if attrs++; attrs > maxAttrs {
				return false, tooBig("too many attributes")
			}
			quote = c
		case quote == 0:
		case c == quote:
			quote = 0
			if i+1 < len(b) && !endsValue(b[i+1]) {
				return false, notWellFormed("no white space between attributes")
			}
		case c == '&':
			refs = true
		case c == '\t' || c == '\n' || c == '\r':
			folded = true
		}
	}
	return false, notWellFormed("tag without end")
}

// checkReferences wants every reference in b to be one of the five predefined
// entities (RFC 6120 §11.1) or a character that XML has (XML 1.0 §2.2).
func checkReferences(b []byte) error {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return nil
		}
		b = b[i+1:]
		n := bytes.IndexByte(b, ';')
		if n < 0 {
			return notWellFormed("reference without end")
		}
		name := string(b[:n])
		switch name {
		case "amp", "lt", "gt", "quot", "apos":
			continue
		}
		if isName(name) {
			return &Error{Restricted, "entity"}
		}
		if !isCharacter(name) {
			return notWellFormed("reference to no character")
		}
	}
}

// isCharacter tells whether ref is #n or #xn of a character of XML.
func isCharacter(ref string) bool {
	digits, ok := strings.CutPrefix(ref, "#")
	base := 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return ok && err == nil && n <= 0x10ffff && isXML(rune(n))
}

// isXML tells whether XML 1.0 §2.2 has the character.
func isXML(r rune) bool {
	return r >= ' ' && r < 0xd800 || r == '\t' || r == '\n' || r == '\r' ||
		r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= 0x10ffff
}

// isName tells whether s is a name without colon (Namespaces in XML §4) in
// ASCII, within the limit.
func isName(s string) bool {
	if s == "" || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

func isSpaceByte(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func endsValue(c byte) bool { return isSpaceByte(c) || c == '>' || c == '/' }

func isSpace(b []byte) bool {
	for _, c := range b {
		if !isSpaceByte(c) {
			return false
		}
	}
	return true
}

// lexFolded lexes a start tag again with every line break and tab as one
// space, which is what they are in attribute values (XML 1.0 §2.11, §3.3.3).
func lexFolded(raw []byte) (xml.StartElement, error) {
	flat := strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ").Replace(string(raw))
	token, err := xml.NewDecoder(strings.NewReader(flat)).RawToken()
	start, ok := token.(xml.StartElement)
	if err != nil || !ok {
		return start, notWellFormed("not a tag")
	}
	return start.Copy(), nil
}

// lexError leaves out what the lexer says: it quotes the input.
func lexError(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return notWellFormed("not well-formed")
}
