package cmd

import (
	"context"
	"log/slog"

	"frontdesk/config"
	"frontdesk/server"
)

// newServer returns the real daemon.
func newServer(c config.Config, log *slog.Logger, o serveOptions) (process, error) {
	s, err := server.New(c, log, version())
	if err != nil {
		return nil, err
	}
	if o.Demo {
		s.ServeDemo()
	}
	return s, nil
}

// checkServer looks at what the real daemon needs.
func checkServer(ctx context.Context, c config.Config) []finding {
	var found []finding
	for _, f := range server.Check(ctx, c) {
		found = append(found, finding(f))
	}
	return found
}
