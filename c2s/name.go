package c2s

import (
	"strings"
	"unicode"

	"frontdesk/desk"
)

const (
	maxRunesName = 32
	maxMarks     = 2 // combining characters on one letter
)

// renames tells whether nick is another name than the one the visitor had
// (XEP-0172), and notes it.
func (t *tab) renames(nick string) bool {
	name := cleanName(nick)
	if name == "" {
		return false
	}
	return t.visitor.pace.rename(name)
}

// rename tells the desk a new name that came along with something else.
func (t *tab) rename(nick string) {
	if t.renames(nick) {
		t.ask(desk.Rename{Name: cleanName(nick)}, nothing, func() {})
	}
}

// cleanName makes a name fit to be shown beside others: one line, at most 32
// characters, without controls, invisible characters, bidirectional overrides
// and piles of accents.
func cleanName(s string) string { return cleanLine(s, maxRunesName) }

func cleanLine(s string, limit int) string {
	var out []rune
	for word := range strings.FieldsSeq(s) {
		var clean []rune
		marks := maxMarks // none before the first letter
		for _, r := range word {
			switch {
			case !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
				continue
			case !unicode.Is(unicode.M, r):
				marks = 0
			case marks >= maxMarks:
				continue
			default:
				marks++
			}
			clean = append(clean, r)
		}
		if len(out) > 0 && len(clean) > 0 {
			out = append(out, ' ')
		}
		if out = append(out, clean...); len(out) >= limit {
			out = out[:limit]
			break
		}
	}
	return strings.TrimSpace(string(out))
}
