package scenario

import (
	"embed"
	"fmt"
	"path"
	"regexp"
	"strings"

	"frontdesk/config"
)

//go:embed testdata/*.txt
var files embed.FS

// The kinds of stages a play may ask for.
const (
	DeskStage   = "desk"
	ServerStage = "server"
)

// Play is one file.
type Play struct {
	Name  string // of the file, without directory and .txt
	Only  string // the kind of stage it is for; "" for all
	Rules Rules

	file  string
	lines []line
}

// line is one line that says something.
type line struct {
	number int
	text   string
	words  []string
}

// Plays returns all plays for a kind of stage, by name.
func Plays(kind string) ([]Play, error) {
	entries, err := files.ReadDir("testdata")
	if err != nil {
		return nil, err
	}
	var all []Play
	for _, e := range entries {
		p, err := Load(strings.TrimSuffix(e.Name(), ".txt"))
		if err != nil {
			return nil, err
		}
		if p.Only == "" || p.Only == kind {
			all = append(all, p)
		}
	}
	return all, nil
}

// Load reads the play with that name.
func Load(name string) (Play, error) {
	file := path.Join("testdata", name+".txt")
	text, err := files.ReadFile(file)
	if err != nil {
		return Play{}, err
	}
	return parse(name, file, string(text))
}

// parse reads a play's lines. Errors begin with file and line.
func parse(name, file, text string) (Play, error) {
	p := Play{Name: name, file: "internal/scenario/" + file}
	var rules []string
	for i, raw := range strings.Split(text, "\n") {
		l := line{number: i + 1, text: strings.TrimSpace(raw)}
		rule, isRule := strings.CutPrefix(l.text, "with ")
		switch {
		case l.text == "":
		case strings.HasPrefix(l.text, "#"):
			if err := p.comment(l); err != nil {
				return p, err
			}
		case isRule && len(p.lines) == 0:
			rules = append(rules, rule)
		default:
			if l.words = split(l.text); l.words == nil {
				return p, p.at(l, "a quotation mark is missing")
			}
			p.lines = append(p.lines, l)
		}
	}
	return p, p.readRules(rules)
}

// comment takes what a comment says to the machine.
func (p *Play) comment(l line) error {
	wish, ok := strings.CutPrefix(l.text, "# only: ")
	if !ok {
		return nil
	}
	kind, reason, _ := strings.Cut(wish, ", because ")
	if kind != DeskStage && kind != ServerStage || reason == "" {
		return p.at(l, "want %q or %q, and the reason behind \", because \"", DeskStage, ServerStage)
	}
	p.Only = kind
	return nil
}

// readRules takes the lines "with KEY = VALUE", which are lines of the
// configuration.
func (p *Play) readRules(lines []string) error {
	c, err := config.Parse(p.file, []byte(strings.Join(lines, "\n")))
	p.Rules = Rules{c.Chat, c.Limits}
	return err
}

// at is what is wrong with a line.
func (p *Play) at(l line, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s: %w", p.file, l.number, l.text, fmt.Errorf(format, args...))
}

// split takes a line apart: words, and texts in double quotes, which stay in
// them. It is nil when a quotation mark is missing.
func split(text string) []string {
	if strings.Count(text, `"`)%2 != 0 {
		return nil
	}
	return regexp.MustCompile(`"[^"]*"|[^\s"]+`).FindAllString(text, -1)
}
