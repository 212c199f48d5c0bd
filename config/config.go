// Package config reads frontdesk's one configuration file (TOML 1.0).
//
// [Load] is what the daemon uses: it starts from [Defaults], decodes strictly
// (unknown keys and wrong types are errors with file, line and the nearest
// known key), finds the secret and checks every value. [Example] is a complete
// file with every key explained, [Doc] the same as a table.
package config

import (
	"net/netip"
	"time"
)

// Config is the whole configuration. It is a value: whoever holds one may read
// it from any goroutine as long as nobody changes it.
type Config struct {
	XMPP      XMPP
	HTTP      HTTP
	Store     Store
	Admin     Admin
	Chat      Chat
	BOSH      BOSH
	WebSocket WebSocket
	Limits    Limits
	Log       Log
}

// XMPP is the component link (XEP-0114).
type XMPP struct {
	Server     string // host:port of the XMPP server's component listener
	Domain     string // our domain there
	Secret     Secret // shared with the XMPP server
	SecretFile string // file that holds the secret, "" when it is not in a file
}

// HTTP is the visitors' side.
type HTTP struct {
	Listen         string         // host:port
	Origins        []string       // sites that may embed us; "*" is any
	PublicURL      string         // as visitors reach us, "" when not told
	TrustedProxies []netip.Prefix // whose Forwarded headers are believed
	TLSCert        string         // PEM file, "" for plain HTTP
	TLSKey         string         // PEM file, "" for plain HTTP
}

// Store is where chats and transcripts are kept.
type Store struct {
	URL       string        // sqlite:///absolute/path
	Retention time.Duration // how long closed chats are kept, 0 is for ever
}

// Admin is what the admin reaches.
type Admin struct {
	Socket  string // path of the unix socket
	Metrics string // host:port of the metrics listener, "" for none
}

// Chat holds the defaults for every queue and agent.
type Chat struct {
	Grace         time.Duration // a chat whose visitor left is closed after this
	GraceBusy     time.Duration // the same while others wait
	OfflineAfter  time.Duration // a lost link counts as offline after this
	AgentGrace    time.Duration // an agent's chats go back to the line after this
	AnswerWithin  time.Duration // to first answer of an agent, 0 is off
	Idle          time.Duration // to the end of a silent chat, 0 is off
	InviteExpires time.Duration // to the visitor's answer to an invitation
	ResumeTTL     time.Duration // how long a visitor's identity outlives its last use
	MaxWaiting    int           // chats waiting in one queue
	CloseOnGone   bool          // an agent's <gone/> (XEP-0085) closes the chat
}

// BOSH is the long-polling transport (XEP-0124).
type BOSH struct {
	Wait        time.Duration // longest time a request is held
	SilentAfter time.Duration // no request for this long after an answer is a lost link
	Inactivity  time.Duration // life of a session without requests
}

// WebSocket is the WebSocket transport (RFC 7395).
type WebSocket struct {
	Ping time.Duration // between pings; two missed are a lost link
}

// Limits bounds what visitors can take; 0 is off.
type Limits struct {
	Sessions           int // sessions alive
	SessionsPerAddress int // of these from one IP address
	CreationsPerSecond int // new sessions each second
	OpenChats          int // chats not closed
	ChatsPerAddress    int // of these from one IP address
}

// Log is what the daemon writes to standard error.
type Log struct {
	Level  string // "debug", "info", "warn" or "error"
	Format string // "text" or "json"
}

// Defaults returns the configuration of an empty file. It lacks the domain and
// the secret, the two things that have no default.
func Defaults() Config {
	return Config{
		XMPP:  XMPP{Server: "127.0.0.1:5347"},
		HTTP:  HTTP{Listen: "127.0.0.1:5280", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}},
		Store: Store{URL: "sqlite:///var/lib/frontdesk/frontdesk.db"},
		Admin: Admin{Socket: "/run/frontdesk/admin.sock"},
		Chat: Chat{
			Grace:         60 * time.Second,
			GraceBusy:     30 * time.Second,
			OfflineAfter:  2 * time.Second,
			AgentGrace:    15 * time.Second,
			InviteExpires: 60 * time.Second,
			ResumeTTL:     24 * time.Hour,
			MaxWaiting:    100,
		},
		BOSH:      BOSH{Wait: 30 * time.Second, SilentAfter: 10 * time.Second, Inactivity: 30 * time.Second},
		WebSocket: WebSocket{Ping: 12 * time.Second},
		Limits:    Limits{Sessions: 20000, SessionsPerAddress: 200, CreationsPerSecond: 200, OpenChats: 10000, ChatsPerAddress: 200},
		Log:       Log{Level: "info", Format: "text"},
	}
}
