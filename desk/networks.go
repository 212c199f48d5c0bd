package desk

import "frontdesk/roster"

// networks counts the open chats of each network, so that nobody fills all
// seats alone. A chat stays with the one that opened it; after a restart that
// is not known until its visitor is back.
type networks map[roster.Network]int

// enter counts a chat, unless it is counted already or nobody knows where its
// visitor is.
func (n networks) enter(c *openChat, from roster.Network) {
	if from != "" && c.network == "" {
		c.network = from
		n[from]++
	}
}

// leave counts it no more.
func (n networks) leave(c *openChat) {
	if c.network == "" {
		return
	}
	if n[c.network]--; n[c.network] <= 0 {
		delete(n, c.network)
	}
}
