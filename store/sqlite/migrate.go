package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
)

// application marks our files (PRAGMA application_id): "fdsk".
const application = 0x6664736b

//go:embed schema/*.sql
var schema embed.FS

// steps returns the schema's versions in order, each as the SQL that makes it
// from the one before. The list only ever grows.
func steps() []string {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil
	}
	var texts []string
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil
		}
		texts = append(texts, string(text))
	}
	return texts
}

// migrate brings the schema to the last of steps, all in one transaction.
func migrate(ctx context.Context, c *connection, steps []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	version, err := versionOf(c)
	if err != nil {
		return err
	}
	switch {
	case version > int64(len(steps)):
		return fmt.Errorf("schema version %d, this program knows %d: %w", version, len(steps), ErrNewer)
	case version == int64(len(steps)):
		return nil
	}
	if err := c.script("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin migration: %w", err)
	}
	if err := runSteps(c, version, steps); err != nil {
		_ = c.script("ROLLBACK") // the first error is the one that tells
		return err
	}
	return nil
}

// versionOf returns the version of the schema, 0 for an empty database.
func versionOf(c *connection) (int64, error) {
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return 0, fmt.Errorf("read schema: %w", err)
	}
	owner, err := c.number("PRAGMA application_id")
	if err != nil {
		return 0, fmt.Errorf("read owner: %w", err)
	}
	if owner != application && (owner != 0 || tables > 0) {
		return 0, fmt.Errorf("it belongs to another program: %w", ErrForeign)
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return 0, fmt.Errorf("read version: %w", err)
	}
	return version, nil
}

func runSteps(c *connection, version int64, steps []string) error {
	for i, text := range steps[version:] {
		if err := c.script(text); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", int(version)+i+1, err)
		}
	}
	// PRAGMA takes no arguments; both are our own numbers.
	if err := c.script(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", application, len(steps))); err != nil {
		return fmt.Errorf("commit migration: %w", err)
	}
	return nil
}

// smallFile is how large, in pages, a file may be to be written anew at the
// start: 64 MiB, a second or two.
const smallFile = 1 << 14

// makeShrinkable makes a file of an older version one that can give pages back,
// and tells whether it can. A large one stays as it is: what is removed from it
// is wiped all the same, and its place used again.
func makeShrinkable(c *connection) (bool, error) {
	mode, err := c.number("PRAGMA auto_vacuum")
	if err != nil || mode != 0 {
		return err == nil, err
	}
	if pages, err := c.number("PRAGMA page_count"); err != nil || pages > smallFile {
		return false, err
	}
	err = c.script("PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
	return err == nil, err
}
