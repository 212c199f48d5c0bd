package command

import (
	"context"
	"encoding/json"
	"fmt"

	"frontdesk/desk"
)

// Deed is what a verb does: an order, something to say, a list of rows or one.
type Deed interface {
	run(ctx context.Context, d Desk, in Input) (Output, error)
	// read returns the answer again, from its JSON.
	read(answer []byte) (Output, error)
}

// Output is what a verb answers: Value for programs, the rest for people. The
// zero value says that it is done.
type Output struct {
	Value  any        // what JSON has: a text, a row, or a list of rows
	Text   string     // of a text
	Titles []string   // of rows: what is in each column
	Rows   [][]string // of rows: their cells
	Many   bool       // they are a list, however many there are
}

// Output returns the answer of a verb from its JSON.
func (v Verb) Output(answer []byte) (Output, error) { return v.Does.read(answer) }

// order is a deed of the desk's.
type order func(in Input) (desk.Order, error)

func (o order) run(ctx context.Context, d Desk, in Input) (Output, error) {
	what, err := o(in)
	if err != nil {
		return Output{}, err
	}
	return Output{}, d.Order(ctx, what)
}

func (o order) read([]byte) (Output, error) { return Output{}, nil }

// say is a text that needs nothing of the desk.
type say func(in Input) string

func (s say) run(_ context.Context, _ Desk, in Input) (Output, error) {
	text := s(in)
	return Output{Value: text, Text: text}, nil
}

func (s say) read(answer []byte) (Output, error) {
	text, err := decode[string](answer)
	return Output{Value: text, Text: text}, err
}

// list is a look that answers rows.
type list[T any] struct {
	columns []column[T]
	look    func(ctx context.Context, d Desk, in Input) ([]T, error)
}

// one is a look that answers a single row.
type one[T any] struct {
	columns []column[T]
	look    func(ctx context.Context, d Desk, in Input) (T, error)
}

// column is a part of a row, as people read it.
type column[T any] struct {
	title string
	cell  func(T) string
}

func (l list[T]) run(ctx context.Context, d Desk, in Input) (Output, error) {
	rows, err := l.look(ctx, d, in)
	return l.output(rows), err
}

func (l list[T]) read(answer []byte) (Output, error) {
	rows, err := decode[[]T](answer)
	return l.output(rows), err
}

func (l list[T]) output(rows []T) Output {
	out := table(l.columns, rows)
	out.Value, out.Many = append([]T{}, rows...), true // JSON has [] for none
	return out
}

func (o one[T]) run(ctx context.Context, d Desk, in Input) (Output, error) {
	row, err := o.look(ctx, d, in)
	return o.output(row), err
}

func (o one[T]) read(answer []byte) (Output, error) {
	row, err := decode[T](answer)
	return o.output(row), err
}

func (o one[T]) output(row T) Output {
	out := table(o.columns, []T{row})
	out.Value = row
	return out
}

// table returns rows as people read them.
func table[T any](columns []column[T], rows []T) Output {
	var out Output
	for _, c := range columns {
		out.Titles = append(out.Titles, c.title)
	}
	for _, r := range rows {
		var cells []string
		for _, c := range columns {
			cells = append(cells, c.cell(r))
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func decode[T any](answer []byte) (v T, err error) {
	if err := json.Unmarshal(answer, &v); err != nil {
		return v, fmt.Errorf("read the answer: %w", err)
	}
	return v, nil
}

// each turns what the desk has into rows.
func each[From, To any](of []From, row func(From) To) []To {
	var rows []To
	for _, e := range of {
		rows = append(rows, row(e))
	}
	return rows
}
