//go:build bench

package bench_test

import (
	"maps"
	"testing"

	"frontdesk/internal/peers"
)

// agentName is the account that echoes what visitors say.
const agentName = "echo"

// target is a server under measurement, with an account that echoes.
type target struct {
	name   string // with the version
	addr   string // of its BOSH
	domain string
	to     string // whom visitors write to
	pid    int
	beside int // the XMPP server that it needs, if it is none; 0
	agent  *agent
	desk   *peers.Frontdesk // nil for the others
}

// kinds are the servers in the order of the table.
func kinds() []string { return []string{"frontdesk", "Prosody", "ejabberd"} }

// start starts a server of a kind on the servers' core; it ends with t.
func start(t *testing.T, kind string, settings map[string]string) *target {
	t.Helper()
	var x *target
	onServerCore(func() {
		switch kind {
		case "frontdesk":
			x = startDesk(t, settings)
		case "Prosody":
			x = startPeer(t, kind, peers.Prosody(t))
		case "ejabberd": // as if made for one core; waiting costs nothing
			t.Setenv("ERL_FLAGS", "+S 1 +sbwt none +sbwtdcpu none +sbwtdio none")
			x = startPeer(t, kind, peers.Ejabberd(t))
		}
	})
	if x == nil {
		t.FailNow()
	}
	return x
}

func startPeer(t *testing.T, kind string, s *peers.Server) *target {
	t.Helper()
	return &target{
		name: kind + " " + s.Version, addr: s.HTTPAddr, domain: peers.AnonymousHost,
		to: agentName + "@" + peers.Host + "/bench", pid: s.PID(), agent: login(t, s, noStore),
	}
}

// startDesk starts Prosody and frontdesk attached to it, durable, no limits.
func startDesk(t *testing.T, settings map[string]string) *target {
	t.Helper()
	s := peers.Prosody(t)
	keys := map[string]string{
		"chat.grace": `"60s"`, "chat.grace_busy": `"30s"`, "chat.offline_after": `"2s"`, "chat.agent_grace": `"15s"`,
		"bosh.wait": `"50s"`, "log.level": `"info"`, "limits.sessions": "0", "limits.open_chats": "0",
	}
	maps.Copy(keys, settings)
	f := peers.StartFrontdesk(t, s, keys)
	a := login(t, s, "")
	f.Do("agent", "add", agentName+"@"+peers.Host, "--name", "Echo", "--capacity", "100000")
	return &target{
		name: "frontdesk", addr: f.HTTPAddr, domain: peers.Domain,
		to: "support@" + peers.Domain, pid: f.PID(), beside: s.PID(), agent: a, desk: f,
	}
}
