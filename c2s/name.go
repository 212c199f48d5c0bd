package c2s

import (
	"strings"
	"unicode"
)

const (
	maxRunesName = 32
	maxMarks     = 2 // combining characters on one letter
)

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

// printable drops controls other than line breaks and tabs.
func printable(s string) string {
	var out []rune
	for _, r := range s {
		if !unicode.IsControl(r) || r == '\n' || r == '\t' {
			out = append(out, r)
		}
	}
	return string(out)
}
