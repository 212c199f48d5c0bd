package scenario

import (
	"errors"
	"time"
)

// houseVerbs are about what happens to all.
func houseVerbs() []verb {
	return []verb{
		{"with KEY = VALUE", func(*player, args) error {
			return errors.New("the rules stand before everything else")
		}},
		{"there is a queue QUEUE", func(p *player, a args) error { return p.do(AddsQueue{a[0]}) }},
		{"TIME pass|passes", func(p *player, a args) error {
			d, err := time.ParseDuration(a[0])
			p.stage.Pass(d)
			p.look()
			return err
		}},
		{"the link is cut", func(p *player, _ args) error { return p.do(Link{Up: false}) }},
		{"the link is up", func(p *player, _ args) error { return p.do(Link{Up: true}) }},
		{"the desk restarts", func(p *player, _ args) error { return p.do(Restarts{}) }},
		{"the store is held", func(p *player, _ args) error { return p.do(Store{Holds}) }},
		{"the store goes on", func(p *player, _ args) error { return p.do(Store{Writes}) }},
		{"the store fails", func(p *player, _ args) error { return p.do(Store{Fails}) }},
		{"the admin closes the chat of VISITOR", func(p *player, a args) error {
			if err := p.visitor(a[0]); err != nil {
				return err
			}
			return p.do(AdminCloses{a[0]})
		}},
		{"so far so good", func(p *player, _ args) error {
			p.memory.forget()
			return nil
		}},
	}
}
