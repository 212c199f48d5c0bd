package wire

import (
	"slices"
	"strings"
)

// tree writes an element so that two are the same if, and only if, the
// notations are: control characters cannot be in a document.
func tree(e *Element) string {
	var b strings.Builder
	writeTree(&b, e)
	return b.String()
}

func writeTree(b *strings.Builder, e *Element) {
	b.WriteString("\x02" + e.Name.Space + "\x01" + e.Name.Local)
	keys := make([]string, 0, len(e.Attrs))
	for _, a := range e.Attrs {
		keys = append(keys, a.Name.Space+"\x01"+a.Name.Local+"\x04"+a.Value)
	}
	// Keys without namespace sort by their names, as expat.py sorts them.
	slices.SortFunc(keys, func(a, b string) int {
		return strings.Compare(strings.TrimPrefix(a, "\x01"), strings.TrimPrefix(b, "\x01"))
	})
	for _, k := range keys {
		b.WriteString("\x03" + k)
	}
	b.WriteByte(5)
	for _, n := range e.Children {
		if n.Element != nil {
			writeTree(b, n.Element)
		} else {
			b.WriteString(n.Text)
		}
	}
	b.WriteByte(6)
}
