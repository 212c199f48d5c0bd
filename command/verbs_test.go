package command

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestEveryVerbRuns gives every verb that people may give from outside to a
// real desk, and reads its answer back from JSON.
func TestEveryVerbRuns(t *testing.T) {
	s := play(t)
	a, b := s.says("a"), s.says("b")
	inputs := map[string]Input{
		"agent add": {"jid": "Bob@Example.com", "queue": []string{"support", "sales"}, "capacity": 3, "grace": 2 * time.Minute},
		"agent set": {"jid": "alice@example.com", "name": "Alice A.", "capacity": 4},
		"agent rm":  {"jid": "bob@example.com"},

		"queue add": {"queue": "Billing", "title": "Bills", "strategy": "round_robin", "grace": time.Minute, "max-waiting": 7},
		"queue set": {"queue": "billing", "closed": true},
		"queue rm":  {"queue": "billing"},

		"visitor show": {"jid": "VISITOR-A@chat.example.com"},
		"visitor kick": {"jid": string(address("b"))},

		"chat list":  {"all": true},
		"chat show":  {"id": a},
		"chat close": {"id": a},

		"transcript show": {"id": b},
	}
	for _, v := range Open(CLI|HTTP, ByAdmin|BySiteReading) {
		in, known := inputs[v.Name]
		if !known && len(v.Args) > 0 {
			t.Errorf("%s has no place in this test", v.Name)
			continue
		}
		out, err := v.Run(t.Context(), s, in)
		if err != nil {
			t.Errorf("%s %v: %v", v.Name, in, err)
		}
		if (out.Value != nil) != v.Answers() {
			t.Errorf("%s answers %+v", v.Name, out)
		}
		answer, err := json.Marshal(out.Value)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := v.Output(answer); err != nil || !cmp.Equal(out, back) {
			t.Errorf("%s comes back: %v\n%s", v.Name, err, cmp.Diff(out, back))
		}
	}
}

// cells returns the rows of a table as lines.
func cells(out Output) string {
	var lines []string
	for _, row := range out.Rows {
		lines = append(lines, strings.Join(row, " | "))
	}
	return strings.Join(lines, "\n")
}

// TestAgentAndQueueDeeds follows an agent and a queue through their lives.
func TestAgentAndQueueDeeds(t *testing.T) {
	s := play(t)
	const alice = "alice@example.com | Alice | support | 2 | 0 | available"
	agents := func(want string) {
		t.Helper()
		if got := cells(s.run("agent list", nil)); got != want {
			t.Errorf("agents\n%s\nwant\n%s", got, want)
		}
	}
	queues := func(want string) {
		t.Helper()
		if got := cells(s.run("queue list", nil)); got != want {
			t.Errorf("queues\n%s\nwant\n%s", got, want)
		}
	}
	agents(alice)
	s.run("agent add", Input{"jid": "Bob@Example.com"})
	agents(alice + "\nbob@example.com | bob | support | 1 | 0 | unavailable")
	s.run("agent set", Input{"jid": "BOB@example.com", "queue": []string{"support", "sales"}, "capacity": 5})
	agents(alice + "\nbob@example.com | bob | support,sales | 5 | 0 | unavailable")

	s.run("queue add", Input{"queue": "Billing", "title": "Bills", "max-waiting": 7, "grace": 90 * time.Second})
	s.run("queue set", Input{"queue": "billing", "strategy": "round_robin", "closed": true, "grace": time.Duration(0)})
	queues("billing | Bills | round_robin | default | 7 | yes | 0 | 0 | 0\n" +
		"sales |  | least_loaded | default | default | no | 0 | 0 | 1\n" +
		"support |  | least_loaded | default | default | no | 0 | 1 | 2")
	s.run("queue rm", Input{"queue": "billing"})
	s.run("agent rm", Input{"jid": "bob@example.com"})
	agents(alice)
}

// TestChatDeeds follows two chats.
func TestChatDeeds(t *testing.T) {
	s := play(t)
	a, b := s.says("a"), s.says("b")
	show := func(id, cause string) {
		t.Helper()
		row, _ := s.run("chat show", Input{"id": id}).Value.(ChatDetail)
		if row.State != "closed" || row.Reason != cause || row.Closed == nil || row.Deadline != nil {
			t.Errorf("%s = %+v", id, row)
		}
	}
	count := func(name string, in Input, want int) {
		t.Helper()
		if out := s.run(name, in); len(out.Rows) != want {
			t.Errorf("%s %v has %d rows, want %d", name, in, len(out.Rows), want)
		}
	}
	if row := s.visitor("a"); !row.Online || row.Tabs != 1 || row.Chat != a {
		t.Errorf("visitor %+v", row)
	}
	count("visitor list", nil, 2)
	count("chat list", nil, 2)
	s.run("chat close", Input{"id": a})
	s.run("visitor kick", Input{"jid": string(address("b"))})
	show(a, "admin-ended")
	show(b, "admin-ended")
	count("chat list", nil, 0)
	count("chat list", Input{"all": true}, 2)
	count("transcript list", nil, 2)
	if got := s.run("transcript show", Input{"id": a}); len(got.Rows) == 0 || got.Rows[0][1] != "visitor" || got.Rows[0][3] != "hello" {
		t.Errorf("transcript %v", got.Rows)
	}
}

func TestStatus(t *testing.T) {
	s := play(t)
	s.says("a")
	row, _ := s.run("status", nil).Value.(Status)
	if row.Version != "1.2.3" || !row.Link || row.Agents != 1 || row.Online != 1 || row.Queues != 2 || row.Visitors != 1 || row.Active != 1 {
		t.Errorf("status %+v", row)
	}
}

func TestUpDown(t *testing.T) {
	for want, s := range map[string]Status{
		"up (4f7kq2)":              {Link: true, LinkID: "4f7kq2"},
		"up":                       {Link: true},
		"down: connection refused": {Trouble: "connection refused"},
		"down":                     {},
	} {
		if got := s.upDown(); got != want {
			t.Errorf("%+v is %q, want %q", s, got, want)
		}
	}
}

// TestRefusals has what verbs find wrong, and what the desk does.
func TestRefusals(t *testing.T) {
	s := play(t)
	s.run("agent add", Input{"jid": "bob@example.com"})
	for _, tt := range []struct {
		verb string
		in   Input
		want error
	}{
		{"agent add", nil, ErrInvalid},
		{"agent add", Input{"jid": "bob"}, ErrInvalid},
		{"agent add", Input{"jid": "bob@example.com/phone"}, ErrInvalid},
		{"agent add", Input{"jid": "Bob@example.com"}, ErrExists},
		{"agent add", Input{"jid": "carol@example.com", "name": "a\nb"}, ErrInvalid},
		{"agent add", Input{"jid": "carol@example.com", "name": "bob"}, ErrInvalid},
		{"agent add", Input{"jid": strings.Repeat("c", 65) + "@example.com"}, ErrInvalid},
		{"agent add", Input{"jid": "carol@example.com", "queue": []string{"none"}}, ErrInvalid},
		{"agent add", Input{"jid": "carol@example.com", "capacity": 0}, ErrInvalid},
		{"agent set", Input{"jid": "carol@example.com", "capacity": 2}, ErrNotFound},
		{"agent set", Input{"jid": "bob@example.com", "name": "Al\u202eice"}, ErrInvalid},
		{"agent rm", Input{"jid": "carol@example.com"}, ErrNotFound},
		{"queue add", Input{"queue": "a b@"}, ErrInvalid},
		{"queue add", Input{"queue": "visitor-x"}, ErrInvalid},
		{"queue add", Input{"queue": "support"}, ErrExists},
		{"queue add", Input{"queue": "billing", "title": "a\nb"}, ErrInvalid},
		{"queue set", Input{"queue": "support", "title": "a\nb"}, ErrInvalid},
		{"queue set", Input{"queue": "none", "title": "None"}, ErrNotFound},
		{"queue rm", Input{"queue": "support"}, ErrInvalid},
		{"visitor show", Input{"jid": string(address("x"))}, ErrNotFound},
		{"visitor kick", Input{"jid": string(address("x"))}, ErrNotFound},
		{"chat show", Input{"id": "none"}, ErrNotFound},
		{"chat close", Input{"id": "none"}, ErrNotFound},
		{"transcript show", Input{"id": "none"}, ErrNotFound},
	} {
		if _, err := s.try(tt.verb, tt.in); !errors.Is(err, tt.want) {
			t.Errorf("%s %v: %v, want %v", tt.verb, tt.in, err, tt.want)
		}
	}
}
