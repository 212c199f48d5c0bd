package scenario

import "testing"

func TestPlays(t *testing.T) {
	plays, err := Plays(DeskStage)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plays {
		t.Run(p.Name, func(t *testing.T) { OnDesk(t, p) })
	}
}
