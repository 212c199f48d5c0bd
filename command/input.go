package command

import (
	"cmp"
	"fmt"
	"maps"
)

// Input is what comes with an order: the values of arguments and flags by their
// names, of the types that [Arg] and [Flag] tell.
type Input map[string]any

// Check returns the input as the verb wants it: arguments in their canonical
// form, defaults where no flag was given. It wraps [ErrInvalid].
func (v Verb) Check(in Input) (Input, error) {
	in = maps.Clone(in)
	if in == nil {
		in = Input{}
	}
	for _, a := range v.Args {
		text := in.text(a.Name)
		if text == "" {
			return nil, fmt.Errorf("%s without %s: %w", v.Name, a.Name, ErrInvalid)
		}
		if a.Canonical == nil {
			continue
		}
		canonical, err := a.Canonical(text)
		if err != nil {
			return nil, err
		}
		in[a.Name] = canonical
	}
	for _, f := range v.Flags {
		if _, set := in[f.Name]; !set && !v.Patch {
			in[f.Name] = f.Default
		}
	}
	return in, nil
}

// text returns a text, "" when it was not given.
func (in Input) text(name string) string {
	s, _ := in[name].(string)
	return s
}

// given returns a flag's value, nil when it was not given.
func given[T any](in Input, name string) *T {
	if v, ok := in[name].(T); ok {
		return &v
	}
	return nil
}

func (a Arg) field() string { return cmp.Or(a.Field, a.Name) }

func (f Flag) field() string { return cmp.Or(f.Field, f.Name) }
