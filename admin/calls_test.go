package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/chat"
	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/engine"
	"frontdesk/ledger"
	"frontdesk/queue"
	"frontdesk/roster"
)

// zone is not UTC, to see that everything is told in UTC.
func zone() *time.Location { return time.FixedZone("test", 2*60*60) }

func full() *fakeDesk {
	noon := time.Date(2026, 11, 20, 14, 0, 0, 0, zone())
	return &fakeDesk{
		agents: []desk.AgentInfo{
			{Agent: roster.Agent{JID: "alice@example.com", Name: "Alice", Queues: []string{"support"}, Capacity: 3}, Chats: 1, Presence: roster.Chat},
			{Agent: roster.Agent{JID: "bob@example.com", Name: "Bob", Capacity: 1}},
		},
		queues: []desk.QueueInfo{{Queue: queue.Queue{Name: "support", Grace: 90 * time.Second, MaxWaiting: 5, Closed: true}, Waiting: 1, Agents: 2, Online: 1}},
		visitors: []desk.VisitorInfo{
			{Visitor: roster.Visitor{JID: "visitor-a@chat.example.com", Name: "<b>Ann&", Page: roster.Page{Title: "Shop", URI: "https://shop.example/"}}, Online: true, Tabs: 2, Chat: "c1"},
			{Visitor: roster.Visitor{JID: "visitor-b@chat.example.com"}},
		},
		chats: []chat.Chat{
			{ID: "c1", Visitor: "visitor-a@chat.example.com", Queue: "support", State: chat.Away, Agent: "alice@example.com", Opened: noon, Deadlines: chat.Deadlines{Grace: noon.Add(time.Minute)}},
			{ID: "c2", Visitor: "visitor-b@chat.example.com", Queue: "support", State: chat.Queued, Opened: noon, Deadlines: chat.Deadlines{Wanted: noon, IdleWarn: noon}},
			{ID: "c3", State: chat.Closed, Opened: noon, Closed: noon.Add(time.Hour), Reason: chat.IdleTooLong, Deadlines: chat.Deadlines{Grace: noon}},
		},
		entries: []ledger.Entry{
			{Author: ledger.FromVisitor, ID: "m1", Text: "hello", At: noon, Delivery: ledger.DeliverySeen},
			{Author: ledger.FromAgent, Agent: "alice@example.com", AgentName: "Alice", ID: "m2", Replace: "m0", Text: "hi", At: noon, Delivery: ledger.DeliveryConfirmed},
			{Author: ledger.FromDesk, At: noon},
		},
		process: command.Process{
			Version: "1.2.3", LinkID: "l1",
			Status: engine.Status{
				Status: desk.Status{Link: true, Agents: 1, Online: 2, Queues: 3, Visitors: 4, Waiting: 5, Active: 6, Away: 7},
				Stats:  engine.Stats{Started: noon, Events: 8, Backlog: 10, Stats: desk.Stats{FromVisitor: 9}},
			},
		},
	}
}

// TestListingsJSON fixes the names and forms that others read.
func TestListingsJSON(t *testing.T) {
	c, _ := start(t, full())
	tests := []struct{ path, want string }{
		{"/agents", `[{"jid":"alice@example.com","name":"Alice","queues":["support"],"capacity":3,"chats":1,"presence":"chat"},
			{"jid":"bob@example.com","name":"Bob","queues":[],"capacity":1,"chats":0,"presence":"unavailable"}]`},
		{"/queues", `[{"name":"support","title":"","strategy":"least_loaded","grace":"1m30s","max_waiting":5,"closed":true,"waiting":1,"agents":2,"online":1}]`},
		{"/visitors", `[{"jid":"visitor-a@chat.example.com","name":"<b>Ann&","page":{"title":"Shop","uri":"https://shop.example/"},"online":true,"tabs":2,"chat":"c1"},
			{"jid":"visitor-b@chat.example.com","name":"","page":null,"online":false,"tabs":0,"chat":""}]`},
		{"/chats", `[{"id":"c1","visitor":"visitor-a@chat.example.com","queue":"support","agent":"alice@example.com","state":"away","opened":"2026-11-20T12:00:00Z","deadline":"2026-11-20T12:01:00Z"},
			{"id":"c2","visitor":"visitor-b@chat.example.com","queue":"support","agent":"","state":"queued","opened":"2026-11-20T12:00:00Z","deadline":null},
			{"id":"c3","visitor":"","queue":"","agent":"","state":"closed","opened":"2026-11-20T12:00:00Z","deadline":null}]`},
		{"/chats/c3", `{"id":"c3","visitor":"","queue":"","agent":"","state":"closed","opened":"2026-11-20T12:00:00Z","deadline":null,"closed":"2026-11-20T13:00:00Z","reason":"idle"}`},
		{"/chats/c2/transcript", `[{"at":"2026-11-20T12:00:00Z","author":"visitor","agent":"","name":"","id":"m1","replace":"","text":"hello","delivery":"seen"},
			{"at":"2026-11-20T12:00:00Z","author":"agent","agent":"alice@example.com","name":"Alice","id":"m2","replace":"m0","text":"hi","delivery":"confirmed"},
			{"at":"2026-11-20T12:00:00Z","author":"desk","agent":"","name":"","id":"","replace":"","text":"","delivery":"pending"}]`},
		{"/visitors/visitor-b@chat.example.com", `{"jid":"visitor-b@chat.example.com","name":"","page":null,"online":false,"tabs":0,"chat":""}`},
		{"/transcripts", `[{"id":"c1","visitor":"visitor-a@chat.example.com","queue":"support","agent":"alice@example.com","state":"away","opened":"2026-11-20T12:00:00Z","deadline":"2026-11-20T12:01:00Z"},
			{"id":"c2","visitor":"visitor-b@chat.example.com","queue":"support","agent":"","state":"queued","opened":"2026-11-20T12:00:00Z","deadline":null},
			{"id":"c3","visitor":"","queue":"","agent":"","state":"closed","opened":"2026-11-20T12:00:00Z","deadline":null}]`},
		{"/status", `{"version":"1.2.3","started":"2026-11-20T12:00:00Z","link":true,"link_id":"l1","trouble":"","agents":1,"online":2,"queues":3,"visitors":4,"waiting":5,"active":6,"away":7,
			"stats":{"events":8,"batches":0,"failed":0,"opened":0,"closed":0,"requeued":0,"from_agent":0,"from_visitor":9,"refused":0,"outbox":0,"backlog":10}}`},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			status, got := ask(t, c, http.MethodGet, tt.path, "")
			want := strings.NewReplacer("\n", "", "\t", "").Replace(tt.want)
			if status != http.StatusOK || strings.TrimSpace(got) != want {
				t.Errorf("%d %s", status, cmp.Diff(want, strings.TrimSpace(got)))
			}
		})
	}
}

// ask sends a raw request and returns the status and the body.
func ask(t *testing.T, c *Client, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, origin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(b)
}

func TestEmptyListsAreNotNull(t *testing.T) {
	c, _ := start(t, &fakeDesk{})
	for _, path := range []string{"/agents", "/queues", "/visitors", "/chats", "/chats?all=true", "/transcripts", "/chats/x/transcript"} {
		if _, body := ask(t, c, http.MethodGet, path, ""); body != "[]\n" {
			t.Errorf("%s = %s", path, body)
		}
	}
}

// TestAnswersReadBack proves that the client reads what the server writes, for
// every verb that answers.
func TestAnswersReadBack(t *testing.T) {
	d := full()
	c, _ := start(t, d)
	for _, v := range command.Open(command.HTTP, command.ByAdmin) {
		if !v.Answers() {
			continue
		}
		in := command.Input{"id": "c3", "jid": "visitor-b@chat.example.com"}
		want, err := v.Run(t.Context(), d, in)
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		got, err := c.Call(t.Context(), v, in)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", v.Name, err, diff)
		}
	}
}

func TestAsk(t *testing.T) {
	c, _ := start(t, full())
	rows, err := Ask[[]command.Queue](t.Context(), c, "queue list", nil)
	if len(rows) != 1 || rows[0].Name != "support" || err != nil {
		t.Errorf("Ask = %+v, %v", rows, err)
	}
	if _, err := Ask[[]command.Agent](t.Context(), c, "queue list", nil); err == nil {
		t.Error("queues are taken for agents")
	}
	if _, err := Ask[[]command.Agent](t.Context(), c, "agent fire", nil); !errors.Is(err, command.ErrNotFound) {
		t.Errorf("a verb that is not there: %v", err)
	}
}

func TestCommandsReachTheDesk(t *testing.T) {
	d := &fakeDesk{}
	c, _ := start(t, d)
	tests := []struct {
		want, verb string
		in         command.Input
	}{
		{"add {JID:alice@example.com Name:Alice Queues:[support] Capacity:3 Grace:2m0s}", "agent add", command.Input{
			"jid": "ALICE@Example.com", "name": "Alice", "queue": []string{"support"}, "capacity": 3, "grace": 2 * time.Minute,
		}},
		{"add {JID:bob@example.com Name:bob Queues:[support] Capacity:1 Grace:0s}", "agent add", command.Input{"jid": "bob@example.com"}},
		{"set alice@example.com Al [sales] 4 1m0s", "agent set", command.Input{
			"jid": "alice@example.com", "name": "Al", "queue": []string{"sales"}, "capacity": 4, "grace": time.Minute,
		}},
		{"set alice@example.com - - - -", "agent set", command.Input{"jid": "Alice@example.com"}},
		{"remove alice@example.com", "agent rm", command.Input{"jid": "alice@example.com"}},
		{"add {Name:sales Title:Sales Strategy:round_robin Grace:1m0s MaxWaiting:7 Closed:true}", "queue add", command.Input{
			"queue": "Sales", "title": "Sales", "strategy": "round_robin", "grace": time.Minute, "max-waiting": 7, "closed": true,
		}},
		{"set sales Al round_robin 1m0s 4 true", "queue set", command.Input{
			"queue": "sales", "title": "Al", "strategy": "round_robin", "grace": time.Minute, "max-waiting": 4, "closed": true,
		}},
		{"set sales - - - - -", "queue set", command.Input{"queue": "sales"}},
		{"remove sales", "queue rm", command.Input{"queue": "sales"}},
		{"kick visitor-a@chat.example.com", "visitor kick", command.Input{"jid": "visitor-a@chat.example.com"}},
		{"close c1", "chat close", command.Input{"id": "c1"}},
		{"chats false", "chat list", nil},
		{"chats true", "chat list", command.Input{"all": true}},
		{"transcript c/1?#", "transcript show", command.Input{"id": "c/1?#"}},
	}
	for _, tt := range tests {
		d.command = ""
		if _, err := c.Call(t.Context(), verb(t, tt.verb), tt.in); err != nil || d.command != tt.want {
			t.Errorf("desk got %q, %v; want %q", d.command, err, tt.want)
		}
	}
}

func verb(t *testing.T, name string) command.Verb {
	t.Helper()
	v, err := command.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestErrorsKeepTheirKind(t *testing.T) {
	d := &fakeDesk{}
	c, _ := start(t, d)
	odd := errors.New("something odd")
	for _, want := range []error{command.ErrNotFound, command.ErrExists, command.ErrInvalid, command.ErrStopped, command.ErrStore, odd} {
		d.err = fmt.Errorf("agent \"x\": %w", want)
		_, removed := c.Call(t.Context(), verb(t, "agent rm"), command.Input{"jid": "x@example.com"})
		_, listed := c.Call(t.Context(), verb(t, "agent list"), nil)
		for _, err := range []error{removed, listed} {
			if err == nil || err.Error() != d.err.Error() {
				t.Errorf("the text is %v, want %v", err, d.err)
			}
			for _, k := range kinds() {
				if errors.Is(err, k.err) != errors.Is(want, k.err) {
					t.Errorf("%v is %v: %t", err, k.err, errors.Is(err, k.err))
				}
			}
		}
	}
}

func TestBadRequests(t *testing.T) {
	d := &fakeDesk{}
	c, _ := start(t, d)
	tests := []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/agents", `{"jid":"alice@example.com","nickname":"x"}`, 422},
		{"POST", "/agents", `{"jid":"alice@example.com"} {}`, 422},
		{"POST", "/agents", `{"jid":"alice"}`, 422},
		{"POST", "/agents", `{"jid":"alice@example.com/phone"}`, 422},
		{"POST", "/agents", `{"jid":"alice@example.com","grace":"soon"}`, 422},
		{"POST", "/agents", ``, 422},
		{"POST", "/agents", `{"jid":"` + strings.Repeat("a", maxAsk) + `"}`, 422},
		{"PATCH", "/agents/example.com", `{}`, 422},
		{"PATCH", "/agents/alice@example.com", `[]`, 422},
		{"DELETE", "/agents/@", ``, 422},
		{"POST", "/agents", `{"jid":"alice@example.com","name":"\u001b]0;x\u0007"}`, 422},
		{"POST", "/agents", `{"jid":"alice@example.com","name":"Al\u202eice"}`, 422},
		{"POST", "/agents", `{"jid":"alice@example.com","name":"` + strings.Repeat("a", 65) + `"}`, 422},
		{"PATCH", "/agents/alice@example.com", `{"name":"a\nb"}`, 422},
		{"POST", "/queues", `{"name":"sales","title":"a\nb"}`, 422},
		{"PATCH", "/queues/sales", `{"title":"a\nb"}`, 422},
		{"POST", "/queues", `{"name":"a b@"}`, 422},
		{"POST", "/queues", `{"name":"visitor-x"}`, 422},
		{"POST", "/queues", `{`, 422},
		{"PATCH", "/queues/support", `{"strategy":3}`, 422},
		{"GET", "/chats?all=perhaps", ``, 422},
		{"GET", "/chats/none", ``, 404},
		{"GET", "/nothing", ``, 404},
		{"PUT", "/agents", ``, 404},
	}
	for _, tt := range tests {
		status, body := ask(t, c, tt.method, tt.path, tt.body)
		var f fault
		if err := json.Unmarshal([]byte(body), &f); status != tt.want || err != nil || f.Text == "" {
			t.Errorf("%s %s %.40s = %d %s, want %d", tt.method, tt.path, tt.body, status, body, tt.want)
		}
	}
	if d.command != "" && d.command != "chats true" {
		t.Errorf("the desk was asked to %s", d.command)
	}
}
