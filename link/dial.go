package link

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"time"

	"mellium.im/xmpp/component"
	"mellium.im/xmpp/jid"
)

// dialTCP connects to Server with the kernel's keepalive on, so that a dead
// peer is noticed also below us.
func (o Options) dialTCP(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}
	return d.DialContext(ctx, "tcp", o.Server)
}

// exposed tells whether a connection leaves this machine: XEP-0114 knows no
// encryption, so secret and chats go through the network as they are.
func exposed(c net.Conn) bool {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && !tcp.IP.IsLoopback()
}

// buffered is a connection that owns its read buffer. encoding/xml takes a
// reader with ReadByte as it is, so the negotiation reads no byte behind the
// handshake, and the link goes on where it ended.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b *buffered) Read(p []byte) (int, error) { return b.r.Read(p) }
func (b *buffered) ReadByte() (byte, error)    { return b.r.ReadByte() }

// open connects and shakes hands (XEP-0114 §3). The connection is closed when
// that fails or ctx ends meanwhile.
func open(ctx context.Context, o *Options, count *counters) (*socket, *bufio.Reader, error) {
	within, cancel := context.WithTimeout(ctx, o.Timings.Negotiate)
	defer cancel()
	raw, err := o.Dial(within)
	if err != nil {
		return nil, nil, fmt.Errorf("connect to the XMPP server at %s: %w", o.Server, err)
	}
	w := &socket{Conn: raw, patience: o.Timings.Dead, count: count}
	r := bufio.NewReaderSize(w, maxStanza)
	if err := negotiate(within, o, &buffered{w, r}); err != nil {
		_ = raw.Close()
		return nil, nil, fmt.Errorf("attach to the XMPP server as %s: %w", o.Domain, err)
	}
	return w, r, nil
}

func negotiate(ctx context.Context, o *Options, b *buffered) error {
	domain, err := jid.Parse(o.Domain)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = b.Close() })
	// mellium's own handling of contexts leaves deadlines behind; closing the
	// connection is enough.
	_, err = component.NewSession(context.Background(), domain, []byte(o.Secret), b)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", errSilent, ctx.Err())
	}
	return err
}
