package admin

import (
	"context"
	"net/http"
	"net/url"
)

// Status returns the desk in numbers.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var s Status
	err := c.call(ctx, http.MethodGet, "/status", nil, &s)
	return s, err
}

// Agents returns all agents.
func (c *Client) Agents(ctx context.Context) ([]Agent, error) {
	return list[Agent](ctx, c, "/agents")
}

// AddAgent makes an agent; desk.ErrExists, desk.ErrInvalid.
func (c *Client) AddAgent(ctx context.Context, a NewAgent) error {
	return c.call(ctx, http.MethodPost, "/agents", a, nil)
}

// SetAgent changes an agent; desk.ErrNotFound, desk.ErrInvalid.
func (c *Client) SetAgent(ctx context.Context, jid string, p AgentPatch) error {
	return c.call(ctx, http.MethodPatch, "/agents/"+url.PathEscape(jid), p, nil)
}

// RemoveAgent removes an agent, whose chats go back to the line;
// desk.ErrNotFound.
func (c *Client) RemoveAgent(ctx context.Context, jid string) error {
	return c.call(ctx, http.MethodDelete, "/agents/"+url.PathEscape(jid), nil, nil)
}

// Queues returns all queues.
func (c *Client) Queues(ctx context.Context) ([]Queue, error) {
	return list[Queue](ctx, c, "/queues")
}

// AddQueue makes a queue; desk.ErrExists, desk.ErrInvalid.
func (c *Client) AddQueue(ctx context.Context, q NewQueue) error {
	return c.call(ctx, http.MethodPost, "/queues", q, nil)
}

// SetQueue changes a queue; desk.ErrNotFound, desk.ErrInvalid.
func (c *Client) SetQueue(ctx context.Context, name string, p QueuePatch) error {
	return c.call(ctx, http.MethodPatch, "/queues/"+url.PathEscape(name), p, nil)
}

// RemoveQueue removes a queue without open chats; desk.ErrNotFound,
// desk.ErrInvalid.
func (c *Client) RemoveQueue(ctx context.Context, name string) error {
	return c.call(ctx, http.MethodDelete, "/queues/"+url.PathEscape(name), nil, nil)
}

// Visitors returns the visitors who are online or have an open chat.
func (c *Client) Visitors(ctx context.Context) ([]Visitor, error) {
	return list[Visitor](ctx, c, "/visitors")
}

// KickVisitor ends a visitor's streams and chat; desk.ErrNotFound.
func (c *Client) KickVisitor(ctx context.Context, jid string) error {
	return c.call(ctx, http.MethodDelete, "/visitors/"+url.PathEscape(jid), nil, nil)
}

// Chats returns the open chats, or with all every chat in the store, newest
// last.
func (c *Client) Chats(ctx context.Context, all bool) ([]Chat, error) {
	if all {
		return list[Chat](ctx, c, "/chats?all=true")
	}
	return list[Chat](ctx, c, "/chats")
}

// Chat returns one chat, open or closed; desk.ErrNotFound.
func (c *Client) Chat(ctx context.Context, id string) (ChatDetail, error) {
	var d ChatDetail
	err := c.call(ctx, http.MethodGet, "/chats/"+url.PathEscape(id), nil, &d)
	return d, err
}

// CloseChat ends a chat; desk.ErrNotFound.
func (c *Client) CloseChat(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/chats/"+url.PathEscape(id)+"/close", nil, nil)
}

// Transcript returns what was said in a chat, oldest first; desk.ErrNotFound.
func (c *Client) Transcript(ctx context.Context, id string) ([]Entry, error) {
	return list[Entry](ctx, c, "/chats/"+url.PathEscape(id)+"/transcript")
}
