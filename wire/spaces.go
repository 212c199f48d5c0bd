package wire

import (
	"encoding/xml"
	"slices"
)

const nsXMLNS = "http://www.w3.org/2000/xmlns/"

// spaces is the stack of namespace declarations in force, the innermost last
// (Namespaces in XML 1.0).
type spaces []binding

type binding struct{ prefix, space string }

func (s *spaces) bind(prefix, space string) { *s = append(*s, binding{prefix, space}) }

// declare pushes the declarations among the attributes of a tag.
func (s *spaces) declare(attrs []xml.Attr) error {
	mark := len(*s)
	for _, a := range attrs {
		prefix, ok := declared(a.Name)
		if !ok {
			continue
		}
		if err := checkDeclaration(prefix, a.Value); err != nil {
			return err
		}
		for _, b := range (*s)[mark:] {
			if b.prefix == prefix {
				return notWellFormed("namespace declared twice")
			}
		}
		s.bind(prefix, a.Value)
	}
	return nil
}

// declared returns the prefix an attribute declares, "" for the default
// namespace, and whether it is a declaration.
func declared(name xml.Name) (prefix string, ok bool) {
	switch {
	case name.Space == "xmlns":
		return name.Local, true
	case name.Space == "" && name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// checkDeclaration applies Namespaces in XML §3: reserved prefixes and names.
func checkDeclaration(prefix, space string) error {
	switch {
	case prefix != "" && !isName(prefix):
		return badName(prefix)
	case prefix == "xml" || prefix == "xmlns":
		return notWellFormed("reserved prefix declared")
	case prefix != "" && space == "":
		return notWellFormed("prefix without namespace")
	case space == NSXML || space == nsXMLNS:
		return notWellFormed("reserved namespace declared")
	}
	return nil
}

func (s spaces) lookup(prefix string) (string, bool) {
	for _, b := range slices.Backward(s) {
		if b.prefix == prefix {
			return b.space, true
		}
	}
	return "", prefix == ""
}

// element resolves the name of an element.
func (s spaces) element(raw xml.Name) (Name, error) {
	if !isName(raw.Local) {
		return Name{}, badName(raw.Local)
	}
	space, ok := s.lookup(raw.Space)
	if !ok { // xml and xmlns are never on the stack
		return Name{}, notWellFormed("prefix not declared")
	}
	return Name{space, raw.Local}, nil
}

// attrs resolves the attributes of a tag, the declarations left out.
func (s spaces) attrs(raw []xml.Attr) ([]Attr, error) {
	var attrs []Attr
	for i, a := range raw {
		if _, ok := declared(a.Name); ok {
			continue
		}
		name, err := s.attr(a.Name)
		if err != nil {
			return nil, err
		}
		for _, other := range attrs {
			if other.Name == name {
				return nil, notWellFormed("attribute given twice")
			}
		}
		if attrs == nil {
			attrs = make([]Attr, 0, len(raw)-i)
		}
		attrs = append(attrs, Attr{name, a.Value})
	}
	return attrs, nil
}

func (s spaces) attr(raw xml.Name) (Name, error) {
	switch {
	case !isName(raw.Local):
		return Name{}, badName(raw.Local)
	case raw.Space == "":
		return Name{"", raw.Local}, nil
	case raw.Space == "xml":
		return Name{NSXML, raw.Local}, nil
	}
	space, ok := s.lookup(raw.Space)
	if !ok {
		return Name{}, notWellFormed("prefix not declared")
	}
	return Name{space, raw.Local}, nil
}

func badName(name string) error {
	if len(name) > maxName {
		return tooBig("name too long")
	}
	return notWellFormed("not a name")
}
