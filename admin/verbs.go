package admin

import "frontdesk/command"

// What the command line is made of is handed on from package command, which
// stands behind this door.
type (
	// Verb is [command.Verb].
	Verb = command.Verb
	// Group is [command.Group].
	Group = command.Group
	// Input is [command.Input].
	Input = command.Input
	// Output is [command.Output].
	Output = command.Output
)

// Groups returns the verbs of the command line. Groups without any are left out.
func Groups() []Group {
	var groups []Group
	for _, g := range command.Table() {
		var verbs []Verb
		for _, v := range g.Verbs {
			if v.Doors&command.CLI != 0 {
				verbs = append(verbs, v)
			}
		}
		if g.Verbs = verbs; len(verbs) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
