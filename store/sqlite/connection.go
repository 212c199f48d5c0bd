package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"

	modernc "modernc.org/sqlite"
)

// readConnections is how many questions are answered at one time.
const readConnections = 4

// checkpointPages is how long the write-ahead log grows, in pages of 4 KiB,
// before its pages are copied into the database: rare enough that a page
// changed by many groups is copied once.
const checkpointPages = 8192

// busyTimeout is how long, in milliseconds, a database that somebody else has
// locked is asked for before the batches are refused.
const busyTimeout = 1500

// writePragmas are those of the one connection that writes. How a file gives
// pages back is settled before its first page is written.
func writePragmas() []string {
	return []string{
		fmt.Sprintf("busy_timeout(%d)", busyTimeout), "auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "secure_delete(ON)",
		fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages), "cache_size(-65536)", "journal_size_limit(67108864)",
	}
}

func readPragmas() []string {
	return []string{fmt.Sprintf("busy_timeout(%d)", busyTimeout), "query_only(ON)", "cache_size(-8192)"}
}

// asidePragmas are those of the connection that only copies the write-ahead log
// into the database. It waits for nobody: while it waited, the writer would.
func asidePragmas() []string { return []string{"busy_timeout(10)"} }

func dsn(path string, pragmas []string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: path}
	u.RawQuery = url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}.Encode()
	return u.String()
}

// connection is the one that writes: the driver's own, because database/sql
// costs as much per statement as SQLite does. It belongs to one goroutine.
type connection struct {
	conn     driver.Conn
	tables   *tables
	prepared map[string]driver.Stmt // by text
	args     []driver.NamedValue    // of the running statement
}

func connect(ctx context.Context, path string, pragmas []string) (*connection, error) {
	connector, err := modernc.NewConnector(dsn(path, pragmas))
	if err != nil {
		return nil, fmt.Errorf("prepare the connection: %w", err)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &connection{conn: conn, tables: newTables(), prepared: map[string]driver.Stmt{}}, nil
}

// script runs several statements that have no arguments.
func (c *connection) script(text string) error {
	_, err := c.conn.(driver.ExecerContext).ExecContext(context.Background(), text, nil)
	return err
}

// exec runs one statement, prepared once, and returns how many rows it changed.
// Arguments are int64, string, []byte or bool.
func (c *connection) exec(text string, args ...any) (int64, error) {
	stmt, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.(driver.StmtExecContext).ExecContext(context.Background(), c.named(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// number returns the one number that a query yields, 0 when it yields nothing.
func (c *connection) number(text string) (int64, error) {
	value, err := c.value(text)
	n, _ := value.(int64)
	return n, err
}

// value runs a query to its end and returns the first value of its first row,
// nil when there is none.
func (c *connection) value(text string, args ...any) (first driver.Value, err error) {
	stmt, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(context.Background(), c.named(args))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for n := 0; ; n++ {
		if err := rows.Next(row); err != nil {
			if errors.Is(err, io.EOF) {
				return first, nil
			}
			return nil, err
		}
		if n == 0 && len(row) > 0 {
			first = row[0]
		}
	}
}

func (c *connection) prepare(text string) (driver.Stmt, error) {
	if stmt, ok := c.prepared[text]; ok {
		return stmt, nil
	}
	stmt, err := c.conn.Prepare(text)
	if err != nil {
		return nil, err
	}
	c.prepared[text] = stmt
	return stmt, nil
}

func (c *connection) named(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, arg := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.args
}

// Close ends the prepared statements and the connection.
func (c *connection) Close() error {
	var all []error
	for _, stmt := range c.prepared {
		all = append(all, stmt.Close())
	}
	return errors.Join(append(all, c.conn.Close())...)
}

// run is exec for a statement whose count of rows does not matter.
func (c *connection) run(text string, args ...any) error {
	_, err := c.exec(text, args...)
	return err
}
