package scenario

import "fmt"

// visitorVerbs are about what visitors do, but for talking.
func visitorVerbs() []verb {
	page := func(act func(page string) Act) func(*player, args) error {
		return func(p *player, a args) error {
			if err := p.visitor(a[0]); err != nil {
				return err
			}
			return p.do(act(a[0]))
		}
	}
	return []verb{
		{"VISITOR opens the page", func(p *player, a args) error {
			if p.agents[a[0]] != nil {
				return fmt.Errorf("%s is an agent", a[0])
			}
			p.pages[a[0]] = a[0]
			return p.do(Opens{Visitor: a[0], Page: a[0]})
		}},
		{"PAGE is another page of VISITOR", func(p *player, a args) error {
			if err := p.visitor(a[1]); err != nil {
				return err
			}
			p.pages[a[0]] = p.pages[a[1]]
			return p.do(Opens{Visitor: p.pages[a[0]], Page: a[0]})
		}},
		{"VISITOR leaves", page(func(page string) Act { return Leaves{page} })},
		{"VISITOR loses the net", page(func(page string) Act { return Loses{page} })},
		{"VISITOR finds the net", page(func(page string) Act { return Finds{page} })},
		{"VISITOR ends the chat", page(func(page string) Act { return Ends{Page: page} })},
		{"VISITOR closes the chat window", page(func(page string) Act { return Ends{Page: page, Gone: true} })},
		{"VISITOR asks for the place in the line of QUEUE", func(p *player, a args) error {
			if err := p.visitor(a[0]); err != nil {
				return err
			}
			return p.do(AsksPlace{Page: a[0], Queue: a[1]})
		}},
	}
}
