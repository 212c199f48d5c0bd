package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
	"frontdesk/store/storetest"
)

// secretWord marks words that have to vanish.
const secretWord = "rosebud"

// fill makes n closed chats with long and short words in them, changed in
// every way a row can be, and as many chats that stay.
func fill(t *testing.T, s *Store, n int) {
	t.Helper()
	seq := int64(0)
	for i := range n {
		for kind, text := range map[string]string{"old": secretWord, "new": "kept"} {
			id := chat.ID(fmt.Sprint(kind, i))
			v := roster.VisitorJID(text + "-" + string(id) + "@x")
			c := chat.Chat{ID: id, Visitor: v, Queue: "support", Opened: storetest.Second(0)}
			changes := []ledger.Change{ledger.SaveChat{Chat: c}, ledger.SaveVisitor{Visitor: roster.Visitor{JID: v, Name: text, Email: text + "@example.com"}}}
			for n := range 6 {
				seq++
				e := ledger.Entry{Seq: seq, Chat: id, Visitor: v, Text: strings.Repeat(text+" ", 1+(i*n)%900), At: storetest.Second(seq)}
				changes = append(changes, ledger.SaveEntry{Entry: e},
					ledger.AddressEntry{Seq: seq, Agent: roster.AgentJID(strings.Repeat(text, 1+n) + "@x"), Outbox: seq << (n * 4)}, ledger.SeeEntry{Seq: seq})
			}
			c.State, c.Closed = chat.Closed, storetest.Second(0)
			if kind == "new" {
				c.Closed = storetest.Second(3600)
			}
			storetest.Must(t, s, append(changes, ledger.SaveChat{Chat: c})...)
		}
	}
}

// remains counts a word in all files of the database.
func remains(t *testing.T, path, word string) (n int) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		all, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(all, []byte(word))
	}
	return n
}

// TestT41RemovedTranscriptsAreGone: after retention no word of what it removed
// is left in the files, and everything else is.
func TestT41RemovedTranscriptsAreGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := openAt(t, path)
	const chats = 250 // more than are removed at one time
	fill(t, s, chats)
	if remains(t, path, secretWord) == 0 {
		t.Fatal("the words are not there before")
	}
	removed, err := s.Retain(t.Context(), storetest.Second(3600), time.Hour)
	if err != nil || removed != chats {
		t.Fatalf("removed %d, %v", removed, err)
	}
	if n := remains(t, path, secretWord); n != 0 {
		t.Errorf("the word is there %d times after", n)
	}
	all, err := s.Chats(t.Context(), true)
	if err != nil || len(all) != chats || len(storetest.Seqs(t, s, "new0")) != 6 {
		t.Errorf("%d chats stay, %v", len(all), err)
	}
	known, err := s.Visitors(t.Context(), []roster.VisitorJID{"rosebud-old0@x", "kept-new0@x"})
	if err != nil || len(known) != 1 || known[0].Name != "kept" {
		t.Errorf("visitors %v, %v", known, err)
	}
}

// TestRetentionRuns: by itself, every day.
func TestRetentionRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), "sqlite://"+path, Options{Retention: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		storetest.Must(t, s, ledger.SaveChat{Chat: chat.Chat{ID: "c", Visitor: "v@x", State: chat.Closed, Closed: time.Now()}})
		for _, wait := range []struct {
			d    time.Duration
			want int
		}{{0, 1}, {23 * time.Hour, 1}, {2 * time.Hour, 0}} {
			time.Sleep(wait.d)
			synctest.Wait()
			if all, err := s.Chats(t.Context(), true); err != nil || len(all) != wait.want {
				t.Errorf("%d chats after %v, want %d, %v", len(all), wait.d, wait.want, err)
			}
		}
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
