package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/store/storetest"
)

// expired makes chats with entries each that are over at storetest.Second(0).
func expired(t testing.TB, s *Store, seq *int64, chats, entries int) {
	t.Helper()
	for i := range chats {
		id := chatID(int64(-1 - i))
		changes := []ledger.Change{ledger.SaveChat{Chat: chat.Chat{
			ID: id, Visitor: visitorJID(id), State: chat.Closed, Closed: storetest.Second(0),
		}}}
		for range entries {
			*seq++
			e := message(*seq)
			e.Chat, e.Visitor, e.Delivery = id, visitorJID(id), ledger.DeliveryConfirmed
			changes = append(changes, ledger.SaveEntry{Entry: e})
		}
		storetest.Must(t, s, changes...)
	}
}

// TestPurgeLetsBatchesThrough: what is said while old chats are removed waits for
// the step under way and for no other, however much there is to remove, and the
// database is not written anew.
func TestPurgeLetsBatchesThrough(t *testing.T) {
	var (
		s        *Store
		purging  bool // this and the rest belong to the writer
		said     int64
		waiting  int // commits since a word began to wait
		longest  int
		commits  int
		refused  error
		answered func(ledger.Committed)
	)
	say := func() {
		said++
		waiting = 1
		s.Commit([]ledger.Change{storetest.Words(1_000_000+said, "c")}, answered)
	}
	answered = func(c ledger.Committed) {
		longest, waiting = max(longest, waiting), 0
		if c.Err != nil {
			refused = c.Err
		}
	}
	s = open(t, Options{BeforeCommit: func() error {
		if !purging {
			return nil
		}
		commits++
		if waiting > 0 {
			waiting++
		} else {
			say() // there is always somebody who waits
		}
		return nil
	}})
	seq := int64(0)
	storetest.Must(t, s, storetest.Waiting("c"))
	expired(t, s, &seq, 200, 1)
	longChat := chat.Chat{ID: "long", Visitor: "long@x", State: chat.Closed, Closed: storetest.Second(0)}
	changes := []ledger.Change{ledger.SaveChat{Chat: longChat}}
	for range 3000 {
		seq++
		changes = append(changes, storetest.Words(seq, "long"))
	}
	storetest.Must(t, s, changes...)
	schema := pragma(t, s, "schema_version")
	set := func(to bool) {
		if _, err := s.await(t.Context(), &batch{independent: true, outside: true, work: func(*connection) (int64, error) {
			purging = to
			return 0, nil
		}}); err != nil {
			t.Fatal(err)
		}
	}
	set(true)
	removed, err := s.Retain(t.Context(), storetest.Second(3600), time.Hour)
	set(false)
	finish(t, s)
	if err != nil || removed != 201 || refused != nil {
		t.Errorf("removed %d, %v; words refused: %v", removed, err, refused)
	}
	if longest > 2 {
		t.Errorf("a word waited for %d commits, want the one under way and its own", longest)
	}
	if least := (200 + 3000/pieceEntries) / stepPieces; commits < least {
		t.Errorf("%d commits, want at least %d", commits, least)
	}
	if n := len(storetest.Seqs(t, s, "c")); int64(n) != said {
		t.Errorf("%d words stored of %d", n, said)
	}
	if got := pragma(t, s, "schema_version"); got != schema {
		t.Error("the database was written anew")
	}
	if state, err := s.integrity(t.Context()); err != nil || state != "ok" {
		t.Errorf("integrity: %s, %v", state, err)
	}
}

// TestStepsAreBounded: a step ends although there is more to do.
func TestStepsAreBounded(t *testing.T) {
	n, more, err := step(nil, func(*connection) (int64, bool, error) { return 1, true, nil })
	if n > stepPieces || !more || err != nil {
		t.Errorf("%d pieces, more: %v, %v", n, more, err)
	}
}

// pragma asks the writer's connection.
func pragma(t testing.TB, s *Store, name string) int64 {
	t.Helper()
	n, err := s.await(t.Context(), &batch{independent: true, outside: true, work: func(c *connection) (int64, error) {
		return c.number("PRAGMA " + name)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPurgeGivesPagesBack: the file becomes smaller by what was removed.
func TestPurgeGivesPagesBack(t *testing.T) {
	s := open(t, Options{})
	empty, seq := pragma(t, s, "page_count"), int64(0)
	expired(t, s, &seq, 100, 20)
	full := pragma(t, s, "page_count")
	if _, err := s.Retain(t.Context(), storetest.Second(3600), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := pragma(t, s, "page_count"); got > empty+2 || full < 4*empty {
		t.Errorf("%d pages empty, %d full, %d after", empty, full, got)
	}
}

// TestT41GapsAreWiped: words that lie where no row is go, on pages of trees,
// and nothing else is touched.
func TestT41GapsAreWiped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := openAt(t, path)
	long := storetest.Words(1, "c") // on pages of its own
	long.Entry.Text = strings.Repeat("kept ", 10_000)
	storetest.Must(t, s, storetest.Waiting("c"), long)
	left := 0
	_, err := s.do(t.Context(), "leave words in gaps", func(c *connection) (int64, error) {
		left = 0
		pages, err := c.number("PRAGMA page_count")
		for n := int64(1); n <= pages && err == nil; n++ {
			var value any
			if value, err = c.value(onePage, n); err != nil {
				break
			}
			one := page{n, value.([]byte)}
			if gap := one.gap(); !one.isMap() && len(gap) > len(secretWord) {
				copy(gap, secretWord)
				left++
				err = c.run(savePage, n, one.data)
			}
		}
		return 0, err
	})
	if err != nil || left < 10 || remains(t, path, secretWord) < left {
		t.Fatalf("left in %d pages, %v", left, err)
	}
	seq := int64(10)
	expired(t, s, &seq, 1, 1)
	if _, err := s.Retain(t.Context(), storetest.Second(3600), time.Hour); err != nil {
		t.Fatal(err)
	}
	if n := remains(t, path, secretWord); n != 0 {
		t.Errorf("the word is there %d times after", n)
	}
	said, err := s.Transcript(t.Context(), "c")
	if err != nil || len(said) != 1 || said[0].Text != long.Entry.Text {
		t.Errorf("%d entries stay, %v", len(said), err)
	}
	if state, err := s.integrity(t.Context()); err != nil || state != "ok" {
		t.Errorf("integrity: %s, %v", state, err)
	}
}

// TestMapsAreLeftAlone: a map is no page of a tree, though its first byte looks
// like one's.
func TestMapsAreLeftAlone(t *testing.T) {
	data := make([]byte, 4096)
	for number, want := range map[int64]bool{1: false, 2: true, 3: false, 821: false, 822: true, 823: false, 1642: true} {
		if got := (page{number, data}).isMap(); got != want {
			t.Errorf("page %d is a map: %v", number, got)
		}
	}
}

// TestOldFileBecomesShrinkable: at the start, when it is small.
func TestOldFileBecomesShrinkable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := openAt(t, path)
	storetest.Must(t, s, storetest.Waiting("c"))
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	script(t, path, "PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM")
	s = openAt(t, path)
	if mode := pragma(t, s, "auto_vacuum"); mode != 2 {
		t.Errorf("auto_vacuum is %d", mode)
	}
	if open, err := s.OpenChats(t.Context()); err != nil || len(open) != 1 {
		t.Errorf("open chats %v, %v", open, err)
	}
}

// TestLockedByAnother: the first batch is refused soon, reading goes on, and so
// does writing afterwards.
func TestLockedByAnother(t *testing.T) {
	s := open(t, Options{})
	storetest.Must(t, s, storetest.Waiting("c"))
	other, err := connect(t.Context(), s.path, asidePragmas())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	if err := other.script("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	refused := make(chan ledger.Committed, 1)
	s.Commit([]ledger.Change{storetest.Words(1, "c")}, func(c ledger.Committed) { refused <- c })
	if open, err := s.OpenChats(t.Context()); err != nil || len(open) != 1 || len(refused) != 0 {
		t.Errorf("open chats %v, %v: reading waits for nobody", open, err)
	}
	if c := <-refused; c.Err == nil || !strings.Contains(c.Err.Error(), "locked") {
		t.Errorf("outcome %v", c.Err)
	}
	if wait := pragma(t, s, "busy_timeout"); wait >= 2000 {
		t.Errorf("it waited for %d ms", wait)
	}
	if err := other.script("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Must(t, s, storetest.Words(1, "c"))
}
