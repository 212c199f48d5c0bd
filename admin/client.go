package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"frontdesk/command"
)

// ErrUnreachable says that nobody answers on the admin socket.
var ErrUnreachable = errors.New("the daemon is not reachable")

const (
	patience = 2 * time.Second        // for a daemon that is starting
	pause    = 50 * time.Millisecond  // between two tries
	maxReply = 256 << 20              // bytes
	origin   = "http://admin.invalid" // the host is never looked up
)

// Client asks a running daemon. Its methods may be called from any goroutine.
// Their errors wrap [ErrUnreachable] or those of package command.
type Client struct {
	path string
	http http.Client
}

// NewClient returns a client for the socket at path; nothing is dialed yet.
func NewClient(path string) *Client {
	c := &Client{path: path}
	c.http.Transport = &http.Transport{DialContext: c.dial, DisableKeepAlives: true}
	return c
}

// dial tries for as long as a daemon may need to start.
func (c *Client) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	until := time.Now().Add(patience)
	for {
		conn, err := d.DialContext(ctx, "unix", c.path)
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		starting := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
		if !starting || time.Now().After(until) {
			return nil, fmt.Errorf("%w: %w; is `frontdesk serve` running, and may you open its socket?", ErrUnreachable, err)
		}
		select {
		case <-time.After(pause): //nolint:forbidigo // nothing tells that a daemon is about to listen
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Call has the daemon carry out a verb and returns its answer. The daemon checks
// the input, see [command.Verb.Check].
func (c *Client) Call(ctx context.Context, v command.Verb, in command.Input) (command.Output, error) {
	r, err := request(ctx, v, in)
	if err != nil {
		return command.Output{}, err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return command.Output{}, dialError(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	if err != nil {
		return command.Output{}, fmt.Errorf("read the daemon's answer: %w", err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return command.Output{}, readFault(response.Status, body)
	}
	return v.Output(body)
}

// dialError drops the made-up address that net/http puts around errors.
func dialError(err error) error {
	if around, ok := errors.AsType[*url.Error](err); ok {
		return around.Err
	}
	return err
}

// Ask is [Client.Call] for the verb of that name, whose rows are T.
func Ask[T any](ctx context.Context, c *Client, name string, in command.Input) (rows T, err error) {
	v, err := command.Find(name)
	if err != nil {
		return rows, err
	}
	out, err := c.Call(ctx, v, in)
	if err != nil {
		return rows, err
	}
	rows, ok := out.Value.(T)
	if !ok {
		return rows, fmt.Errorf("%s answers %T", name, out.Value)
	}
	return rows, nil
}
