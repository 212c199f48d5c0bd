// Package roster holds who is here: agents with their presence and capacity,
// visitors with their page, and who is in whose contact list.
//
// It is pure: no I/O, no clock, no goroutine. Addresses are canonical strings
// of named types; they are parsed once, at the edges.
package roster

import "strings"

// VisitorJID is the bare address of a visitor, for example
// "visitor-4f7kq2abcdefghij@chat.example.com".
type VisitorJID string

// Local returns the part before the "@".
func (v VisitorJID) Local() string {
	local, _, _ := strings.Cut(string(v), "@")
	return local
}

// AgentJID is the bare address of an agent's account, for example
// "alice@example.com". The empty string means "no agent".
type AgentJID string

// Local returns the part before the "@".
func (a AgentJID) Local() string {
	local, _, _ := strings.Cut(string(a), "@")
	return local
}
