package scenario

// talkVerbs are what both sides do. A visitor talks to a queue, or to an agent
// whom she asks for.
func talkVerbs() []verb {
	return []verb{
		{"WHO says TEXT to WHOM", says},
		{"WHO types to WHOM", func(p *player, a args) error { return p.types(a[0], a[1], false) }},
		{"WHO stops typing to WHOM", func(p *player, a args) error { return p.types(a[0], a[1], true) }},
	}
}

func says(p *player, a args) error {
	who, text, whom := a[0], a[1], a[2]
	if p.agents[who] != nil {
		if err := p.visitor(whom); err != nil {
			return err
		}
		return p.do(Answers{Agent: who, Visitor: whom, Text: text})
	}
	if err := p.visitor(who); err != nil {
		return err
	}
	if p.agents[whom] != nil {
		return p.do(Says{Page: who, Queue: SupportQueue, Agent: whom, Text: text})
	}
	return p.do(Says{Page: who, Queue: whom, Text: text})
}

func (p *player) types(who, whom string, stops bool) error {
	if p.agents[who] != nil {
		if err := p.visitor(whom); err != nil {
			return err
		}
		return p.do(AgentTypes{Agent: who, Visitor: whom, Stops: stops})
	}
	if err := p.visitor(who); err != nil {
		return err
	}
	return p.do(VisitorTypes{Page: who, Queue: whom, Stops: stops})
}
