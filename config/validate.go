package config

import (
	"time"
)

// maxWait is the longest bosh.wait: proxies cut requests off after 60 s.
const maxWait = 50 * time.Second

// Validate checks what the values mean. The error is an [Errors] that names
// each key and the remedy.
func (c Config) Validate() error { return c.problems().orNil() }

func (c Config) problems() Errors {
	var es Errors
	c.XMPP.check(&es)
	c.HTTP.check(&es)
	c.Store.check(&es)
	c.Admin.check(&es)
	c.Chat.check(&es)
	c.BOSH.check(&es)
	atLeast(&es, "websocket.ping", c.WebSocket.Ping, time.Millisecond)
	c.Limits.check(&es)
	oneOf(&es, "log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf(&es, "log.format", c.Log.Format, "text", "json")
	return es
}

func (x XMPP) check(es *Errors) {
	address(es, "xmpp.server", x.Server, true)
	domain(es, "xmpp.domain", x.Domain)
	switch {
	case x.Secret == "":
		es.add("xmpp.secret", "is missing; set it, or xmpp.secret_file, or the environment variable %s", secretEnv)
	case hasControl(string(x.Secret)):
		es.add("xmpp.secret", "has a control character in it; use one line of text")
	}
}

func (h HTTP) check(es *Errors) {
	address(es, "http.listen", h.Listen, false)
	origins(es, "http.origins", h.Origins)
	publicURL(es, "http.public_url", h.PublicURL)
	if h.TLSCert != "" && h.TLSKey == "" {
		es.add("http.tls_cert", "http.tls_key is missing; set both or none")
	}
	if h.TLSKey != "" && h.TLSCert == "" {
		es.add("http.tls_key", "http.tls_cert is missing; set both or none")
	}
}

func (s Store) check(es *Errors) {
	storeURL(es, "store.url", s.URL)
	atLeast(es, "store.retention", s.Retention, 0)
}

func (a Admin) check(es *Errors) {
	socketPath(es, "admin.socket", a.Socket)
	if a.Metrics != "" {
		address(es, "admin.metrics", a.Metrics, false)
	}
}

func (c Chat) check(es *Errors) {
	atLeast(es, "chat.grace", c.Grace, 0)
	atLeast(es, "chat.grace_busy", c.GraceBusy, 0)
	atLeast(es, "chat.offline_after", c.OfflineAfter, 0)
	atLeast(es, "chat.agent_grace", c.AgentGrace, 0)
	atLeast(es, "chat.answer_within", c.AnswerWithin, 0)
	atLeast(es, "chat.idle", c.Idle, 0)
	atLeast(es, "chat.invite_expires", c.InviteExpires, time.Second)
	atLeast(es, "chat.resume_ttl", c.ResumeTTL, time.Second)
	if c.Grace >= 0 && c.Grace < c.OfflineAfter {
		es.add("chat.grace", "%s is shorter than chat.offline_after (%s); raise it or lower the other", c.Grace, c.OfflineAfter)
	}
	if c.MaxWaiting < 1 {
		es.add("chat.max_waiting", "must be at least 1; to take no chats, close the queue")
	}
}

func (b BOSH) check(es *Errors) {
	atLeast(es, "bosh.wait", b.Wait, time.Second)
	if b.Wait > maxWait {
		es.add("bosh.wait", "%s is longer than proxies allow; set %s or less", b.Wait, maxWait)
	}
	if b.Wait%time.Second != 0 {
		es.add("bosh.wait", "must be whole seconds (XEP-0124 section 7.1)")
	}
	atLeast(es, "bosh.silent_after", b.SilentAfter, time.Millisecond)
	atLeast(es, "bosh.inactivity", b.Inactivity, time.Second)
}

func (l Limits) check(es *Errors) {
	notNegative(es, "limits.sessions", l.Sessions)
	notNegative(es, "limits.sessions_per_address", l.SessionsPerAddress)
	notNegative(es, "limits.creations_per_second", l.CreationsPerSecond)
	notNegative(es, "limits.open_chats", l.OpenChats)
	notNegative(es, "limits.chats_per_address", l.ChatsPerAddress)
}
