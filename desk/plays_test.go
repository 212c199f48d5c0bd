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
