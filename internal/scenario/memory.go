package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// memory is what came to each: the lines of a play name it in the order in
// which it came.
type memory map[string]*seen

// seen is what came to one.
type seen struct {
	all   []remembered
	after int // what was named last stands before this
}

type remembered struct {
	Sight
	named bool // by a line of the play
}

func (m memory) of(name string) *seen {
	if m[name] == nil {
		m[name] = &seen{}
	}
	return m[name]
}

func (m memory) add(s Sight) {
	one := m.of(s.To)
	one.all = append(one.all, remembered{Sight: s})
}

// forget is for what came so far.
func (m memory) forget() { clear(m) }

// next names the next sight of the wanted kind. It fails when there is none,
// when it is another than the one wanted, and when it came before what was named
// last. Where want has no Of anybody will do.
func (s *seen) next(want Sight) error {
	i := slices.IndexFunc(s.all, func(r remembered) bool { return !r.named && r.Kind == want.Kind })
	if i < 0 {
		return s.missed()
	}
	got := s.all[i].Sight
	if want.Of == "" {
		got.Of = ""
	}
	switch {
	case got != want:
		return fmt.Errorf("%s instead; %s", s.all[i].Sight, s.rest())
	case i < s.after:
		return s.early()
	}
	s.all[i].named, s.after = true, i+1
	return nil
}

// last names all presences of somebody, the last of which has to be the one
// wanted. It came when it began to be so.
func (s *seen) last(want Sight, from int) error {
	first, found := -1, false
	for i := from; i < len(s.all); i++ {
		got := s.all[i].Sight
		if got.Kind != want.Kind || got.Of != want.Of {
			continue
		}
		if got.Text != want.Text {
			first = -1
		} else if first < 0 {
			first = i
		}
		found = true
	}
	switch {
	case !found && s.passed(want):
		return s.early()
	case !found:
		return s.missed()
	case first < 0:
		return fmt.Errorf("that was not the last; %s", s.rest())
	}
	for i := from; i < len(s.all); i++ {
		if s.all[i].Kind == want.Kind && s.all[i].Of == want.Of {
			s.all[i].named = true
		}
	}
	s.after = max(s.after, first+1)
	return nil
}

// passed tells whether something came before what was named last, and no line
// has named it.
func (s *seen) passed(want Sight) bool {
	return slices.Contains(s.all[:s.after], remembered{Sight: want})
}

func (s *seen) early() error {
	return fmt.Errorf("it came before what the line above says; %s", s.rest())
}

func (s *seen) missed() error { return fmt.Errorf("nothing like that came; %s", s.rest()) }

// unnamed are the sights of these kinds that no line has named.
func (s *seen) unnamed(kinds ...Kind) []Sight {
	var left []Sight
	for _, r := range s.all {
		if !r.named && slices.Contains(kinds, r.Kind) {
			left = append(left, r.Sight)
		}
	}
	return left
}

// rest tells all that came, for people.
func (s *seen) rest() string {
	if len(s.all) == 0 {
		return "nothing came at all"
	}
	var b strings.Builder
	b.WriteString("what came so far (* is named):")
	for _, r := range s.all {
		mark := " "
		if r.named {
			mark = "*"
		}
		fmt.Fprintf(&b, "\n\t%s %s", mark, r.Sight)
	}
	return b.String()
}
