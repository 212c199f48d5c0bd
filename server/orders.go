package server

import (
	"context"

	"frontdesk/command"
	"frontdesk/desk"
	"frontdesk/engine"
)

// ordered is the desk as the verbs of package command know it.
type ordered struct {
	*engine.Engine
	server *Server
}

// Look is the engine's.
func (o ordered) Look(ctx context.Context, f func(command.View)) error {
	return o.Engine.Look(ctx, func(d *desk.Desk) { f(d) })
}

// Process adds to the desk's numbers what the link knows of itself.
func (o ordered) Process(ctx context.Context) (command.Process, error) {
	status, err := o.Status(ctx)
	link := o.server.link.Stats()
	status.Link = link.Up
	return command.Process{
		Status: status, Version: o.server.version, LinkID: link.LinkID, Trouble: link.Trouble,
	}, err
}
