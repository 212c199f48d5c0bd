package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/chat"
	"frontdesk/desk"
)

func TestHelp(t *testing.T) {
	for _, line := range []string{"In a conversation with a visitor you can write:", "!close - end this chat now", "!help - show this list"} {
		if !slices.Contains(strings.Split(help(), "\n"), line) {
			t.Errorf("%q is not in\n%s", line, help())
		}
	}
	if got, want := strings.Count(help(), "\n"), len(talked()); got != want {
		t.Errorf("%d lines about %d verbs", got, want)
	}
}

func TestRead(t *testing.T) {
	list := help()
	closes := desk.CloseChat{Visitor: address("a"), Reason: chat.AgentEnded}
	tests := []struct {
		to, text string
		order    desk.Order
		reply    string
	}{
		{"a", "!close", closes, ""},
		{"a", "!CLOSE", closes, ""},
		{"a", "!close\n", closes, ""},
		{"a", "!close bye", closes, ""},
		{"a", "!help", nil, list},
		{"a", "!Help me", nil, list},
		{"a", "!unknown", nil, list},
		{"a", "!closed", nil, list},
		{"a", "! close", nil, list},
		{"a", "!", nil, list},
		{"a", "!agent list", nil, list},
		{"a", "!status", nil, list},
		{"a", "close", nil, ""},
		{"a", " !close", nil, ""},
		{"a", "", nil, ""},
		{"", "!close", nil, list},
		{"", "close", nil, list},
		{"", "hello", nil, list},
		{"", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%q to %q", tt.text, tt.to), func(t *testing.T) {
			says := desk.AgentSays{Agent: "alice@example.com", Resource: "r", Message: chat.Message{ID: "m1", Text: tt.text}}
			if tt.to != "" {
				says.Visitor = address(tt.to)
			}
			want := says
			want.Order, want.Reply = tt.order, tt.reply
			if diff := cmp.Diff(want, Read(says)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadTellsWhatIsWrong has a verb that finds something wrong itself.
func TestReadTellsWhatIsWrong(t *testing.T) {
	v := Verb{Does: order(func(Input) (desk.Order, error) { return desk.CloseChat{}, ErrInvalid })}
	if got := v.told(desk.AgentSays{}); got.Order != nil || got.Reply != "not possible" {
		t.Errorf("told = %+v", got)
	}
}
