package command

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// Duration is a time.Duration that is text in JSON, for example "1m30s".
type Duration time.Duration

// MarshalText writes d as [time.Duration.String] does. It never fails.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *Duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 90s", b)
	}
	*d = Duration(parsed)
	return nil
}

// Fields returns an input as JSON has it: the values by their fields.
func (v Verb) Fields(in Input) map[string]any {
	fields := map[string]any{}
	for _, a := range v.Args {
		fields[a.field()] = in.text(a.Name)
	}
	for _, f := range v.Flags {
		switch given := in[f.Name].(type) {
		case nil:
		case time.Duration:
			fields[f.field()] = Duration(given)
		default:
			fields[f.field()] = given
		}
	}
	return fields
}

// FromJSON reads an input strictly: one object, known fields only. It wraps
// [ErrInvalid].
func (v Verb) FromJSON(r io.Reader) (Input, error) {
	d := json.NewDecoder(r)
	var fields map[string]json.RawMessage
	if err := d.Decode(&fields); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: more than one JSON value", ErrInvalid)
	}
	in := Input{}
	for field, value := range fields {
		if err := v.take(in, field, value); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// FromTexts reads an input from the texts of a path and a query; what is none of
// the verb's is passed over. It wraps [ErrInvalid].
func (v Verb) FromTexts(texts map[string][]string) (Input, error) {
	in := Input{}
	for _, a := range v.Args {
		if given := texts[a.field()]; len(given) > 0 {
			in[a.Name] = given[0]
		}
	}
	for _, f := range v.Flags {
		given := texts[f.field()]
		if len(given) == 0 {
			continue
		}
		if err := v.take(in, f.field(), f.json(given)); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// take reads a field into in; null is nothing.
func (v Verb) take(in Input, field string, value json.RawMessage) error {
	if string(value) == "null" {
		return nil
	}
	name, read := v.field(field)
	if read == nil {
		return fmt.Errorf("%s: %w; there is no field %q", v.Name, ErrInvalid, field)
	}
	given, err := read(value)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", name, ErrInvalid, err)
	}
	in[name] = given
	return nil
}

// field returns what a field belongs to and how it is read; nil for none.
func (v Verb) field(field string) (name string, read func(json.RawMessage) (any, error)) {
	if i := slices.IndexFunc(v.Args, func(a Arg) bool { return a.field() == field }); i >= 0 {
		return v.Args[i].Name, value[string]
	}
	if i := slices.IndexFunc(v.Flags, func(f Flag) bool { return f.field() == field }); i >= 0 {
		return v.Flags[i].Name, v.Flags[i].value
	}
	return "", nil
}

// value reads a flag's value.
func (f Flag) value(raw json.RawMessage) (any, error) {
	switch f.Default.(type) {
	case []string:
		return value[[]string](raw)
	case int:
		return value[int](raw)
	case bool:
		return value[bool](raw)
	case time.Duration:
		var d Duration
		err := json.Unmarshal(raw, &d)
		return time.Duration(d), err
	}
	return value[string](raw)
}

func value[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// json returns texts as the flag has them in JSON.
func (f Flag) json(texts []string) json.RawMessage {
	switch f.Default.(type) {
	case []string:
		return quoted(texts)
	case int, bool:
		return json.RawMessage(texts[0])
	}
	return quoted(texts[0])
}

func quoted(v any) json.RawMessage {
	b, _ := json.Marshal(v) // texts never fail
	return b
}
