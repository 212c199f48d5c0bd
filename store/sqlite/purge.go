package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	pieceEntries = 8 // of one transcript
	piecePages   = 8 // given back to the file system
)

// How often the log is cut while it is being read, and how long after.
const (
	cutTries = 40
	cutPause = 50 * time.Millisecond
)

const (
	oldChat        = `SELECT num FROM chats WHERE state = 'closed' AND closed <= $1 ORDER BY closed LIMIT 1`
	dropOldEntries = `DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE chat = (` + oldChat + `) LIMIT $2)`
	dropOldChat    = `DELETE FROM chats WHERE num = (` + oldChat + `)`
	// What is known of a visitor goes with the last chat.
	dropOldVisitor = `DELETE FROM visitors WHERE jid = (SELECT visitor FROM chats WHERE num = (` + oldChat + `))
AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.visitor = visitors.jid AND c.num <> (` + oldChat + `))
AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.visitor = visitors.jid)`
)

// run removes the chats that were closed until then and returns how many.
// secure_delete writes zeros where their rows were; copies that lie elsewhere
// are wiped out, and the log, which holds pages as they were, is cut to nothing.
func (p *purge) run(ctx context.Context, until int64) (removed int, err error) {
	n, err := p.inSteps(ctx, "remove chats", func(c *connection) (int64, bool, error) { return removeOld(c, until) })
	if err != nil || n == 0 {
		return int(n), err
	}
	if err := p.wipeGaps(ctx); err != nil {
		return int(n), fmt.Errorf("wipe removed transcripts: %w", err)
	}
	if _, err := p.inSteps(ctx, "give pages back", givePagesBack); err != nil {
		return int(n), err
	}
	if err := p.cutLog(ctx); err != nil {
		return int(n), fmt.Errorf("wipe removed transcripts: %w", err)
	}
	return int(n), nil
}

// removeOld removes some entries of the oldest chat closed until then, or, when
// none is left, that chat; it counts chats.
func removeOld(c *connection, until int64) (int64, bool, error) {
	n, err := c.exec(dropOldEntries, until, int64(pieceEntries))
	if err != nil || n == pieceEntries {
		return 0, true, err
	}
	if err := c.run(dropOldVisitor, until); err != nil {
		return 0, false, err
	}
	n, err = c.exec(dropOldChat, until)
	return n, n > 0, err
}

// givePagesBack takes free pages from the end of the file; it counts pages. A
// file that cannot become smaller keeps them for what comes.
func givePagesBack(c *connection) (int64, bool, error) {
	before, err := c.number("PRAGMA freelist_count")
	if err != nil || before == 0 {
		return 0, false, err
	}
	if _, err := c.value(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", piecePages)); err != nil {
		return 0, false, err
	}
	after, err := c.number("PRAGMA freelist_count")
	return before - after, 0 < after && after < before, err
}

// errBusy says that reading kept the log from being cut.
var errBusy = errors.New("the database is being read")

// cutLog copies the log into the database and cuts it to nothing. Almost all is
// copied while the writer goes on; only then it is kept out for a moment.
func (p *purge) cutLog(ctx context.Context) error {
	for range cutTries {
		if _, err := p.aside.number("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
			return err
		}
		busy, err := p.aside.number("PRAGMA wal_checkpoint(TRUNCATE)")
		if err == nil && busy == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if err := rest(ctx, cutPause); err != nil {
			return err
		}
	}
	return errBusy
}
