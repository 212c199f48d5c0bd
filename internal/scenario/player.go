package scenario

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// player is one performance: who is who, and what came to whom.
type player struct {
	stage  Stage
	agents map[string]*staff
	pages  map[string]string // of whom, by the page's name
	memory memory
}

// staff is what an agent was hired for.
type staff struct {
	queues []string
	seats  int
}

// On plays the play. The error names the line that failed and says what came
// instead.
func (p Play) On(stage Stage) error {
	now := &player{stage: stage, agents: map[string]*staff{}, pages: map[string]string{}, memory: memory{}}
	for _, l := range p.lines {
		v, a, ok := find(l.words)
		if !ok {
			return p.at(l, "no line says this; the nearest is\n\t%s", nearest(l.words))
		}
		if err := v.does(now, a); err != nil {
			return p.at(l, "%w", err)
		}
	}
	return nil
}

// do has something done, and remembers what came of it.
func (p *player) do(act Act) error {
	err := p.stage.Do(act)
	p.look()
	return err
}

func (p *player) look() {
	for _, s := range p.stage.See() {
		p.memory.add(s)
	}
}

var errWho = errors.New("nobody is called that")

// agent fails unless somebody is an agent.
func (p *player) agent(name string) error {
	if p.agents[name] == nil {
		return fmt.Errorf("%w: the agent %s; those are %s", errWho, name, keys(p.agents))
	}
	return nil
}

// visitor fails unless a page with that name was opened.
func (p *player) visitor(page string) error {
	if p.pages[page] == "" {
		return fmt.Errorf("%w: the visitor %s; those are %s", errWho, page, keys(p.pages))
	}
	return nil
}

// both fails unless the one is an agent and the other a visitor.
func (p *player) both(agent, visitor string) error {
	return errors.Join(p.agent(agent), p.visitor(visitor))
}

// anybody fails unless somebody is an agent or a visitor.
func (p *player) anybody(name string) error {
	if p.agents[name] != nil {
		return nil
	}
	return p.visitor(name)
}

func keys[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }
