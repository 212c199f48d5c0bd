package link

import (
	"context"
	"strings"

	"frontdesk/wire"
)

// Version asks a host what it runs (XEP-0092) and tells the known flaws of
// that. It waits for the answer: neither the reader nor the writer may call it.
func (c *Conn) Version(ctx context.Context, host string) Finding {
	f := Finding{Name: "version of " + host, OK: true}
	query, err := c.ask(ctx, host, wire.New(wire.NSVersion, "query", nil))
	if err != nil {
		f.Detail = "not told (" + err.Error() + ")"
		return f
	}
	name, version := childText(query, "name"), childText(query, "version")
	f.Detail = strings.TrimSpace(name + " " + version)
	if a := advice(name, version); a != "" {
		f.Detail += ": " + a
		f.Remedy = "update the XMPP server, unless its package has the fix already"
	}
	return f
}

func childText(e *wire.Element, local string) string {
	if child := e.Child(e.Name.Space, local); child != nil {
		return child.Text()
	}
	return ""
}
