package sqlite

import (
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// field is one property of a value and the column that keeps it. The fields of
// a type stand in one function, the only place that lists them: a new property
// is a line there and a migration.
type field struct {
	column   string
	property any // pointer to it, of a type that bind knows
}

// expression is the SQL for a column that does not keep the property as it is.
type expression struct {
	column string
	write  string // has a "$" where the property goes
	read   string
}

// table says how the values of a type are kept, one in a row. Nothing of it
// changes but the row that the writer writes.
type table[T any] struct {
	row     *row[T]
	fields  func(*T) []field
	columns string // as they are read, of the table by its alias
	insert  string // adds a row
	save    string // adds a row, or replaces the one with the same key
}

// newTable describes a table whose key is the first of the fields; alias is its
// name in what is read.
func newTable[T any](name, alias string, fields func(*T) []field, expressions ...expression) *table[T] {
	var columns, values, replaced, read []string
	for i, f := range fields(new(T)) {
		as := expression{f.column, "$", alias + "." + f.column}
		for _, e := range expressions {
			if e.column == f.column {
				as = e
			}
		}
		columns = append(columns, f.column)
		values = append(values, strings.Replace(as.write, "$", fmt.Sprintf("$%d", i+1), 1))
		read = append(read, as.read)
		if i > 0 {
			replaced = append(replaced, f.column+" = excluded."+f.column)
		}
	}
	list := func(parts []string) string { return strings.Join(parts, ", ") }
	insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", name, list(columns), list(values))
	return &table[T]{
		fields:  fields,
		columns: list(read),
		insert:  insert,
		save:    fmt.Sprintf("%s ON CONFLICT (%s) DO UPDATE SET %s", insert, columns[0], list(replaced)),
	}
}

// row is a value that is about to be written. Writing is for one goroutine, so
// a table needs one.
type row[T any] struct {
	value  T
	fields []field // of value
	args   []any
}

// values returns what the columns of v's row hold; it is good until the next
// call, and for the writer alone.
func (t *table[T]) values(v T) []any {
	if t.row == nil {
		t.row = &row[T]{}
		t.row.fields = t.fields(&t.row.value)
		t.row.args = make([]any, len(t.row.fields))
	}
	t.row.value = v
	for i, f := range t.row.fields {
		t.row.args[i] = bind(f.property)
	}
	return t.row.args
}

// scan reads a row of the table's columns.
func (t *table[T]) scan(row scanner) (v T, err error) {
	err = row.Scan(t.into(&v)...)
	return v, err
}

// into returns where the columns of a row are read to, so that v holds them.
func (t *table[T]) into(v *T) []any {
	fields := t.fields(v)
	all := make([]any, len(fields))
	for i, f := range fields {
		all[i] = f.property
		if at, ok := f.property.(*time.Time); ok {
			all[i] = instant{at}
		}
	}
	return all
}

// save adds a row for v, or replaces the one with its key.
func save[T any](c *connection, t *table[T], v T) error { return c.run(t.save, t.values(v)...) }

// bind returns a property as the driver takes it.
func bind(property any) any {
	switch p := property.(type) {
	case *string:
		return *p
	case *bool:
		return flag(*p)
	case *int:
		return int64(*p)
	case *int64:
		return *p
	case *uint8:
		return int64(*p)
	case *time.Time:
		return nanos(*p)
	case word:
		return p.word()
	}
	panic(fmt.Sprintf("no column keeps a %T", property))
}

// word is a property that is kept as a text of its own.
type word interface {
	sql.Scanner
	word() string
}
