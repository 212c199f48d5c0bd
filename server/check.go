package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"frontdesk/config"
)

// Finding is one thing that Check looked at.
type Finding struct {
	Name   string
	OK     bool
	Detail string
	Remedy string // what to do when it is not OK
}

// Check looks at everything a server with this configuration needs, without
// serving anybody: it may run beside a running daemon.
func Check(ctx context.Context, cfg config.Config) []Finding {
	running := answers(ctx, cfg.Admin.Socket)
	found := []Finding{
		checkHTTP(ctx, cfg, running),
		checkTLS(cfg),
		checkSocket(cfg, running),
		checkStore(cfg),
	}
	return append(found, checkLink(ctx, cfg, running)...)
}

// answers tells whether a daemon listens on the admin socket.
func answers(ctx context.Context, path string) bool {
	c, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return false
	}
	return c.Close() == nil
}

func checkHTTP(ctx context.Context, cfg config.Config, running bool) Finding {
	f := Finding{Name: "http.listen", OK: true, Detail: cfg.HTTP.Listen}
	if running {
		f.Detail += " (the daemon is running)"
		return f
	}
	l, err := listen(ctx, "http.listen", cfg.HTTP.Listen)
	if err != nil {
		return Finding{Name: "http.listen", Detail: err.Error(), Remedy: "choose another address, or stop what uses this one"}
	}
	_ = l.Close()
	return f
}

func checkTLS(cfg config.Config) Finding {
	f := Finding{Name: "http.tls_cert", OK: true, Detail: "plain HTTP; put a reverse proxy with TLS in front"}
	if cfg.HTTP.TLSCert == "" {
		return f
	}
	if _, err := tls.LoadX509KeyPair(cfg.HTTP.TLSCert, cfg.HTTP.TLSKey); err != nil {
		return Finding{Name: "http.tls_cert", Detail: err.Error(), Remedy: "tls_cert and tls_key must be a PEM pair that this process can read"}
	}
	f.Detail = cfg.HTTP.TLSCert
	return f
}

func checkSocket(cfg config.Config, running bool) Finding {
	f := Finding{Name: "admin.socket", OK: true, Detail: cfg.Admin.Socket}
	if running {
		f.Detail += " (the daemon answers)"
		return f
	}
	if at, err := os.Lstat(cfg.Admin.Socket); err == nil && at.Mode().Type() != os.ModeSocket {
		return Finding{Name: "admin.socket", Detail: cfg.Admin.Socket + " is there and is no socket", Remedy: "move it away, or choose another path"}
	}
	return f
}

// checkStore looks at the directory alone: the file may be in use.
func checkStore(cfg config.Config) Finding {
	path := strings.TrimPrefix(strings.TrimPrefix(cfg.Store.URL, "sqlite://"), "sqlite:")
	dir := filepath.Dir(path)
	for {
		at, err := os.Stat(dir)
		if err == nil && !at.IsDir() {
			return Finding{Name: "store.url", Detail: dir + " is no directory", Remedy: "choose another path"}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, os.ErrNotExist) || dir == filepath.Dir(dir) {
			return Finding{Name: "store.url", Detail: err.Error(), Remedy: "make the directory readable for this user"}
		}
		dir = filepath.Dir(dir)
	}
	probe, err := os.CreateTemp(dir, ".frontdesk-check-*")
	if err != nil {
		return Finding{Name: "store.url", Detail: fmt.Sprintf("%s: %v", dir, err), Remedy: "let this user write there, or choose another path"}
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return Finding{Name: "store.url", OK: true, Detail: cfg.Store.URL}
}
