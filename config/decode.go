package config

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Parse decodes a file over [Defaults]; name is the file's name in errors. It
// refuses bad syntax, unknown keys and wrong types with an [Errors], and does
// not look at what the values mean: that is [Config.Validate].
func Parse(name string, b []byte) (Config, error) {
	c, _, err := parse(name, b)
	return c, err
}

// parse also returns the line of each key in the file.
func parse(name string, b []byte) (Config, map[string]int, error) {
	var tree map[string]any
	if err := toml.Unmarshal(b, &tree); err != nil {
		return Config{}, nil, syntaxError(name, err)
	}
	c, lines := Defaults(), keyLines(b)
	d := decoder{known: keys(&c)}
	d.table("", tree)
	if err := d.errs.at(name, lines).orNil(); err != nil {
		return Config{}, nil, err
	}
	return c, lines, nil
}

func syntaxError(name string, err error) error {
	out := &Error{File: name, Text: err.Error()}
	if at, ok := errors.AsType[*toml.DecodeError](err); ok {
		out.Line, _ = at.Position()
		out.Text = "not TOML: " + strings.TrimPrefix(at.Error(), "toml: ")
	}
	return Errors{out}
}

// decoder carries the values of a tree to where the known keys want them.
type decoder struct {
	known []key
	errs  Errors
}

func (d *decoder) table(prefix string, t map[string]any) {
	for part, v := range t {
		name := prefix + quoted(part)
		if sub, ok := v.(map[string]any); ok && (len(sub) > 0 || isSection(d.known, name)) {
			d.table(name+".", sub)
			continue
		}
		d.value(name, v)
	}
}

func (d *decoder) value(name string, v any) {
	k, ok := find(d.known, name)
	switch {
	case ok:
		if err := assign(k.into, v); err != nil {
			d.errs.add(name, "%s", err)
		}
	case isSection(d.known, name):
		d.errs.add(name, "is a section; write [%s] and its keys below", name)
	default:
		d.errs.add(name, "unknown key; the nearest known one is %s", nearest(d.known, name))
	}
}

// quoted returns one part of a dotted key so that a dot inside it cannot be
// taken for the end of the part.
func quoted(part string) string {
	if part != "" && strings.IndexFunc(part, notBare) < 0 {
		return part
	}
	return `"` + part + `"`
}

// notBare tells which characters need quotes in a key (TOML 1.0, "Keys").
func notBare(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
		return false
	}
	return true
}

// keyLines tells the line on which each table or key of a well-formed file
// stands first.
func keyLines(b []byte) map[string]int {
	lines := map[string]int{}
	p := &unstable.Parser{}
	p.Reset(b)
	section := ""
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = note(p, lines, "", n)
		case unstable.KeyValue:
			inside(p, lines, note(p, lines, section, n), n.Value())
		default:
		}
	}
	return lines
}

// inside notes the keys of an inline table.
func inside(p *unstable.Parser, lines map[string]int, name string, value *unstable.Node) {
	if value.Kind != unstable.InlineTable {
		return
	}
	for it := value.Children(); it.Next(); {
		inside(p, lines, note(p, lines, name, it.Node()), it.Node().Value())
	}
}

// note records every prefix of n's key and returns its full dotted name.
func note(p *unstable.Parser, lines map[string]int, name string, n *unstable.Node) string {
	for it := n.Key(); it.Next(); {
		if name != "" {
			name += "."
		}
		name += quoted(string(it.Node().Data))
		if _, ok := lines[name]; !ok {
			lines[name] = p.Shape(it.Node().Raw).Start.Line
		}
	}
	return name
}
