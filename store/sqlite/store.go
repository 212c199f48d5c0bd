// Package sqlite keeps what must survive a crash: agents, queues, visitors and
// their resume tokens, chats and transcripts with the state of delivery, in one
// SQLite file.
//
// One goroutine writes. It takes whatever batches have queued up during its
// last commit, at most [GroupLimit] operations, and commits them together with
// one sync (WAL, synchronous=FULL): what done has been told is on the disk.
// Reading has connections of its own and never waits for the writer. All
// methods of [Store] may be called by any goroutine.
//
// The SQL uses $1 placeholders, ON CONFLICT and partial indexes only, so that
// the same texts serve PostgreSQL; what differs is under schema/. What a store
// has to do, whatever it is made of, is the suite of store/storetest.
//
// A map, in the order of reading:
//
//	tables connection    what is kept, and one connection that keeps it
//	writer               commits batches in groups
//	file marks migrate   path, lock and rights; the highest numbers; the schema
//	store rows stats     opens and closes; reads; numbers
//	table                how a value becomes a row: the columns stand in
//	chats queues agents  the files of the values, each once
//	entries visitors     "
//	commit apply         takes batches, carries out changes
//	tokens               by themselves
//	steps gaps purge     chats and their traces are removed, a little at a time
//	retention            when that is
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	modernc "modernc.org/sqlite"
)

// Errors of the store; test with errors.Is. Their wrapping texts name the path
// and the remedy and are fit for people.
var (
	ErrInUse        = errors.New("in use by another process")
	ErrNewer        = errors.New("written by a newer frontdesk")
	ErrForeign      = errors.New("not a frontdesk database")
	ErrNotSupported = errors.New("not in this version")
	ErrClosed       = errors.New("the store is closed")
)

// Options is how a store is opened. The zero value is good.
type Options struct {
	// Log gets what goes wrong in the background; nil discards it.
	Log *slog.Logger
	// Retention is how long a closed chat and its transcript are kept; 0 keeps
	// them for ever.
	Retention time.Duration
	// BeforeCommit is a seam for tests: it is called by the writer before each
	// COMMIT, those of tokens and of Writable included. It may block, which holds
	// the commits back, and an error makes the whole group fail as if the disk
	// had refused it.
	BeforeCommit func() error
}

// Store is an open database. It satisfies the desk's store port.
type Store struct {
	path   string
	lock   *os.File
	log    *slog.Logger
	reads  *sql.DB
	tables *tables
	writer *writer

	closing sync.RWMutex // held for reading while a batch is being queued
	closed  bool         // guarded by closing

	retention time.Duration
	stop      context.CancelFunc // ends the retention goroutine
	shutOnce  func() error
	running   sync.WaitGroup // writer and retention goroutines
}

// Open opens the database at url, "sqlite:///absolute/path" or
// "sqlite:relative/path", and makes it when there is none: directory 0700, file
// 0600. It brings an older schema up to date and refuses a newer one
// ([ErrNewer]), a file of another program ([ErrForeign]), and a database that
// another frontdesk has open ([ErrInUse]). ctx bounds the opening alone.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	path, err := pathOf(url)
	if err != nil {
		return nil, err
	}
	lock, err := prepareFile(path)
	if err != nil {
		return nil, err
	}
	s, err := openLocked(ctx, path, opts)
	if err != nil {
		return nil, errors.Join(explain(path, err), lock.Close())
	}
	s.lock = lock
	s.start()
	return s, nil
}

// openLocked opens the connections; the caller holds the lock on path.
func openLocked(ctx context.Context, path string, opts Options) (*Store, error) {
	conn, err := connect(ctx, path, writePragmas())
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, conn, steps()); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	readable, err := modernc.NewConnector(dsn(path, readPragmas()))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare reading: %w", err), conn.Close())
	}
	reads := sql.OpenDB(readable)
	reads.SetMaxOpenConns(readConnections)
	reads.SetMaxIdleConns(readConnections)
	s := &Store{path: path, log: opts.Log, reads: reads, tables: conn.tables, retention: opts.Retention}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if can, err := makeShrinkable(conn); !can {
		s.log.Warn("the file of the store does not become smaller when transcripts are removed; to change that stop frontdesk "+
			"and run: sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM;'", "file", path, "err", err)
	}
	s.writer = newWriter(conn, opts.BeforeCommit)
	if err := s.writer.loadMarks(); err != nil {
		return nil, errors.Join(err, reads.Close(), conn.Close())
	}
	return s, nil
}

// start starts the writer and the retention goroutine; Close waits for both.
func (s *Store) start() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.shutOnce = sync.OnceValue(s.shut)
	s.running.Go(s.writer.run)
	s.running.Go(func() { s.keepRetention(ctx) })
}

// Close commits what is queued, then closes the file. When ctx ends first it
// returns the context's error while closing goes on; a second Close waits for
// the same end. Commits after Close fail with [ErrClosed].
func (s *Store) Close(ctx context.Context) error {
	finished := make(chan error, 1)
	go func() { finished <- s.shutOnce() }()
	select {
	case err := <-finished:
		return err
	case <-ctx.Done():
		return fmt.Errorf("close store: %w", ctx.Err())
	}
}

func (s *Store) shut() error {
	s.stop()
	s.closing.Lock()
	s.closed = true
	close(s.writer.batches)
	s.closing.Unlock()
	s.running.Wait()
	err := errors.Join(s.reads.Close(), s.writer.close(), s.lock.Close())
	if err != nil {
		return fmt.Errorf("close store %s: %w", s.path, err)
	}
	return nil
}
