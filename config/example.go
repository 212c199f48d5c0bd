package config

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed example.toml
var example string

// Example returns a complete configuration file: every key with its default
// and its meaning.
func Example() string { return example }

// Doc returns every key with its default and its meaning as a table in
// Markdown, made from [Example].
func Doc() string {
	var b strings.Builder
	b.WriteString("| key | default | meaning |\n|---|---|---|\n")
	section, meaning := "", ""
	for line := range strings.Lines(example) {
		line = strings.TrimSuffix(line, "\n")
		switch name, value, isKey := strings.Cut(line, " = "); {
		case strings.HasPrefix(line, "# "):
			meaning += line[len("# "):] + " "
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		case isKey:
			fmt.Fprintf(&b, "| `%s.%s` | `%s` | %s |\n", section, name, value, strings.TrimSpace(meaning))
			meaning = ""
		default:
			meaning = ""
		}
	}
	return b.String()
}
