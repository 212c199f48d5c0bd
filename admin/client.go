package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// ErrUnreachable says that nobody answers on the admin socket.
var ErrUnreachable = errors.New("the daemon is not reachable")

const (
	patience = 2 * time.Second        // for a daemon that is starting
	pause    = 50 * time.Millisecond  // between two tries
	maxReply = 256 << 20              // bytes
	scheme   = "http://admin.invalid" // the host is never looked up
)

// Client asks a running daemon. Its methods may be called from any goroutine.
// Their errors wrap [ErrUnreachable] or the desk's sentinels.
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

// call sends ask (nil: no body) and decodes the answer into reply (nil: none).
func (c *Client) call(ctx context.Context, method, path string, ask, reply any) error {
	r, err := request(ctx, method, path, ask)
	if err != nil {
		return err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return dialError(err)
	}
	defer func() { _ = response.Body.Close() }()
	body := json.NewDecoder(io.LimitReader(response.Body, maxReply))
	if response.StatusCode >= http.StatusBadRequest {
		f := fault{Text: response.Status}
		if err := body.Decode(&f); err != nil {
			return fmt.Errorf("the daemon answered %s", response.Status)
		}
		return f.err()
	}
	if reply == nil {
		return nil
	}
	if err := body.Decode(reply); err != nil {
		return fmt.Errorf("read the daemon's answer: %w", err)
	}
	return nil
}

func request(ctx context.Context, method, path string, ask any) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if ask != nil {
		b, err := json.Marshal(ask)
		if err != nil {
			return nil, fmt.Errorf("write the request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	return http.NewRequestWithContext(ctx, method, scheme+path, body)
}

// dialError drops the made-up address that net/http puts around errors.
func dialError(err error) error {
	if around, ok := errors.AsType[*url.Error](err); ok {
		return around.Err
	}
	return err
}

func list[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	var out []T
	err := c.call(ctx, http.MethodGet, path, nil, &out)
	return out, err
}
