package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// nanos is an instant as stored: UTC nanoseconds since 1970, and 0 for the zero
// time. It holds instants of the years 1678 to 2262.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant scans what nanos stored.
type instant struct{ to *time.Time }

// Scan implements [sql.Scanner].
func (i instant) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as %T", src)
	}
	*i.to = time.Time{}
	if n != 0 {
		*i.to = time.Unix(0, n).UTC()
	}
	return nil
}

// flag is a truth as stored.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// scanner is the part of [sql.Rows] and [sql.Row] that reads one row.
type scanner interface{ Scan(into ...any) error }

// list reads all rows of a query.
func list[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), text string, args ...any) (all []T, err error) {
	rows, err := s.reads.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// first reads the first row of a query, false when there is none.
func first[T any](ctx context.Context, s *Store, scan func(scanner) (T, error), text string, args ...any) (T, bool, error) {
	one, err := scan(s.reads.QueryRowContext(ctx, text, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return one, false, nil
	}
	return one, err == nil, err
}

// count reads the one number that a query yields.
func (s *Store) count(ctx context.Context, text string, args ...any) (n int64, err error) {
	err = s.reads.QueryRowContext(ctx, text, args...).Scan(&n)
	return n, err
}
