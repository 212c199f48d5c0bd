package scenario

import "slices"

// agentVerbs are about what agents do, but for talking.
func agentVerbs() []verb {
	return []verb{
		{"AGENT is an agent of QUEUE with N seat|seats", func(p *player, a args) error {
			s := &staff{queues: []string{a[1]}, seats: a.number(2)}
			p.agents[a[0]] = s
			return p.do(Hires{a[0], s.queues, s.seats})
		}},
		{"AGENT serves QUEUE too", func(p *player, a args) error {
			if err := p.agent(a[0]); err != nil {
				return err
			}
			s := p.agents[a[0]]
			s.queues = append(slices.Clone(s.queues), a[1])
			return p.do(Hires{a[0], s.queues, s.seats})
		}},
		{"STRANGER is a stranger", func(p *player, a args) error {
			p.agents[a[0]] = &staff{} // has an account and is nobody to the desk
			return nil
		}},
		{"AGENT comes online", func(p *player, a args) error { return p.appears(a[0], "online") }},
		{"AGENT goes SHOW", func(p *player, a args) error { return p.appears(a[0], a[1]) }},
		{"AGENT closes the chat window with VISITOR", func(p *player, a args) error {
			if err := p.both(a[0], a[1]); err != nil {
				return err
			}
			return p.do(AgentGoes{a[0], a[1]})
		}},
		{"AGENT confirms TEXT of VISITOR", func(p *player, a args) error {
			if err := p.both(a[0], a[2]); err != nil {
				return err
			}
			return p.do(Confirms{Agent: a[0], Text: a[1], Visitor: a[2]})
		}},
		{"the server of AGENT returns TEXT of VISITOR", func(p *player, a args) error {
			if err := p.both(a[0], a[2]); err != nil {
				return err
			}
			return p.do(Blocks{Agent: a[0], Text: a[1], Visitor: a[2]})
		}},
		{"AGENT looks at VISITOR", func(p *player, a args) error {
			if err := p.both(a[0], a[1]); err != nil {
				return err
			}
			return p.do(Probes{a[0], a[1]})
		}},
	}
}

func (p *player) appears(agent, show string) error {
	if err := p.agent(agent); err != nil {
		return err
	}
	return p.do(Appears{agent, show})
}
