// Package scenario plays the life of chats from text files: who does what, what
// each side sees, how time passes. The files stand in testdata, one line for
// one thing; `go test ./internal/scenario -run TestVerbs -v` lists what a line
// can say.
//
// The same text is played on two stages: the pure desk with a book as its store
// ([OnDesk], played by the tests of package desk), and a whole server in a
// bubble of its own time (played by the tests of package server). A play that
// can have only one of them says so in its first lines:
//
//	# only: desk, because ...
//
// A map, in the order of reading:
//
//	act sight stage    what people do, what comes to them, where that happens
//	play               the files
//	verb verbs_*       what a line can say: one table, a file for each group
//	player memory      one performance, and what everybody has seen in it
//	desk_*             the desk alone as a stage
package scenario
