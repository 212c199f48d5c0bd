package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sightVerbs are what comes to people.
func sightVerbs() []verb {
	return []verb{
		{"WHO hears TEXT [from WHOM]", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Words, Text: a[1], Of: a[2]})
		}},
		{"WHO is told TEXT [of VISITOR]", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Notice, Text: a[1], Of: a[2]})
		}},
		{"WHO is refused CONDITION", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Refusal, Text: a[1]})
		}},
		{"WHO sees WHOM SHOW", func(p *player, a args) error {
			return p.sees(Sight{To: a[0], Kind: Presence, Of: a[1], Text: a[2]})
		}},
		{"WHO sees WHOM typing", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Typing, Of: a[1]})
		}},
		{"WHO sees WHOM stop typing", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Typing, Of: a[1], Text: "stop"})
		}},
		{"WHO gets a receipt for TEXT", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Receipt, Text: a[1]})
		}},
		{"AGENT gets VISITOR as a contact", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Contact, Of: a[1]})
		}},
		{"AGENT loses VISITOR as a contact", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Contact, Of: a[1], Text: "loses"})
		}},
		{"AGENT sees the chat with VISITOR end", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: End, Of: a[1]})
		}},
		{"VISITOR is number N in line", func(p *player, a args) error {
			return p.next(Sight{To: a[0], Kind: Place, Text: a[1]})
		}},
		{"WHO hears nothing more", func(p *player, a args) error {
			if err := p.anybody(a[0]); err != nil {
				return err
			}
			return none(p.memory.of(a[0]).unnamed(Words))
		}},
		{"nothing more", func(p *player, _ args) error {
			var left []Sight
			for _, name := range slices.Sorted(maps.Keys(p.memory)) {
				left = append(left, p.memory[name].unnamed(p.said(name)...)...)
			}
			return none(left)
		}},
	}
}

// next wants the next sight of its kind to be this one.
func (p *player) next(want Sight) error {
	if err := p.anybody(want.To); err != nil {
		return err
	}
	return p.memory.of(want.To).next(want)
}

// sees wants a presence to be the last of its owner. What visitors see of the
// queues is told a little later than it happens, so it has no place in the
// order of what comes to them.
func (p *player) sees(want Sight) error {
	if err := p.anybody(want.To); err != nil {
		return err
	}
	seen := p.memory.of(want.To)
	if p.agents[want.To] != nil {
		return seen.last(want, seen.after)
	}
	before := seen.after
	err := seen.last(want, 0)
	seen.after = before
	return err
}

// said are the kinds of sights that "nothing more" is about.
func (p *player) said(name string) []Kind {
	kinds := []Kind{Words, Notice, Refusal, Typing, Receipt, Contact, End, Place}
	if p.agents[name] != nil {
		kinds = append(kinds, Presence)
	}
	return kinds
}

func none(left []Sight) error {
	if len(left) == 0 {
		return nil
	}
	var b strings.Builder
	for _, s := range left {
		fmt.Fprintf(&b, "\n\t%s", s)
	}
	return fmt.Errorf("but there is more:%s", &b)
}
