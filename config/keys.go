package config

import (
	"slices"
	"strings"
)

// key is one key of the file: its dotted name and where its value goes. The
// type of into is the type of the value.
type key struct {
	name string
	into any
}

// keys lists every key there is; nothing else says which keys exist.
func keys(c *Config) []key {
	return []key{
		{"xmpp.server", &c.XMPP.Server},
		{"xmpp.domain", &c.XMPP.Domain},
		{"xmpp.secret", &c.XMPP.Secret},
		{"xmpp.secret_file", &c.XMPP.SecretFile},
		{"http.listen", &c.HTTP.Listen},
		{"http.origins", &c.HTTP.Origins},
		{"http.public_url", &c.HTTP.PublicURL},
		{"http.trusted_proxies", &c.HTTP.TrustedProxies},
		{"http.tls_cert", &c.HTTP.TLSCert},
		{"http.tls_key", &c.HTTP.TLSKey},
		{"store.url", &c.Store.URL},
		{"store.retention", &c.Store.Retention},
		{"admin.socket", &c.Admin.Socket},
		{"admin.metrics", &c.Admin.Metrics},
		{"chat.grace", &c.Chat.Grace},
		{"chat.grace_busy", &c.Chat.GraceBusy},
		{"chat.offline_after", &c.Chat.OfflineAfter},
		{"chat.agent_grace", &c.Chat.AgentGrace},
		{"chat.answer_within", &c.Chat.AnswerWithin},
		{"chat.idle", &c.Chat.Idle},
		{"chat.invite_expires", &c.Chat.InviteExpires},
		{"chat.resume_ttl", &c.Chat.ResumeTTL},
		{"chat.max_waiting", &c.Chat.MaxWaiting},
		{"chat.close_on_gone", &c.Chat.CloseOnGone},
		{"bosh.wait", &c.BOSH.Wait},
		{"bosh.silent_after", &c.BOSH.SilentAfter},
		{"bosh.inactivity", &c.BOSH.Inactivity},
		{"websocket.ping", &c.WebSocket.Ping},
		{"limits.sessions", &c.Limits.Sessions},
		{"limits.sessions_per_address", &c.Limits.SessionsPerAddress},
		{"limits.creations_per_second", &c.Limits.CreationsPerSecond},
		{"limits.open_chats", &c.Limits.OpenChats},
		{"limits.chats_per_address", &c.Limits.ChatsPerAddress},
		{"log.level", &c.Log.Level},
		{"log.format", &c.Log.Format},
	}
}

// find returns the key called name, false when there is none.
func find(known []key, name string) (key, bool) {
	i := slices.IndexFunc(known, func(k key) bool { return k.name == name })
	if i < 0 {
		return key{}, false
	}
	return known[i], true
}

// isSection tells whether name is a table that holds keys.
func isSection(known []key, name string) bool {
	return slices.ContainsFunc(known, func(k key) bool { return strings.HasPrefix(k.name, name+".") })
}

// nearest returns the known key that name was most likely meant to be: the
// fewest edits, where a right name in the wrong section costs one.
func nearest(known []key, name string) string {
	best, least := "", -1
	for _, k := range known {
		d := min(distance(name, k.name), 1+distance(last(name), last(k.name)))
		if least < 0 || d < least {
			best, least = k.name, d
		}
	}
	return best
}

func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// distance counts the edits (Levenshtein) between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			edit := diagonal
			if a[i] != b[j] {
				edit++
			}
			diagonal = row[j+1]
			row[j+1] = min(edit, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
