package desk_test

import (
	"testing"

	"frontdesk/internal/scenario"
)

// The plays of package scenario with the desk alone; package server plays them
// with a whole server.
func TestPlays(t *testing.T) {
	plays, err := scenario.Plays(scenario.DeskStage)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plays {
		t.Run(p.Name, func(t *testing.T) { scenario.OnDesk(t, p) })
	}
}

// play plays one of them.
func play(t *testing.T, name string) {
	t.Helper()
	p, err := scenario.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	scenario.OnDesk(t, p)
}

// What ci/mutants names.

func TestHeldStoreHoldsEverything(t *testing.T) { play(t, "held-store-holds-everything") }

func TestFailedBatchIsRefusedAndForgotten(t *testing.T) {
	play(t, "failed-store-is-refused-and-forgotten")
}

func TestAgentMayOnlySpeakInHerChats(t *testing.T) { play(t, "agent-speaks-in-her-chats-only") }
