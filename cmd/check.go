package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk/config"
)

// finding is one thing that was looked at.
type finding struct {
	Name   string
	OK     bool
	Detail string
	Remedy string // what to do, when it is not OK
}

func newCheckCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Look at everything frontdesk needs and say what is wrong", Args: cobra.NoArgs,
		Long: `Look at the configuration, the XMPP server, the store and what else frontdesk
needs, and print each finding with its remedy.`,
		RunE: func(c *cobra.Command, _ []string) error { return runCheck(c.Context(), g) },
	}
}

func runCheck(ctx context.Context, g *globals) error {
	c, err := config.Load(g.config)
	found := configFindings(g.config, err)
	if found == nil {
		return err
	}
	if err == nil {
		for _, w := range config.Warnings(g.config, c) {
			key, text, _ := strings.Cut(w, ": ")
			found = append(found, finding{Name: key, OK: true, Detail: "warning: " + text})
		}
		found = append(found, g.check(ctx, c)...)
	}
	return g.printFindings(found)
}

// configFindings returns what [config.Load] had to say, nil when it could not
// read the file.
func configFindings(path string, err error) []finding {
	var wrong config.Errors
	if err != nil && !errors.As(err, &wrong) {
		return nil
	}
	if err == nil {
		return []finding{{Name: "configuration", OK: true, Detail: path}}
	}
	var found []finding
	for _, e := range wrong {
		found = append(found, finding{Name: "configuration", Detail: e.Error(), Remedy: "change the file and check again"})
	}
	return found
}

// printFindings prints a line for each and returns errProblems unless all are
// well.
func (g *globals) printFindings(found []finding) error {
	var problems error
	for _, f := range found {
		verdict := "ok      "
		if !f.OK {
			verdict, problems = "PROBLEM ", errProblems
		}
		line := verdict + cell(f.Name)
		if f.Detail != "" {
			line += ": " + cell(f.Detail)
		}
		if !f.OK && f.Remedy != "" {
			line += "\n        " + cell(f.Remedy)
		}
		if _, err := fmt.Fprintln(g.out, line); err != nil {
			return err
		}
	}
	return problems
}
