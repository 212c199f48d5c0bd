package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"unicode/utf8"
)

// parser builds one tree. encoding/xml serves as lexer only: it does not know
// namespaces as RawToken, and it lets pass much that is not XML, see lex.go.
type parser struct {
	in       []byte
	dec      *xml.Decoder
	outer    int // levels around a stanza: 1 in a BOSH body, else 0
	spaces   spaces
	open     []level
	root     *Element
	elements int  // of the present stanza
	payloads int  // of the body
	inherits bool // the present stanza has its namespace from the BOSH body
	shut     bool // the last tag was <…/>: its end comes without bytes

	openRoom  [4]level // first room for open
	spaceRoom [4]binding
}

// level is an element that is not closed yet.
type level struct {
	element *Element
	raw     xml.Name // as written, with its prefix
	mark    int      // declarations in force around it
}

func newParser(outer int) *parser {
	p := &parser{outer: outer}
	p.open, p.spaces = p.openRoom[:0], p.spaceRoom[:0]
	return p
}

func (p *parser) parse(b []byte) (*Element, error) {
	if len(b) == 0 || b[0] != '<' {
		return nil, notWellFormed("does not begin with an element")
	}
	if !utf8.Valid(b) {
		return nil, notWellFormed("not UTF-8")
	}
	p.in = b
	p.dec = xml.NewDecoder(bytes.NewReader(b))
	for {
		err := p.step()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if p.root == nil || len(p.open) > 0 {
		return nil, notWellFormed("ends too early")
	}
	return p.root, nil
}

// step takes one token.
func (p *parser) step() error {
	from := p.dec.InputOffset()
	folded := false
	if !p.shut {
		var err error
		if folded, err = checkToken(p.in[from:]); err != nil {
			return err
		}
	}
	token, err := p.dec.RawToken()
	if err != nil {
		return lexError(err)
	}
	raw := p.in[from:p.dec.InputOffset()]
	switch token := token.(type) {
	case xml.StartElement:
		if folded {
			if token, err = lexFolded(raw); err != nil {
				return err
			}
		}
		p.shut = raw[len(raw)-2] == '/'
		return p.start(token)
	case xml.EndElement:
		p.shut = false
		return p.end(token)
	case xml.CharData:
		return p.text(token, raw)
	}
	return &Error{Restricted, "restricted XML"}
}

func (p *parser) start(t xml.StartElement) error {
	if len(p.open) == 0 && p.root != nil {
		return notWellFormed("more than one element")
	}
	mark := len(p.spaces)
	if err := p.spaces.declare(t.Attr); err != nil {
		return err
	}
	name, err := p.spaces.element(t.Name)
	if err != nil {
		return err
	}
	if err := p.count(name); err != nil {
		return err
	}
	e := &Element{Name: Name{p.space(name.Space), name.Local}}
	if e.Attrs, err = p.spaces.attrs(t.Attr); err != nil {
		return err
	}
	p.add(e)
	p.open = append(p.open, level{e, t.Name, mark})
	return nil
}

func (p *parser) add(e *Element) {
	if len(p.open) == 0 {
		p.root = e
		return
	}
	parent := p.open[len(p.open)-1].element
	parent.Children = append(parent.Children, Node{Element: e})
}

// count applies the limits to an element about to be opened.
func (p *parser) count(name Name) error {
	depth := len(p.open) - p.outer // of its parent in the stanza
	switch {
	case depth < 0:
		if name != (Name{NSHTTPBind, "body"}) {
			return badStanza("not a body")
		}
		return nil
	case depth == 0:
		p.payloads++
		p.elements = 0
		p.inherits = p.outer > 0 && name.Space == NSHTTPBind && isStanza(name.Local)
	case name.Space == NSStreams:
		return badStanza("stream element inside a stanza")
	}
	p.elements++
	switch {
	case depth >= maxDepth:
		return tooBig("nested too deeply")
	case p.elements > maxElements:
		return tooBig("too many elements")
	case p.payloads > MaxPayloads:
		return tooBig("too many payloads")
	}
	return nil
}

// space folds the namespaces a stanza can have into one.
func (p *parser) space(space string) string {
	switch space {
	case "", NSClient, NSAccept, "jabber:server":
		return NSClient
	case NSHTTPBind: // XEP-0206 §2
		if p.inherits {
			return NSClient
		}
	}
	return space
}

func isStanza(local string) bool {
	return local == "message" || local == "presence" || local == "iq"
}

func (p *parser) end(t xml.EndElement) error {
	if len(p.open) == 0 {
		return notWellFormed("end without start")
	}
	last := p.open[len(p.open)-1]
	if last.raw != t.Name {
		return notWellFormed("start and end differ")
	}
	p.spaces = p.spaces[:last.mark]
	p.open = p.open[:len(p.open)-1]
	return nil
}

func (p *parser) text(text xml.CharData, raw []byte) error {
	if len(p.open) == 0 {
		if !isSpace(raw) { // neither CDATA nor references
			return notWellFormed("text outside the element")
		}
		return nil
	}
	if len(p.open) <= p.outer {
		if !isSpace(text) {
			return badStanza("text in the body")
		}
		return nil
	}
	if len(text) == 0 {
		return nil
	}
	e := p.open[len(p.open)-1].element
	if n := len(e.Children); n > 0 && e.Children[n-1].Element == nil {
		e.Children[n-1].Text += string(text)
		return nil
	}
	e.Children = append(e.Children, Node{Text: string(text)})
	return nil
}
