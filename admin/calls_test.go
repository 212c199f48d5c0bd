package admin

import (
	"context"
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
		status: engine.Status{
			Status: desk.Status{Link: true, Agents: 1, Online: 2, Queues: 3, Visitors: 4, Waiting: 5, Active: 6, Away: 7}, LinkID: "l1",
			Stats: engine.Stats{Started: noon, Events: 8, Backlog: 10, Stats: desk.Stats{FromVisitor: 9}},
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
	r, err := http.NewRequestWithContext(t.Context(), method, scheme+path, strings.NewReader(body))
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
	for _, path := range []string{"/agents", "/queues", "/visitors", "/chats", "/chats?all=true", "/chats/x/transcript"} {
		if _, body := ask(t, c, http.MethodGet, path, ""); body != "[]\n" {
			t.Errorf("%s = %s", path, body)
		}
	}
}

// TestListingsReadBack proves that the client reads what the server writes.
func TestListingsReadBack(t *testing.T) {
	d := full()
	c, _ := start(t, d)
	ctx := t.Context()
	check := func(name string, want, got any, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	agents, err := c.Agents(ctx)
	check("Agents", []Agent{agentOf(d.agents[0]), agentOf(d.agents[1])}, agents, err)
	queues, err := c.Queues(ctx)
	check("Queues", []Queue{queueOf(d.queues[0])}, queues, err)
	visitors, err := c.Visitors(ctx)
	check("Visitors", []Visitor{visitorOf(d.visitors[0]), visitorOf(d.visitors[1])}, visitors, err)
	chats, err := c.Chats(ctx, false)
	check("Chats", []Chat{chatOf(d.chats[0]), chatOf(d.chats[1]), chatOf(d.chats[2])}, chats, err)
	if d.command != "chats false" {
		t.Errorf("Chats(false) asked for %s", d.command)
	}
	one, err := c.Chat(ctx, "c3")
	check("Chat", detailOf(d.chats[2]), one, err)
	entries, err := c.Transcript(ctx, "c/1?#")
	check("Transcript", []Entry{entryOf(d.entries[0]), entryOf(d.entries[1]), entryOf(d.entries[2])}, entries, err)
	if d.command != "transcript c/1?#" {
		t.Errorf("Transcript asked for %s", d.command)
	}
	status, err := c.Status(ctx)
	check("Status", statusOf(d.status, "1.2.3"), status, err)
}

func TestCommandsReachTheDesk(t *testing.T) {
	d := &fakeDesk{}
	c, _ := start(t, d)
	name, queues, capacity, grace, closed, strategy := "Al", []string{"sales"}, 4, Duration(time.Minute), true, "round_robin"
	tests := []struct {
		want string
		call func(context.Context) error
	}{
		{"add {JID:alice@example.com Name:Alice Queues:[support] Capacity:3 Grace:2m0s}", func(ctx context.Context) error {
			return c.AddAgent(ctx, NewAgent{JID: "ALICE@Example.com", Name: "Alice", Queues: []string{"support"}, Capacity: 3, Grace: Duration(2 * time.Minute)})
		}},
		{"set alice@example.com Al [sales] 4 1m0s", func(ctx context.Context) error {
			return c.SetAgent(ctx, "alice@example.com", AgentPatch{Name: &name, Queues: &queues, Capacity: &capacity, Grace: &grace})
		}},
		{"set alice@example.com - - - -", func(ctx context.Context) error {
			return c.SetAgent(ctx, "Alice@example.com", AgentPatch{})
		}},
		{"remove alice@example.com", func(ctx context.Context) error { return c.RemoveAgent(ctx, "alice@example.com") }},
		{"add {Name:sales Title:Sales Strategy:round_robin Grace:1m0s MaxWaiting:7 Closed:true}", func(ctx context.Context) error {
			return c.AddQueue(ctx, NewQueue{Name: "Sales", Title: "Sales", Strategy: strategy, Grace: grace, MaxWaiting: 7, Closed: true})
		}},
		{"set sales Al round_robin 1m0s 4 true", func(ctx context.Context) error {
			return c.SetQueue(ctx, "sales", QueuePatch{Title: &name, Strategy: &strategy, Grace: &grace, MaxWaiting: &capacity, Closed: &closed})
		}},
		{"set sales - - - - -", func(ctx context.Context) error { return c.SetQueue(ctx, "sales", QueuePatch{}) }},
		{"remove sales", func(ctx context.Context) error { return c.RemoveQueue(ctx, "sales") }},
		{"kick visitor-a@chat.example.com", func(ctx context.Context) error { return c.KickVisitor(ctx, "visitor-a@chat.example.com") }},
		{"close c1", func(ctx context.Context) error { return c.CloseChat(ctx, "c1") }},
		{"chats true", func(ctx context.Context) error { _, err := c.Chats(ctx, true); return err }},
	}
	for _, tt := range tests {
		d.command = ""
		if err := tt.call(t.Context()); err != nil || d.command != tt.want {
			t.Errorf("desk got %q, %v; want %q", d.command, err, tt.want)
		}
	}
}

func TestErrorsKeepTheirKind(t *testing.T) {
	d := &fakeDesk{}
	c, _ := start(t, d)
	odd := errors.New("something odd")
	for _, want := range []error{desk.ErrNotFound, desk.ErrExists, desk.ErrInvalid, engine.ErrStopped, desk.ErrStore, odd} {
		d.err = fmt.Errorf("agent \"x\": %w", want)
		_, listed := c.Agents(t.Context())
		for _, err := range []error{c.RemoveAgent(t.Context(), "x@example.com"), listed} {
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
		{"POST", "/agents", `{"jid":"alice@example.com","name":"` + strings.Repeat("a", maxName+1) + `"}`, 422},
		{"PATCH", "/agents/alice@example.com", `{"name":"a\nb"}`, 422},
		{"POST", "/queues", `{"name":"sales","title":"a\nb"}`, 422},
		{"PATCH", "/queues/sales", `{"title":"a\nb"}`, 422},
		{"POST", "/queues", `{"name":"a b@"}`, 422},
		{"POST", "/queues", `{"name":"visitor-x"}`, 422},
		{"POST", "/queues", `{`, 422},
		{"PATCH", "/queues/support", `{"strategy":3}`, 422},
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

func TestParseAgent(t *testing.T) {
	for in, want := range map[string]roster.AgentJID{
		"alice@example.com":       "alice@example.com",
		"Alice@EXAMPLE.com":       "alice@example.com",
		"alice@example.com/phone": "",
		"example.com":             "",
		"alice@":                  "",
		"@example.com":            "",
		"a b@example.com":         "",
		"":                        "",
	} {
		got, err := ParseAgent(in)
		if got != want || errors.Is(err, desk.ErrInvalid) != (want == "") {
			t.Errorf("ParseAgent(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}
