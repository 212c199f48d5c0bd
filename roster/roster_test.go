package roster

import (
	"strings"
	"testing"
	"time"
)

func TestBestOfTheResources(t *testing.T) {
	r := Resources{}
	r.Set("phone", Presence{Show: Away, Priority: 0})
	r.Set("pc", Presence{Show: Chat, Priority: -1})
	if got := r.Best(); got != Away {
		t.Errorf("best is %s: a negative priority takes no messages", got)
	}
	r.Set("pc", Presence{Show: Available, Priority: 5})
	if got := r.Best(); got != Available {
		t.Errorf("best is %s", got)
	}
	r.Set("pc", Presence{})
	if got := r.Best(); got != Away {
		t.Errorf("best is %s without the pc", got)
	}
	r.Set("", Presence{})
	if got := r.Best(); got != Unavailable || len(r) != 0 {
		t.Errorf("best is %s of %v", got, r)
	}
}

func TestLoad(t *testing.T) {
	for _, test := range []struct {
		a, b Seats
		less bool
	}{
		{Seats{3, 1, 0}, Seats{2, 1, 0}, true},
		{Seats{2, 1, 0}, Seats{4, 2, 0}, false},
		{Seats{2, 0, 1}, Seats{4, 1, 0}, false},
		{Seats{1, 1, 0}, Seats{0, 0, 0}, true},
		{Seats{0, 0, 0}, Seats{0, 0, 0}, false},
	} {
		if got := test.a.Less(test.b); got != test.less {
			t.Errorf("%v less than %v: %t", test.a, test.b, got)
		}
	}
	if (Seats{2, 1, 1}).Free() || !(Seats{2, 1, 0}).Free() {
		t.Error("a claim under way takes a seat")
	}
}

func TestAgentChecksAndPatches(t *testing.T) {
	name, none, grace, queues, capacity := " ", 0, -time.Second, []string{}, 4
	alice := Agent{JID: "alice@example.com", Name: "Alice", Queues: []string{"support"}, Capacity: 1}
	if err := alice.Check(); err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]AgentPatch{
		"empty name": {Name: &name}, "capacity 0": {Capacity: &none}, "grace -1s": {Grace: &grace}, "without a queue": {Queues: &queues},
	} {
		if err := p.Apply(alice).Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if got := (AgentPatch{Capacity: &capacity}).Apply(alice); got.Capacity != 4 || got.Name != "Alice" || !got.Serves("support") {
		t.Errorf("%+v", got)
	}
}
