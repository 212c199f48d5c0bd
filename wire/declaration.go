package wire

import (
	"bytes"
	"strings"
)

// cutDeclaration cuts a leading XML declaration off (XML 1.0 §2.8). It must
// not declare anything but version 1.0 and UTF-8.
func cutDeclaration(b []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(b, []byte("<?xml"))
	if !ok || len(rest) == 0 || !isSpaceByte(rest[0]) {
		return b, nil
	}
	inside, rest, ok := bytes.Cut(rest, []byte("?>"))
	if !ok || bytes.ContainsAny(inside, "<>&/") {
		return nil, notWellFormed("XML declaration")
	}
	tag := append(append([]byte("<xml"), inside...), '>')
	if _, err := checkTag(tag); err != nil {
		return nil, err
	}
	start, err := lexFolded(tag)
	if err != nil {
		return nil, err
	}
	want := []string{"version", "encoding", "standalone"}
	for i, a := range start.Attr {
		for len(want) > 0 && want[0] != a.Name.Local {
			want = want[1:]
		}
		if len(want) == 0 || (i == 0) != (a.Name.Local == "version") || a.Name.Space != "" || !declares(a.Name.Local, a.Value) {
			return nil, notWellFormed("XML declaration")
		}
		want = want[1:]
	}
	if len(start.Attr) == 0 {
		return nil, notWellFormed("XML declaration")
	}
	return rest, nil
}

func declares(name, value string) bool {
	switch name {
	case "version":
		return value == "1.0"
	case "encoding":
		return strings.EqualFold(value, "utf-8")
	}
	return value == "yes" || value == "no"
}
