package server

import (
	"cmp"
	"context"

	"frontdesk/admin"
	"frontdesk/command"
	"frontdesk/component"
	"frontdesk/config"
	"frontdesk/link"
)

// checkLink looks at the XMPP server. Beside a running daemon it asks that one
// instead: a second link for the domain would take stanzas from the first, or
// end it.
func checkLink(ctx context.Context, cfg config.Config, running bool) []Finding {
	if running {
		return checkDaemon(ctx, admin.NewClient(cfg.Admin.Socket))
	}
	found, err := component.Check(ctx, link.Options{
		Server: cfg.XMPP.Server, Domain: cfg.XMPP.Domain, Secret: string(cfg.XMPP.Secret),
	})
	all := linkFindings(found)
	if err != nil {
		all = append(all, Finding{
			Name: "xmpp", Detail: err.Error(), Remedy: "correct the section [xmpp] and check again",
		})
	}
	return append(all, Finding{
		Name: "agents", OK: true, Detail: "not looked at: only a running daemon sees them; start it and check again",
	})
}

// linkFindings turns the link's findings into ours. One that is well and has a
// remedy is a warning; it says both.
func linkFindings(found []link.Finding) []Finding {
	var out []Finding
	for _, f := range found {
		if f.OK && f.Remedy != "" {
			f.Detail, f.Remedy = "warning: "+f.Detail+"; "+f.Remedy, ""
		}
		out = append(out, Finding(f))
	}
	return out
}

// checkDaemon asks the daemon how its link is and which agents it sees.
func checkDaemon(ctx context.Context, daemon *admin.Client) []Finding {
	status, err := admin.Ask[command.Status](ctx, daemon, "status", nil)
	if err != nil {
		return []Finding{{
			Name: "daemon", Detail: err.Error(), Remedy: "see its log, or stop it and check again",
		}}
	}
	daemonLink := Finding{
		Name: "xmpp.server", OK: status.Link,
		Detail: "the daemon's link is up (port, secret, domain and a second link are not tried beside it)",
	}
	if !status.Link {
		daemonLink.Detail = "the daemon's link is down: " + cmp.Or(status.Trouble, "it is connecting")
		daemonLink.Remedy = "see the daemon's log for the remedy, or stop it and check again"
	}
	agents, err := admin.Ask[[]command.Agent](ctx, daemon, "agent list", nil)
	if err != nil {
		return []Finding{daemonLink, {Name: "agents", Detail: err.Error(), Remedy: "see the daemon's log"}}
	}
	found := []Finding{daemonLink}
	for _, a := range agents {
		found = append(found, checkAgent(a, status.Link))
	}
	return found
}

// checkAgent says what the daemon sees of an agent. Servers do not tell
// whether somebody is offline or may not be seen.
func checkAgent(a command.Agent, link bool) Finding {
	f := Finding{Name: "agent " + a.JID, OK: true, Detail: a.Presence}
	if link && a.Presence == "unavailable" {
		f.Detail = "warning: no presence: offline, or the desk may not see it; " +
			"let the agent accept the desk's request in the client, once"
	}
	return f
}
