package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"frontdesk/chat"
	"frontdesk/ledger"
	"frontdesk/roster"
)

const (
	loadEnv = "FRONTDESK_STORE_LOAD" // url of the store that the child loads
	kills   = 20
)

// TestD4KillLosesNothingAcknowledged kills a process that writes as fast as it
// can, again and again: every row that it was told is on disk is there.
func TestD4KillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	acknowledged := map[int64]bool{}
	for kill := range kills {
		seqs := loadAndKill(t, "sqlite://"+path, 50+kill*97)
		for _, seq := range seqs {
			acknowledged[seq] = true
		}
	}
	s := openAt(t, path)
	entries, err := s.Transcript(t.Context(), "c1")
	if err != nil {
		t.Fatal(err)
	}
	found := map[int64]bool{}
	for _, e := range entries {
		found[e.Seq] = true
	}
	for seq := range acknowledged {
		if !found[seq] {
			t.Errorf("entry %d was acknowledged and is lost", seq)
		}
	}
	if len(acknowledged) < kills*50 {
		t.Errorf("only %d entries were acknowledged", len(acknowledged))
	}
	if state, err := s.integrity(t.Context()); err != nil || state != "ok" {
		t.Errorf("integrity: %s, %v", state, err)
	}
}

// TestD4Durability: a commit is a sync of a write-ahead log. Killing a process
// does not tell, only a power cut would.
func TestD4Durability(t *testing.T) {
	s := open(t, Options{})
	for pragma, want := range map[string]int64{"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "auto_vacuum": 2} {
		got, err := s.await(t.Context(), &batch{independent: true, outside: true, work: func(c *connection) (int64, error) {
			return c.number("PRAGMA " + pragma)
		}})
		if err != nil || got != want {
			t.Errorf("%s is %d, %v", pragma, got, err)
		}
	}
	var mode string
	if err := s.reads.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %s, %v", mode, err)
	}
	if _, err := s.reads.ExecContext(t.Context(), "DELETE FROM chats"); err == nil {
		t.Error("a read connection writes")
	}
}

// loadAndKill runs the child until it has acknowledged some rows, kills it
// with SIGKILL, and returns every row that it acknowledged.
func loadAndKill(t *testing.T, url string, after int) []int64 {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), loadEnv+"="+url)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var seqs []int64
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		seq, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			break // the last line may be cut
		}
		seqs = append(seqs, seq)
		if len(seqs) == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // killed: always an error
	if len(seqs) < after {
		t.Fatalf("the child ended by itself after %d rows", len(seqs))
	}
	return seqs
}

// load is the child: it writes entries and prints the Seq of each that is on
// disk, until it is killed.
func load(url string) {
	s, err := Open(context.Background(), url, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	seq, _, _, err := s.Marks(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	report := func(text string) func(ledger.Committed) {
		return func(c ledger.Committed) {
			if c.Err != nil {
				fmt.Fprintln(os.Stderr, c.Err)
				os.Exit(1)
			}
			_, _ = os.Stdout.WriteString(text)
		}
	}
	s.Commit([]ledger.Change{ledger.SaveChat{Chat: chat.Chat{ID: "c1", Visitor: "v@x", Queue: "support"}}}, report(""))
	for {
		seq++
		e := ledger.Entry{Seq: seq, Chat: "c1", Visitor: "v@x", Text: "word " + strconv.FormatInt(seq, 10), At: time.Now()}
		s.Commit([]ledger.Change{ledger.SaveEntry{Entry: e}, ledger.SaveVisitor{Visitor: roster.Visitor{JID: "v@x"}}},
			report(strconv.FormatInt(seq, 10)+"\n"))
	}
}
