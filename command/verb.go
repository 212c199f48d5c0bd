// Package command is everything that can be ordered of the desk: one table of
// verbs. A verb has a name, arguments and flags, who may give it and through
// which doors, what it does and what it answers. The doors are made from the
// table:
//
//	component   what agents write in conversations, by [Read]
//	admin       a route for each verb on the unix socket
//	cmd         a command for each verb, over admin
//
// To read it: verb.go is what a verb is, deed.go what one can do, input.go what
// comes with an order and json.go the same on the wire; ports.go is what verbs
// need of the desk. agents.go, queues.go, visitors.go, chats.go, transcripts.go,
// status.go and talk.go are the verbs, with their rows. A new property of an
// agent is a flag, a field and a column in agents.go; a new verb is a value in
// one of these files.
//
// A map, in the order of reading:
//
//	ports cells errors address  what verbs need of the desk, columns, errors, addresses
//	verb input deed             what a verb is, what it is given, what it does
//	json                        how what is known of the desk is written
//	agents queues visitors      the table, a group a file
//	chats transcripts status    "
//	talk read                   what agents write, and how it is read
package command

import (
	"context"
	"fmt"
	"strings"
)

// Verb is something that can be ordered.
type Verb struct {
	Name    string // its words, for example "agent add"
	Short   string // what it does, in one line
	Example string // lines for a shell, or ""
	Args    []Arg  // each of them has to be given
	Flags   []Flag // each of them may be given
	Patch   bool   // it changes what its flags name, and needs one; none has a default
	Who     Who
	Doors   Doors
	Route   string // method and path for HTTP, where {field} is an argument
	Does    Deed
}

// Arg is a text that has to be given with a verb.
type Arg struct {
	Name  string
	Field string // its name in JSON and in routes; "": the same
	// Canonical checks the text and returns its one true form; nil: any text is.
	Canonical func(string) (string, error)
}

// Flag is something that may be given with a verb.
type Flag struct {
	Name  string
	Field string // its name in JSON and in queries; "": the same
	// Default counts when nothing is given. Its type is the flag's: string,
	// []string, int, time.Duration or bool.
	Default any
	Help    string
}

// Who is a set of those who may give an order.
type Who uint8

// Those who give orders.
const (
	ByAgent      Who = 1 << iota // in her own chats
	BySupervisor                 // in every chat
	ByAdmin
	BySiteReading // a site's own programs that may read
)

// Doors is a set of ways in which an order comes.
type Doors uint8

// The doors.
const (
	Talk Doors = 1 << iota // "!verb" in an agent's conversation with a visitor
	CLI                    // a command of the program, which goes through HTTP
	HTTP                   // the verb's Route
)

// Group is verbs that belong together.
type Group struct {
	Name  string // the first word of their names; "": they stand alone
	Short string // what they are about, in one line
	Verbs []Verb
}

// Table returns every verb there is.
func Table() []Group {
	return []Group{agents(), queues(), visitors(), chats(), transcripts(), status(), talk()}
}

// Find returns the verb of that name; it wraps [ErrNotFound].
func Find(name string) (Verb, error) {
	for _, g := range Table() {
		for _, v := range g.Verbs {
			if v.Name == name {
				return v, nil
			}
		}
	}
	return Verb{}, fmt.Errorf("command %q: %w", name, ErrNotFound)
}

// Open returns the verbs that one of these doors has for one of these people.
func Open(doors Doors, who Who) []Verb {
	var open []Verb
	for _, g := range Table() {
		for _, v := range g.Verbs {
			if v.Doors&doors != 0 && v.Who&who != 0 {
				open = append(open, v)
			}
		}
	}
	return open
}

// Run carries a verb out and returns its answer after all changes are on disk.
// Its errors wrap those of this package, or are that of ctx.
func (v Verb) Run(ctx context.Context, d Desk, in Input) (Output, error) {
	in, err := v.Check(in)
	if err != nil {
		return Output{}, err
	}
	return v.Does.run(ctx, d, in)
}

// Answers tells whether a verb answers more than that it is done.
func (v Verb) Answers() bool {
	_, changes := v.Does.(order)
	return !changes
}

// PathFields returns the fields of the arguments that stand in the route's path.
func (v Verb) PathFields() []string {
	var fields []string
	for _, a := range v.Args {
		if strings.Contains(v.Route, "{"+a.field()+"}") {
			fields = append(fields, a.field())
		}
	}
	return fields
}

// HasBody tells whether a request for it brings JSON: what is not in the path,
// unless it is only a look.
func (v Verb) HasBody() bool {
	looks := strings.HasPrefix(v.Route, "GET ")
	return !looks && len(v.Args)+len(v.Flags) > len(v.PathFields())
}
