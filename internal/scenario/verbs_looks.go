package scenario

import (
	"fmt"
	"slices"
	"strconv"
)

// lookVerbs are about how things stand, as the admin sees them.
func lookVerbs() []verb {
	return []verb{
		{"AGENT has N chat|chats", func(p *player, a args) error {
			if err := p.agent(a[0]); err != nil {
				return err
			}
			return p.stands(Seats, a[0], func(got string, ok bool) bool { return ok && got == strconv.Itoa(a.number(1)) })
		}},
		{"VISITOR is with AGENT", func(p *player, a args) error {
			if err := p.both(a[1], a[0]); err != nil {
				return err
			}
			return p.stands(Where, a[0], func(got string, ok bool) bool { return ok && got == a[1] })
		}},
		{"VISITOR waits", func(p *player, a args) error {
			if err := p.visitor(a[0]); err != nil {
				return err
			}
			return p.stands(Where, a[0], func(got string, ok bool) bool { return ok && got == "" })
		}},
		{"VISITOR has no chat", func(p *player, a args) error {
			if err := p.visitor(a[0]); err != nil {
				return err
			}
			return p.stands(Where, a[0], func(_ string, ok bool) bool { return !ok })
		}},
	}
}

// stands has the admin look how it stands about somebody.
func (p *player) stands(kind Kind, of string, right func(got string, ok bool) bool) error {
	if err := p.do(AdminLooks{}); err != nil {
		return err
	}
	seen := p.memory.of(Admin)
	defer delete(p.memory, Admin)
	i := slices.IndexFunc(seen.all, func(r remembered) bool { return r.Kind == kind && r.Of == of })
	got := ""
	if i >= 0 {
		got = seen.all[i].Text
	}
	if right(got, i >= 0) {
		return nil
	}
	return fmt.Errorf("the admin sees otherwise; %s", seen.rest())
}
