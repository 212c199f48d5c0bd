package cmd

import (
	"errors"
	"fmt"

	"frontdesk/admin"
)

// The exit codes; exitCodes says the same in every help.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitProblems    = 4
)

const exitCodes = `
Exit codes:
  0  done
  1  failed
  2  the command line is wrong
  3  the daemon is not reachable
  4  a check found problems
`

// errProblems says that a check found problems, which it has printed.
var errProblems = errors.New("problems found")

// usageError says that the command line is wrong.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// report prints err and returns the exit code for it.
func (g *globals) report(err error) int {
	code := g.exitCode(err)
	switch code {
	case exitOK, exitProblems:
	case exitUsage:
		_, _ = fmt.Fprintf(g.err, "frontdesk: %v\nTry --help.\n", err)
	default:
		_, _ = fmt.Fprintf(g.err, "frontdesk: %v\n", err)
	}
	return code
}

func (g *globals) exitCode(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case !g.running || errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, admin.ErrUnreachable):
		return exitUnreachable
	case errors.Is(err, errProblems):
		return exitProblems
	}
	return exitFailed
}
